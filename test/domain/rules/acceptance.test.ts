import { describe, expect, it } from 'vitest';

import { manifestSchema } from '../../../domain/manifest/schema.ts';
import { judgeProfile } from '../../../domain/rules/acceptance.ts';
import type { ProfileFacts } from '../../../domain/rules/acceptance.ts';

const { acceptance } = manifestSchema.parse({
  target: 'tiny',
  build: { command: 'make', binary: 'tiny' },
  run: { command: ['{binary}'] },
  drive: { kind: 'http' },
});

const good: ProfileFacts = {
  summary: {
    functions: 2_000,
    functionsWithCounts: 1_234,
    totalCount: 5_000_000,
    maximumCount: 90_000,
    blocks: 20_000,
    coveredShare: 0.4,
    density: 250,
    binaryIds: ['abc123'],
  },
  expectedBinaryId: 'abc123',
  libraries: [],
  windowOverlaps: [0.99, 0.97, 0.98],
  lastVersionOverlap: 0.9,
  sourceMatch: { mismatched: ['f'], mismatchedCount: 1, missing: ['x', 'y', 'z'], missingCount: 3, mismatchedShare: 0.001 },
  replay: {
    compared: 1_000,
    sameStatusClass: 990,
    production: { '2xx': 1_000 },
    replay: { '2xx': 990, '4xx': 10 },
    meanSizeRatio: 1,
    similarSizeShare: 0.9,
  },
  replayed: 1_100,
  policy: acceptance,
  profileSizeBytes: 400_000,
};

const library = (path: string, elfBuildId: string) => ({ path, elfBuildId });
const failed = (facts: ProfileFacts) => judgeProfile(facts).checks.filter(({ passed }) => !passed);

describe('judgeProfile', () => {
  it('accepts a good profile and says every figure', () => {
    const report = judgeProfile(good);
    expect(report).toMatchObject({ accepted: true, windowOverlap: 0.97, lastVersionOverlap: 0.9 });
    expect(report.checks.map(({ name }) => name)).toEqual([
      'right-binary',
      'counts',
      'functions',
      'size',
      'window-overlap',
      'source-match',
      'replay-agreement',
    ]);
    expect(report.checks[2]?.sentence).toBe('1,234 of 2,000 functions (61.7 %) have counts; at least 10 are wanted.');
    expect(report.checks[6]?.sentence).toContain('99.0 % of 1,000 replayed requests');
  });

  it.each<[string, Partial<ProfileFacts>, RegExp]>([
    ['right-binary', { summary: { ...good.summary, binaryIds: [] } }, /names no binary/],
    ['right-binary', { summary: { ...good.summary, binaryIds: ['fff'] } }, /is of fff; abc123 is expected/],
    [
      'right-binary',
      { summary: { ...good.summary, binaryIds: ['abc123', 'fff'] } },
      /also of fff: a shared library .* not in build\.libraries/,
    ],
    [
      'right-binary',
      { libraries: [library('a', 'fff')], summary: { ...good.summary, binaryIds: ['abc123', 'fff', 'eee'] } },
      /abc123 and also of eee: /,
    ],
    [
      'right-binary',
      { libraries: [library('a', 'fff')], summary: { ...good.summary, binaryIds: ['fff'] } },
      /is of fff; abc123 is expected/,
    ],
    ['counts', { summary: { ...good.summary, totalCount: 0, maximumCount: 0 } }, /Every counter is zero/],
    ['functions', { summary: { ...good.summary, functionsWithCounts: 9 } }, /^9 of 2,000/],
    ['size', { profileSizeBytes: 100 }, /100 bytes; at least 512/],
    ['window-overlap', { windowOverlaps: [0.9, 0.4] }, /40\.0 %; at least 70\.0 %/],
    [
      'source-match',
      { sourceMatch: { mismatched: ['f', 'g'], mismatchedCount: 2, missing: [], missingCount: 0, mismatchedShare: 0.5 } },
      /2 functions \(50\.0 %\)/,
    ],
    ['replay-agreement', { replay: { ...good.replay!, sameStatusClass: 900 } }, /90\.0 % of 1,000/],
    ['replay-agreement', { replayed: 2001 }, /Only 1,000 of 2,001 replayed requests could be compared.*at least 50\.0 %/],
    ['replay-agreement', { replay: { ...good.replay!, compared: 0, sameStatusClass: 0 } }, /No replayed request/],
  ])('rejects by %s', (name, changes, sentence) => {
    const checks = failed({ ...good, ...changes });
    expect(checks.map((check) => check.name)).toEqual([name]);
    expect(checks[0]?.sentence).toMatch(sentence);
    expect(judgeProfile({ ...good, ...changes }).accepted).toBe(false);
  });

  it('takes the counts of the libraries of the build, and says which have none', () => {
    const libraries = [library('lib/a.so', 'fff'), library('lib/b.so', 'eee')];
    const report = judgeProfile({ ...good, libraries, summary: { ...good.summary, binaryIds: ['ABC123', 'FFF'] } });
    expect(report.checks[0]).toEqual({
      name: 'right-binary',
      passed: true,
      sentence:
        'The profile is of abc123, the instrumented build with lib/a.so; nothing of lib/b.so, which was not loaded or has no counters.',
    });
  });

  it('leaves out checks that cannot be made', () => {
    const report = judgeProfile({ ...good, sourceMatch: null, replay: null, windowOverlaps: [1], lastVersionOverlap: null });
    expect(report.accepted).toBe(true);
    expect(report.windowOverlap).toBeNull();
    expect(report.checks.map(({ name }) => name)).not.toContain('source-match');
  });
});
