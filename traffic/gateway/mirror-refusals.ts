import { HoneError } from '../../domain/errors.ts';

/** A person's order stands. */
export function stoppedByHand(why: string): HoneError {
  return new HoneError(
    'mirror-stopped',
    `Nothing may be mirrored${why}.`,
    'Remove that file (hone mirror allow --all) when production may be mirrored again.',
  );
}

/** The guard has turned this session's mirror off before. */
export function disturbed(sentence: string): HoneError {
  return new HoneError(
    'production-disturbed',
    `The guard turned this session's mirror off: ${sentence}.`,
    'Find what production shares with the mirror; mirror less, or correct mirror.guard in the manifest, then refresh.',
  );
}

export function turnedOffMeanwhile(): HoneError {
  return new HoneError('conflict', 'The mirror was turned off while it was being turned on.', 'Turn it on again if it is still wanted.');
}

export function nothingToRenew(reason: string): HoneError {
  return new HoneError(
    'conflict',
    `The mirror is off (${reason}): there is no lease to renew.`,
    'Turn the mirror on again, or end the cycle.',
  );
}
