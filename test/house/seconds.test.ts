import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('a run is ordered by the seconds of test files that exist', () => {
  const seconds = JSON.parse(readFileSync(join(root, 'test/support/seconds.json'), 'utf8')) as Record<string, number>;
  const files = Object.keys(seconds);
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
