import { lstat, readFile, rm } from 'node:fs/promises';

import { badOutputs } from '../local/run-inputs.ts';
import type { CommandInput } from '../local/run-inputs.ts';
import type { BatchRun } from '../local/run-batch.ts';

/** As much as a run's output files may have in all, for both legs to be read at once. The manifest's documentation says so. */
const maximumBytes = 64 << 20;

/** A file that a run was to write, as it was found after it. */
export interface Output {
  readonly path: string;
  /** Null: not written, or no regular file. */
  readonly content: Uint8Array | null;
}

/**
 * Reads what a run wrote into its `outputs`, and removes it. Answers a complaint in place of them when it is more than can be
 * compared.
 */
export async function takeOutputs(input: CommandInput, run: BatchRun): Promise<readonly Output[] | string> {
  const found: Output[] = [];
  let bytes = 0;
  for (const { path, keptAs } of run.outputs) {
    const facts = keptAs === null ? null : await lstat(keptAs).catch(() => null);
    if (keptAs === null || facts === null) {
      found.push({ path, content: null });
      continue;
    }
    bytes += facts.size;
    if (bytes > maximumBytes) return badOutputs(input, maximumBytes);
    found.push({ path, content: facts.isFile() ? await readFile(keptAs) : null });
    await rm(keptAs, { recursive: true, force: true });
  }
  return found;
}
