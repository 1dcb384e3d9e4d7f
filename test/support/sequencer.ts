import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Seconds that a file took in a whole run, by path, for those that take longer than a moment; test/scripts/record-seconds.ts writes it. */
const seconds = JSON.parse(readFileSync(new URL('seconds.json', import.meta.url), 'utf8')) as Readonly<Record<string, number>>;

/** The longest file first, so that no worker has one left when the others have none. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => secondsOf(b) - secondsOf(a));
  }
}

function secondsOf({ moduleId }: TestSpecification): number {
  return seconds[relative(root, moduleId)] ?? 0;
}
