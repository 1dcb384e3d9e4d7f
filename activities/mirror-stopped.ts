import { HoneError } from '../domain/errors.ts';
import type { SessionState } from '../domain/ports/gateway.ts';

/**
 * Sees that neither a person nor the guard turned the mirror off: nothing more will come then, and the cycle that goes on waiting would
 * say something else than why. Throws `mirror-stopped`, `production-disturbed`.
 */
export function confirmNotStopped({ mirrorOffBy, mirrorReason }: Pick<SessionState, 'mirrorOffBy' | 'mirrorReason'>): void {
  if (mirrorOffBy === 'stopped-by-hand') {
    throw new HoneError(
      'mirror-stopped',
      `The mirror was ${mirrorReason}.`,
      'Remove the file (hone mirror allow --all) when production may be mirrored again, then refresh.',
    );
  }
  if (mirrorOffBy === 'guard') {
    throw new HoneError(
      'production-disturbed',
      `The mirror was turned off by its ${mirrorReason}.`,
      'Find what production shares with the mirror; mirror a smaller share, or correct mirror.guard in the manifest, then refresh.',
    );
  }
}
