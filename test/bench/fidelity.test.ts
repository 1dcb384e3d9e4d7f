import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseline, instrumented, openBuilder, optimisedWith } from '../../bench/fidelity/build.ts';
import { collect, sameStatuses } from '../../bench/fidelity/collect.ts';
import { compare, countsOf, overlapOf } from '../../bench/fidelity/compare.ts';
import { hotPaths, losses, sharedShare, textReader } from '../../bench/fidelity/counts.ts';
import { bytesShare, deidentify } from '../../bench/fidelity/deidentified.ts';
import { measureGain } from '../../bench/fidelity/gain.ts';
import { makeIntakeRequests } from '../../bench/fidelity/intake-requests.ts';
import { intake } from '../../bench/fidelity/intake-service.ts';
import { gainKept } from '../../bench/fidelity/kept.ts';
import { layoutReader, sameLayouts } from '../../bench/fidelity/layout.ts';
import { sameDirections, sortRemarks } from '../../bench/fidelity/remarks.ts';
import { rawRequest } from '../../bench/fidelity/subject.ts';
import { makeRandom } from '../../bench/statistics.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { defaultLlvmVersion, defaultSearchPath, requireTools } from '../../toolchains/clang/tools.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-fidelity-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();

test('one program from its source to its figures: the same paths with and without identifiers, other paths with other traffic', async () => {
  const tools = await requireTools(defaultLlvmVersion, defaultSearchPath);
  const workshop = { tools, searchPath: defaultSearchPath, folder, random: makeRandom(1), say: () => undefined, signal };
  const build = await openBuilder(intake, workshop);
  const { binary } = await build('instrumented', instrumented);
  const prepared = await intake.prepare({ binary, folder, requests: { training: 100, heldOut: 40 }, signal });
  const traffic = await deidentify(intake, prepared, join(folder, 'none.db'));
  // Where a pseudonym is another value of the same request by chance: one in a hundred of these long ones.
  expect(traffic.requests.filter((request) => request === null).length).toBeLessThan(8);
  expect(Object.keys(traffic.drops).filter((reason) => reason !== 'validation')).toEqual([]);
  expect(Math.abs(bytesShare(prepared, traffic) - 1)).toBeLessThan(0.05);
  const ask = (name: string, requests: readonly (CorpusRequest | null)[]) =>
    collect({ subject: intake, binary, store: null, requests, name }, workshop);
  const raw = await ask('raw', prepared.training.map(rawRequest));
  const deidentified = await ask('deidentified', traffic.requests);
  const broken = await ask('broken', [{ method: 'POST', path: '/applications', headers: {}, body: Buffer.from('{]').toString('base64') }]);
  expect(new Set(raw.statuses)).toEqual(new Set([200]));
  expect([sameStatuses(raw, deidentified), sameStatuses(raw, broken)]).toEqual([1, 0]);
  const overlap = await overlapOf(raw, deidentified, workshop);
  expect(overlap).toBeGreaterThan(0.99);
  expect(await overlapOf(raw, broken, workshop)).toBeLessThan(0.6);
  // What the functions take away is what the tool's overlap lacks.
  const lost = losses(await countsOf(raw, workshop), await countsOf(deidentified, workshop)).reduce((sum, { share }) => sum + share, 0);
  expect(lost).toBeCloseTo(1 - overlap, 4);

  const sides = {
    raw: { collection: raw, built: await build('with-raw', optimisedWith(raw.profile)) },
    deidentified: { collection: deidentified, built: await build('with-deidentified', optimisedWith(deidentified.profile)) },
    broken: { collection: broken, built: await build('with-broken', optimisedWith(broken.profile)) },
  };
  expect(await compare(sides.raw, sides.raw, workshop)).toEqual({ hotPath: 1, branch: 1, inlining: 1, layout: 1, remarks: 1 });
  const [near, far] = [await compare(sides.raw, sides.deidentified, workshop), await compare(sides.raw, sides.broken, workshop)];
  for (const kind of ['hotPath', 'branch', 'inlining', 'layout', 'remarks'] as const) {
    expect([kind, near[kind] > 0.8, far[kind] < near[kind]]).toEqual([kind, true, true]);
  }

  const plainBuild = await build('baseline', baseline);
  const binaries = {
    baseline: plainBuild.binary,
    raw: sides.raw.built.binary,
    'raw-again': sides.raw.built.binary,
    deidentified: sides.deidentified.built.binary,
  };
  const requests = prepared.heldOut.map(rawRequest);
  const rounds = await measureGain({ subject: intake, binaries, store: null, requests, rounds: 2, slice: 4 }, workshop);
  expect(rounds).toHaveLength(2);
  for (const round of rounds) for (const spent of Object.values(round)) expect(spent).toBeGreaterThan(1000);
}, 240_000);

test('the traffic has every fault in about the share that was asked for', () => {
  const requests = makeIntakeRequests(3, 60);
  expect(requests).toEqual(makeIntakeRequests(3, 60));
  const all = requests.flatMap(
    ({ body }) => (JSON.parse(Buffer.from(body).toString()) as { applications: Record<string, unknown>[] }).applications,
  );
  const share = (has: (one: Record<string, unknown>) => boolean) => all.filter(has).length / all.length;
  expect(share(({ card }) => card === undefined)).toBeGreaterThan(0.01);
  expect(share(({ card }) => card === undefined)).toBeLessThan(0.12);
  expect(share(({ born }) => /-02-30$|-13-05$/.test(String(born)))).toBeGreaterThan(0.005);
  expect(share(({ email }) => /@(gmail|outlook|yahoo|icloud)\.com$|@(gmx|web)\.de$|@orange\.fr$/.test(String(email)))).toBeGreaterThan(0.4);
});

describe('profiles', () => {
  const read = (text: string) => {
    const reader = textReader();
    for (const line of text.split('\n')) reader.line(line);
    return reader.counts();
  };
  const text = (a: number, b: number) =>
    `# IR level Instrumentation Flag\n:ir\nhot\n# Func Hash:\n11\n# Num Counters:\n2\n# Counter Values:\n${a}\n${b}\n# Num Value Kinds:\n1\n2\n\nx.c;cold\n# Func Hash:\n12\n# Num Counters:\n1\n# Counter Values:\n1\n`;

  test('are read as text, counters alone', () => {
    expect([...read(text(90, 9))]).toEqual([
      ['hot 11', [90, 9]],
      ['x.c;cold 12', [1]],
    ]);
  });

  test('lose by function what their shares differ by', () => {
    const [worst, ...others] = losses(read(text(90, 9)), read(text(9, 90)));
    expect(worst).toMatchObject({ name: 'hot 11', counter: 0, left: 0.9, right: 0.09 });
    expect(worst!.share).toBeCloseTo(0.81);
    expect(others).toEqual([]);
  });

  test('have hot paths', () => {
    expect([...hotPaths(read(text(90, 9)))]).toEqual(['hot 11/0', 'hot 11/1']);
    expect(sharedShare(hotPaths(read(text(999, 0))), hotPaths(read(text(90, 9))))).toBe(0.5);
  });
});

describe('remarks', () => {
  const remark = (message: string, level = 'remark') => ({ level, message, option: 'pass', place: 't.c:4:69', mainFile: 't.c' });
  const inlined = (cost: number) => remark(`'f' inlined into 'main' with (cost=${cost}, threshold=75) at callsite main:0:69;`);
  const branch = (percent: number) =>
    remark(`slt_i32 is true with probability : 0x7fdf43c6 / 0x80000000 = ${percent}% (total count : 1001) (hotness: 1001)`);

  test('are told apart by what was done where, not by its cost', () => {
    const other = remark('vectorized loop', 'warning');
    const [twice, once] = [sortRemarks([inlined(10), other, inlined(20)]), sortRemarks([inlined(99), branch(10)])];
    expect([twice.passed.size, twice.inlined.size, once.passed.size]).toEqual([2, 2, 1]);
    expect(sharedShare(twice.passed, once.passed)).toBe(0.5);
  });

  test('have the probability of each branch', () => {
    const [one, other, close] = [sortRemarks([branch(75)]), sortRemarks([branch(10)]), sortRemarks([branch(60)])];
    expect([...one.branches.values()]).toEqual([{ probability: 0.75, reached: 1001 }]);
    expect([sameDirections(one, one), sameDirections(one, close), sameDirections(one, other)]).toEqual([1, 1, 0]);
  });
});

test('layouts share what stands in the same order', () => {
  const read = (text: string) => {
    const reader = layoutReader();
    for (const line of text.split('\n')) reader.line(line);
    return reader.layout();
  };
  const code = (words: string) =>
    `<main>:\n${words
      .split(' ')
      .map((word) => `\t${word}\t%rax`)
      .join('\n')}\n`;
  const [one, moved] = [read(code('a b c d e f g h i j')), read(code('f g h i j a b c d e'))];
  expect(sameLayouts(one, one, () => true)).toBe(1);
  expect(sameLayouts(one, moved, () => true)).toBe(0);
  expect(sameLayouts(one, read(code('a b c d e f g h i x')), () => true)).toBeCloseTo(0.5);
  expect(read(code('a nopw b')).get('main')).toBe('a b');
});

test('the share of the gain is that of its logarithm', () => {
  const round = { baseline: 1000, raw: 800, 'raw-again': 800, deidentified: 1000 * 0.8 ** 0.5 };
  const { value, low, high } = gainKept(
    [round, { ...round, baseline: 2000, raw: 1600, 'raw-again': 1600, deidentified: 2000 * 0.8 ** 0.5 }],
    makeRandom(1),
  );
  expect([value, low, high].map((one) => Number(one.toFixed(6)))).toEqual([0.5, 0.5, 0.5]);
});
