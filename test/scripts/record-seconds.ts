import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes how long each test file took, by which the next runs are ordered; files that were not run keep what they had:
 * `npm test -- --reporter=default --reporter=json --outputFile.json=REPORT`, then `node test/scripts/record-seconds.ts REPORT`.
 * Only worth doing when a file has become minutes longer or shorter.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const [, , path] = process.argv;
if (path === undefined) throw new Error('usage: node test/scripts/record-seconds.ts REPORT (of vitest, as JSON)');

interface Report {
  readonly testResults: readonly { readonly name: string; readonly startTime: number; readonly endTime: number }[];
}

const listFile = new URL('../support/seconds.json', import.meta.url);
const { testResults } = JSON.parse(await readFile(path, 'utf8')) as Report;
const known = JSON.parse(await readFile(listFile, 'utf8')) as Readonly<Record<string, number>>;
const taken = testResults.map(({ name, startTime, endTime }) => [relative(root, name), Math.round((endTime - startTime) / 1000)] as const);
const seconds = Object.entries({ ...known, ...Object.fromEntries(taken) })
  .filter(([file, took]) => took > 0 && existsSync(join(root, file)))
  .toSorted(([, a], [, b]) => b - a);
await writeFile(listFile, `${JSON.stringify(Object.fromEntries(seconds), null, 2)}\n`);
