import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startProduction } from '../../../runtime/demo/production.ts';
import { until } from '../../support/kills.ts';
import { copyFixture, startProduction as startByHand, type FixtureCopy } from '../../support/production.ts';

const scripts = resolve(import.meta.dirname, '../../../examples/query-service/production');
let fixture: FixtureCopy;
let binary: string;
let directory: string;

/** The tiny service with the example's way of operating it. */
beforeEach(async () => {
  fixture = await copyFixture('tiny-service');
  binary = await fixture.build();
  directory = join(fixture.directory, 'live');
  const operators = join(fixture.directory, 'production');
  await cp(scripts, operators, { recursive: true });
  for (const file of ['service.json', 'people.jsonl']) await cp(join(fixture.directory, file), join(operators, file));
});
afterEach(() => fixture.remove());

const start = () =>
  startProduction({
    exampleDirectory: fixture.directory,
    productionDirectory: directory,
    binary: async () => binary,
    requestsPerSecond: 10,
  });
const answers = async (url: string) => (await fetch(`${url}/healthz`)).status;

it('refuses the place where another demo has its production, and leaves that one alone', async () => {
  const first = await start();
  try {
    await expect(start()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(`${directory}: Another demo`) });
    expect(await answers(first.url)).toBe(200);
  } finally {
    await first.stop();
  }
  await (await start()).stop();
});

it('refuses the place of a production that no demo started, and leaves that one alone', async () => {
  const byHand = await startByHand({ directory, binary, service: join(fixture.directory, 'service.json') });
  try {
    await expect(start()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`nginx is process ${byHand.nginxPid}`),
      advice: expect.stringContaining(`production.mjs stop --directory ${directory}`),
    });
    expect(await answers(byHand.url)).toBe(200);
  } finally {
    await byHand.stop();
  }
});

it('sends training, held-out and idle traffic from other seeds, the held-out one in another mix, one at a time', async () => {
  const file = join(fixture.directory, 'calls');
  // Clients that only say how they were called, and when they end.
  await writeFile(
    join(fixture.directory, 'traffic.mjs'),
    `import { appendFileSync } from 'node:fs';
const say = (words) => appendFileSync('${file}', words + '\\n');
process.once('SIGTERM', () => { say('ended'); process.exit(); });
setInterval(() => {}, 1000);
say(process.argv.slice(2).join(' '));
`,
  );
  const lines = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const production = await start();
  try {
    for (const [index, kind] of (['training', 'held-out', 'idle'] as const).entries()) {
      await production.send(kind);
      await until(`clients of ${kind}`, 10, async () => (await lines()).length === 2 * index + 1);
    }
  } finally {
    await production.stop();
  }
  const called = (rate: number, mix: string) => {
    const bounds = `--rate ${rate} --seconds 86400`;
    return expect.stringMatching(new RegExp(`^--url ${production.url} --facts ${directory} ${bounds} --seed \\d+ --mix ${mix}$`)) as string;
  };
  const calls = await lines();
  expect(calls).toEqual([called(10, 'training'), 'ended', called(20, 'held-out'), 'ended', called(1, 'training'), 'ended']);
  expect(new Set(calls.flatMap((line) => /--seed (\d+)/.exec(line)?.[1] ?? [])).size).toBe(3);
});
