import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { stepSeconds } from '../../bench/loop/by-hand.ts';
import { cycleTimes } from '../../bench/loop/cycle-times.ts';
import { parseReport } from '../../bench/loop/h2load.ts';
import { instructionFigures, parseSummary } from '../../bench/loop/instructions.ts';
import { pathsOfGets } from '../../bench/loop/addresses.ts';
import { evaluateBriefly } from '../../bench/loop/pair.ts';
import { confirmEqual, inSlices } from '../../bench/loop/rounds.ts';
import { parseManifest } from '../../domain/manifest/parse.ts';
import { asId, type CycleId } from '../../domain/ids.ts';
import { cycleStages, type CycleEvent, type CycleStage } from '../../domain/model/cycle.ts';

const report = (done = 400, errored = 0) => `starting benchmark...
finished in 1.02s, 392.15 req/s, 1.15MB/s
requests: 400 total, 400 started, ${done} done, 390 succeeded, 10 failed, ${errored} errored, 0 timeout
status codes: 390 2xx, 0 3xx, 10 4xx, 0 5xx
traffic: 1.15MB (1207000) total, 40.00KB (40960) headers (space savings 0.00%), 1.10MB (1150000) data
                     min         max         mean         sd        +/- sd
`;

describe('h2load', () => {
  test('its report is read', () => {
    expect(parseReport(report())).toEqual({ requests: 400, statuses: [390, 0, 10, 0], bodyBytes: 1_150_000 });
  });

  test('a report with a lost request is none, nor is any other text', () => {
    expect([report(399), report(400, 1), 'h2load: error', ''].map(parseReport)).toEqual([null, null, null, null]);
  });

  test('builds that answer otherwise, or mostly with errors, are refused', () => {
    const good = parseReport(report())!;
    expect(() => confirmEqual([good, { ...good }, good])).not.toThrow();
    expect(() => confirmEqual([good, good, { ...good, bodyBytes: 1 }])).toThrow(/answer differently.*1150000 bytes and .* 1 bytes/);
    const bad = { ...good, statuses: [300, 0, 100, 0] as const };
    expect(() => confirmEqual([bad, bad])).toThrow('Only 300 of 400 answers were 2xx.');
  });
});

describe('instructions', () => {
  test('are the total of a report of cachegrind', () => {
    expect(parseSummary('events: Ir\nfn=main\n1 5\nsummary: 2450135858\n', 'x')).toBe(2_450_135_858);
    expect(() => parseSummary('events: Ir\n', 'x.cachegrind')).toThrow('x.cachegrind has no line "summary: N".');
  });

  test('are compared over the pairs; none counted, none shown', () => {
    const figures = instructionFigures([
      { baseline: 300, hone: 100, 'by-hand': 100 },
      { baseline: 300, hone: 100, 'by-hand': 121 },
    ]);
    expect(figures.map(({ name, value }) => [name, value])).toEqual([
      ['instructions-gain', expect.closeTo(3, 9)],
      ['instructions-of-hand-made', expect.closeTo(1.1, 9)],
    ]);
    expect(figures[1]!.low).toBeLessThan(1);
    expect(instructionFigures([])).toEqual([]);
  });
});

test('held-out GETs are asked in slices of equal length', () => {
  const requests = Array.from({ length: 900 }, (_, index) => ({
    method: index % 3 === 0 ? 'POST' : 'GET',
    path: `/${index}`,
    headers: {},
  }));
  const paths = pathsOfGets(requests);
  expect(paths).toHaveLength(600);
  expect(inSlices(paths).map(({ length }) => length)).toEqual([200, 200, 200]);
  expect(inSlices(paths.slice(0, 30)).map(({ length }) => length)).toEqual([30]);
  expect(() => inSlices([])).toThrow('No GET request was held out.');
});

describe('times', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second)).toISOString();
  const cycleId = asId<CycleId>('c');
  const events: CycleEvent[] = cycleStages.flatMap((stage, index) =>
    (['started', 'done'] as const).map((state, end) => {
      return { cycleId, sequence: index * 4 + end * 3, stage, state, message: '', at: at(index * 10 + end * 7) };
    }),
  );
  const progress = (stage: CycleStage, message: string, second: number): CycleEvent => {
    return { cycleId, sequence: 1, stage, state: 'progress', message, at: at(second) };
  };
  const heldOut = [
    progress('windows', 'holding out requests for the evaluation', 52),
    progress('mirror-off', '4,000 requests held out for the evaluation', 55),
  ];

  test('come from the events of a cycle', () => {
    const { stages, holdOutSeconds, toOptimisedSeconds } = cycleTimes([...events, ...heldOut]);
    expect(stages).toEqual(Object.fromEntries(cycleStages.map((stage) => [stage, 7])));
    expect(holdOutSeconds).toBe(3);
    expect(toOptimisedSeconds).toBe(cycleStages.indexOf('build-optimised') * 10 + 7);
  });

  test('are refused when a stage did not end', () => {
    expect(() => cycleTimes(events)).toThrow('The cycle has no event');
  });

  test("of the script are its steps' own", () => {
    const ends = ['start', 'unpacked', 'built-instrumented', 'ran', 'merged', 'built-optimised'].map(
      (step, index) => [step, index ** 2] as const,
    );
    expect(stepSeconds(new Map(ends))).toEqual({ unpacked: 1, 'built-instrumented': 3, ran: 5, merged: 7, 'built-optimised': 9 });
  });
});

test('a cycle of which only the builds are wanted is judged after one pair', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-test-'));
  const example = fileURLToPath(new URL('../../examples/query-service/hone.yaml', import.meta.url));
  await copyFile(example, join(folder, 'hone.yaml'));
  await evaluateBriefly({ example: folder });
  const parsed = parseManifest(await readFile(join(folder, 'hone.yaml'), 'utf8'));
  await rm(folder, { recursive: true });
  expect(parsed).toMatchObject({
    ok: true,
    manifest: { evaluation: { minimumPairs: 1, maximumPairs: 1, requestsPerLeg: 3000, speedRequests: 0 } },
  });
});

test('the script is good for a plain shell, and stops at what is not given', () => {
  const script = fileURLToPath(new URL('../../bench/loop/by-hand.sh', import.meta.url));
  execFileSync('sh', ['-n', script]);
  const run = () => execFileSync('sh', [script], { env: { PATH: '/usr/bin:/bin' }, stdio: 'pipe' });
  expect(run).toThrow(/WORK/);
});
