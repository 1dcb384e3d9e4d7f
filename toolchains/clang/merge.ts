import { writeFile } from 'node:fs/promises';
import { HoneError } from '../../domain/errors.ts';
import { runProfdata } from './profdata.ts';
import type { ProfdataSettings } from './profdata.ts';

/** A profile in a file, raw or indexed. */
export interface WeightedFile {
  readonly path: string;
  /** A whole number of at least 1. */
  readonly weight: number;
}

/**
 * Merges profiles into one indexed profile at `output`, with one call of the tool however many there are. The inputs go
 * through a list file beside the output. Throws `profile-rejected` when one of them is damaged, `profile-tool-failed` for anything else.
 */
export async function mergeProfiles(
  settings: ProfdataSettings,
  inputs: readonly WeightedFile[],
  output: string,
  call: { readonly signal: AbortSignal; readonly progress: (message: string) => void },
): Promise<void> {
  const list = `${output}.inputs`;
  await writeFile(list, inputs.map((input) => `${input.weight},${input.path}\n`).join(''));
  const what = `merge ${inputs.length} ${inputs.length === 1 ? 'profile' : 'profiles'}`;
  try {
    await runProfdata(settings, ['merge', '--failure-mode=any', `--input-files=${list}`, '-o', output], what, call);
  } catch (error) {
    throw isDamage(error, inputs) ? damaged(error) : error;
  }
}

/** True when the tool blames an input, and not for its version: a whole profile of another LLVM is not a damaged one. */
function isDamage(error: unknown, inputs: readonly WeightedFile[]): error is HoneError {
  if (!(error instanceof HoneError) || error.code !== 'profile-tool-failed') return false;
  const [, ...said] = error.details; // the first is the command
  return said.some((line) => inputs.some(({ path }) => line.includes(`${path}:`)) && !/format version|version mismatch/.test(line));
}

function damaged(cause: HoneError): HoneError {
  return new HoneError(
    'profile-rejected',
    'A raw profile is damaged: nothing is published of these windows, and nothing is built with them.',
    "See the tool's own last lines: the program was probably ended while it wrote its counters. Then refresh again.",
    { details: cause.details, cause },
  );
}
