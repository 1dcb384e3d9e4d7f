import { describe, expect, test } from 'vitest';
import { freshnessSchema } from '../../../domain/manifest/freshness-schema.ts';
import type { CodeDrift, DimensionFinding, DimensionMeasure } from '../../../domain/model/freshness.ts';
import { type EarlierCheck, judgeDimension, judgeFreshness } from '../../../domain/rules/freshness.ts';
import { measureAge, measureCodeDrift, measureHardwareDrift, measureToolchainDrift } from '../../../domain/rules/freshness-measures.ts';
import { digestOf } from '../../support/samples.ts';

const policy = freshnessSchema.parse({ confirmations: 2, recoverAt: 0.8 });
const clang = (version: string, identity = `clang version ${version}`) => ({ kind: 'clang' as const, version, identity });

describe('what is measured', () => {
  test('age, in days since the last kept window', () => {
    const now = new Date('2026-03-31T12:00:00Z');
    const measure = measureAge('2026-03-01T00:00:00.000Z', now, policy);
    expect(measure).toMatchObject({ value: 30.5, threshold: 30, unit: 'days' });
    expect(measure.sentence).toBe('The last window ended 30.5 days ago; at most 30 are allowed.');
    expect(measureAge('2026-03-31T11:30:00.000Z', now, policy).sentence).toMatch(/^The last window ended less than an hour ago;/);
    expect(measureAge('2026-03-31T10:30:00.000Z', now, policy).sentence).toMatch(/^The last window ended 1 hour ago;/);
    expect(measureAge('2026-04-01T00:00:00.000Z', now, policy).value, 'clocks of two machines differ').toBe(0);
    expect(measureAge(null, now, policy)).toMatchObject({ value: null, sentence: 'No window of this version was kept.' });
  });

  test('code drift, by counts: what changed and what is gone', () => {
    const drift: CodeDrift = {
      source: { digest: digestOf('source'), files: 12 },
      toolchain: clang('22.1.5'),
      totalCount: 1000,
      mismatchedCount: 40,
      goneCount: 20,
      mismatchedFunctions: 2,
      goneFunctions: 1,
      newFunctions: 5,
      heaviest: [
        { name: 'parse', what: 'mismatched', count: 40 },
        { name: 'old', what: 'gone', count: 20 },
      ],
    };
    const measure = measureCodeDrift(drift, policy);
    expect(measure.value).toBeCloseTo(0.06, 12);
    expect(measure.sentence).toBe(
      "6.0 % of the profile's counts are in functions that the source no longer has like that (2 functions changed, 1 gone); at most 5.0 % is allowed.",
    );
    expect(measure.details.slice(0, 3)).toEqual([
      'changed: parse, 4.0 % of the counts',
      'gone: old, 2.0 % of the counts',
      'functions of the source that the profile does not know: 5',
    ]);
    expect(measureCodeDrift({ ...drift, totalCount: 0, mismatchedCount: 0, goneCount: 0 }, policy).value).toBe(0);
    expect(measureCodeDrift({ unavailable: 'It does not compile.' }, policy)).toMatchObject({
      value: null,
      sentence: 'It does not compile.',
    });
  });

  test('toolchain drift: another major version, and not another minor one', () => {
    expect(measureToolchainDrift(clang('22.1.5'), clang('22.1.8'))).toMatchObject({ value: 0 });
    expect(measureToolchainDrift(clang('22.1.5'), clang('22.1.8')).sentence).toBe(
      'clang 22.1.5 collected it, clang 22.1.8 compiles now: the same major version.',
    );
    expect(measureToolchainDrift(clang('22.1.5'), clang('23.1.0'))).toMatchObject({
      value: 1,
      threshold: 0,
      sentence: 'clang 22.1.5 collected it, and clang 23.1.0 compiles now: another major version.',
    });
  });

  test('hardware drift: any window on another class than production’s; nothing where nobody names that', () => {
    expect(measureHardwareDrift(['epyc-2c'], 'epyc-2c')).toMatchObject({ value: 0 });
    expect(measureHardwareDrift(['epyc-2c', 'xeon-4c'], 'epyc-2c')).toMatchObject({
      value: 1,
      sentence: 'It was collected on xeon-4c, and production runs on epyc-2c.',
    });
    expect(measureHardwareDrift(['epyc-2c'], undefined)).toMatchObject({ value: null });
    expect(measureHardwareDrift([], 'epyc-2c')).toMatchObject({ value: null });
  });
});

const measureOf = (value: number | null, dimension: DimensionMeasure['dimension'] = 'code-drift'): DimensionMeasure => ({
  dimension,
  value,
  unit: 'share',
  threshold: 0.1,
  sentence: `It is ${value}.`,
  details: [],
  evidence: null,
});

/** Checks one after the other, a day apart; answers what the last found, and all states. */
function checked(values: readonly (number | null)[]): { readonly last: DimensionFinding; readonly states: readonly string[] } {
  const earlier: EarlierCheck[] = [];
  for (const [day, value] of values.entries()) {
    const at = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
    earlier.unshift({ at, dimensions: [judgeDimension(measureOf(value), earlier, at, policy)] });
  }
  return { last: earlier[0]!.dimensions[0]!, states: earlier.map(({ dimensions }) => dimensions[0]!.state).toReversed() };
}

describe('hysteresis', () => {
  test.each([
    ['one check above is not enough', [0.05, 0.2, 0.05], ['fresh', 'rising', 'fresh']],
    ['two in a row are', [0.05, 0.2, 0.2], ['fresh', 'rising', 'stale']],
    ['it comes back only clearly below', [0.2, 0.2, 0.09, 0.08], ['rising', 'stale', 'stale', 'fresh']],
    ['at the threshold it is fresh', [0.1, 0.1, 0.1], ['fresh', 'fresh', 'fresh']],
    [
      'what could not be measured neither confirms nor clears',
      [0.2, null, 0.2, null, 0.09],
      ['rising', 'unavailable', 'stale', 'stale', 'stale'],
    ],
    [
      'around the threshold it does not flap',
      [0.2, 0.2, 0.095, 0.11, 0.095, 0.11],
      ['rising', 'stale', 'stale', 'stale', 'stale', 'stale'],
    ],
  ])('%s', (_name, values, states) => {
    expect(checked(values).states).toEqual(states);
  });

  test('no change gives no alarm in a hundred checks', () => {
    expect(new Set(checked(Array.from({ length: 100 }, () => 0)).states)).toEqual(new Set(['fresh']));
  });
});

test('the same evidence again confirms nothing', () => {
  const judge = (earlier: readonly EarlierCheck[], evidence: string, day: number) =>
    judgeDimension({ ...measureOf(0.2), evidence }, earlier, new Date(Date.UTC(2026, 0, day)).toISOString(), policy);
  const first = judge([], 'sample 1', 1);
  const again = judge([{ at: '2026-01-01T00:00:00.000Z', dimensions: [first] }], 'sample 1', 2);
  expect([first, again].map(({ state, checksAbove }) => [state, checksAbove])).toEqual([
    ['rising', 1],
    ['rising', 1],
  ]);
  expect(judge([{ at: '2026-01-02T00:00:00.000Z', dimensions: [again] }], 'sample 2', 3)).toMatchObject({ state: 'stale', checksAbove: 2 });
});

test('the trend is the slope per day, from three values on', () => {
  expect(checked([0.01, 0.02]).last.trendPerDay).toBeNull();
  expect(checked([0.01, 0.02, 0.03]).last.trendPerDay).toBeCloseTo(0.01, 12);
  expect(checked([0.01, null, 0.03, 0.04]).last.trendPerDay).toBeCloseTo(0.01, 12);
});

test('the verdict is the worst, in the sentences of those that made it', () => {
  const finding = (dimension: DimensionMeasure['dimension'], state: DimensionFinding['state']): DimensionFinding => ({
    ...measureOf(0.2, dimension),
    sentence: `${dimension} is ${state}.`,
    state,
    checksAbove: 1,
    trendPerDay: null,
    forecast: null,
  });
  expect(judgeFreshness([finding('age', 'stale'), finding('code-drift', 'fresh'), finding('hardware-drift', 'stale')])).toEqual({
    verdict: 'stale',
    sentence: 'age is stale. hardware-drift is stale.',
  });
  expect(judgeFreshness([finding('age', 'fresh'), finding('code-drift', 'rising'), finding('hardware-drift', 'unavailable')])).toEqual({
    verdict: 'fresh',
    sentence: 'Fresh: 2 dimensions, 1 not known. Above its threshold, not confirmed yet: code-drift.',
  });
});
