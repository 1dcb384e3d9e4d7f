import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/sequencer.ts';

/** Whole loops and workflows: they wait for servers, timeouts and leases most of their time. */
const loops = ['test/e2e/**/*.test.ts', 'test/workflows/**/*.test.ts'];
/**
 * What keeps nothing in its process: with one for each file, starts and imports take nearly half of their time. The terminal's test is not
 * among them: its keys have their moments.
 */
const units = ['activities', 'api', 'cli', 'docs', 'domain', 'house', 'manifest', 'store'].map(
  (folder) => `test/${folder}/**/!(terminal).test.ts`,
);
/** Of what the rest of the machine does, and with it nothing else. */
const alone = ['test/e2e/neighbours.test.ts'];

export default defineConfig({
  resolve: { alias: { graphql: 'graphql/index.js' } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    env: {
      // Tests start hundreds of processes of Hone, each of which would compile the same JavaScript again.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('.hone/cache/code', import.meta.url)),
      // Beside other tests' loops a build that stands back would hardly get on.
      HONE_BUILD_NICENESS: '0',
    },
    projects: [
      // Three at once fill two cores.
      { extends: true, test: { name: 'loops', include: loops, exclude: alone, maxWorkers: 3, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...loops, ...units],
          globalSetup: ['test/support/global-postgres.ts'],
          // Some of these measure times: they have a core each.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'units',
          include: units,
          globalSetup: ['test/support/global-postgres.ts'],
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 3 } } },
    ],
  },
});
