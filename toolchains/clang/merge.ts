import { writeFile } from 'node:fs/promises';
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
 * through a list file beside the output. Throws `profile-tool-failed` when one of them is damaged.
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
  await runProfdata(settings, ['merge', '--failure-mode=any', `--input-files=${list}`, '-o', output], what, call);
}
