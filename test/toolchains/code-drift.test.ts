import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { BuiltBinary } from '../../domain/ports/toolchain.ts';
import { makefile, twoFiles } from './support/programs.ts';
import { longCall, openProject } from './support/project.ts';
import type { Project } from './support/project.ts';
import { runInstrumented } from './support/run.ts';

let project: Project;
let collected: BuiltBinary;
let profile: BlobRef;
let totalCount: number;
beforeAll(async () => {
  project = await openProject({ ...twoFiles, Makefile: makefile }, { build: {} });
  collected = await project.build('instrumented');
  const raw = await runInstrumented(project, collected.binary, ['50']);
  const merged = await project.profiles.merge(
    raw.map((one) => ({ profile: one, weight: 1 })),
    longCall(),
  );
  profile = merged.profile;
  ({ totalCount } = merged.summary);
});
afterAll(() => project.remove());

const driftOf = (program: BuiltBinary) => project.profiles.codeDrift(profile, program, longCall());

async function edited(file: string, edit: (code: string) => string): Promise<BuiltBinary> {
  const path = join(project.source, file);
  const before = await readFile(path, 'utf8');
  const after = edit(before);
  expect(after, `an edit of ${file}`).not.toBe(before);
  await writeFile(path, after);
  try {
    return await project.build('instrumented');
  } finally {
    await writeFile(path, before);
  }
}

test('the source that a profile was collected from matches it, function by function', async () => {
  const none = { mismatchedCount: 0, goneCount: 0, mismatchedFunctions: 0, goneFunctions: 0, newFunctions: 0, heaviest: [] };
  expect(await driftOf(collected)).toEqual({ totalCount, ...none });
});

test('a comment changes nothing', async () => {
  const drift = await driftOf(await edited('other.c', (code) => `/* said anew */\n\n${code}`));
  expect(drift).toMatchObject({ mismatchedCount: 0, goneCount: 0, newFunctions: 0 });
});

test('a new branch in a function is that function’s share, and nobody else’s', async () => {
  const drift = await driftOf(
    await edited('other.c', (code) => code.replace('s += n & 1 ? n : 2;', 's += n & 1 ? n : 2; if (s > 900) s ^= 3; if (s > 99) s--;')),
  );
  expect(drift).toMatchObject({ totalCount, mismatchedFunctions: 1, goneFunctions: 0, newFunctions: 0 });
  expect(drift.heaviest).toEqual([{ name: 'other.c;twist', what: 'mismatched', count: drift.mismatchedCount }]);
  expect(drift.mismatchedCount).toBeGreaterThan(0);
  expect(drift.mismatchedCount).toBeLessThan(totalCount);
});

test('a renamed function is gone, and a new one there', async () => {
  const drift = await driftOf(await edited('other.c', (code) => code.replaceAll('twist', 'turn')));
  expect(drift).toMatchObject({ mismatchedFunctions: 0, goneFunctions: 1, newFunctions: 1 });
  expect(drift.heaviest).toEqual([{ name: 'other.c;twist', what: 'gone', count: drift.goneCount }]);
});

test('a build without counters is said to be one', async () => {
  await expect(driftOf(await project.build('baseline'))).rejects.toMatchObject({
    code: 'input-invalid',
    message: 'The instrumented build has no counters (there is no section __llvm_prf_data).',
  });
});
