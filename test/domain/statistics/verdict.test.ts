import { describe, expect, it } from 'vitest';

import type { EvaluationPair, LegMeasure } from '../../../domain/model/evaluation.ts';
import { oneSidedBoundary } from '../../../domain/statistics/boundary.ts';
import { exceeds, halfWidth, momentsOf } from '../../../domain/statistics/sequence.ts';
import { endpointFigures, judge } from '../../../domain/statistics/verdict.ts';
import { noises, simulatePairs } from './random.ts';

const policy = { alpha: 0.01, minimumGain: 0, minimumPairs: 8 };
const evaluations = 2000;
const maximumPairs = 60;

/**
 * Looks after every pair; the first decision counts. Judging costs two searches for roots: it is done only where the running
 * sums pass the boundary, without which there is no decision.
 */
function firstDecision(pairs: readonly { readonly logRatio: number }[], asked = policy): { decided: string | null; pairs: number } {
  const centre = Math.log(1 + asked.minimumGain);
  let [sum, squares] = [0, 0];
  for (const [index, { logRatio }] of pairs.entries()) {
    sum += logRatio - centre;
    squares += (logRatio - centre) ** 2;
    if (index + 1 < asked.minimumPairs || Math.abs(sum) < 0.999 * oneSidedBoundary(squares, asked.alpha)) continue;
    const { decided } = judge(pairs.slice(0, index + 1), asked);
    if (decided !== null) return { decided, pairs: index + 1 };
  }
  return { decided: null, pairs: pairs.length };
}

describe('judge, looking after every pair', () => {
  it.each(Object.keys(noises))('promotes a build without a gain at most once in a hundred evaluations: %s noise', (name) => {
    let [promoted, refused] = [0, 0];
    for (let seed = 1; seed <= evaluations; seed += 1) {
      const { decided } = firstDecision(simulatePairs(noises[name]!, 0, seed, maximumPairs));
      if (decided === 'pass') promoted += 1;
      if (decided === 'fail') refused += 1;
    }
    expect(promoted / evaluations).toBeLessThanOrEqual(policy.alpha);
    expect(refused / evaluations).toBeLessThanOrEqual(policy.alpha);
  });

  it('does not take a smaller gain for the one asked for', () => {
    const asked = { ...policy, minimumGain: 0.02 };
    let promoted = 0;
    for (let seed = 1; seed <= evaluations; seed += 1) {
      const pairs = simulatePairs(noises['normal']!, Math.log(1.015), seed, maximumPairs);
      if (firstDecision(pairs, asked).decided === 'pass') promoted += 1;
    }
    expect(promoted / evaluations).toBeLessThanOrEqual(policy.alpha);
  });

  it.each(Object.keys(noises))('gives intervals that hold the truth at every look: %s noise', (name) => {
    const [truth, rounds] = [Math.log(1.08), 250];
    let missed = 0;
    for (let seed = 1; seed <= rounds; seed += 1) {
      const pairs = simulatePairs(noises[name]!, truth, 9000 + seed, maximumPairs);
      const missedOnce = pairs.some((_, index) => {
        const { interval } = judge(pairs.slice(0, index + 1), policy);
        return interval !== null && (interval.low > 1.08 || interval.high < 1.08);
      });
      if (missedOnce) missed += 1;
    }
    expect(missed / rounds).toBeLessThanOrEqual(2 * policy.alpha);
  });

  it('sees a gain of one standard deviation in about 22 pairs', () => {
    const needed = Array.from({ length: 400 }, (_, seed) => firstDecision(simulatePairs(noises['normal']!, 0.03, seed + 1, 200)));
    const sorted = needed.map(({ pairs }) => pairs).toSorted((left, right) => left - right);
    expect(needed.filter(({ decided }) => decided === 'pass').length / needed.length).toBeGreaterThan(0.98);
    expect(sorted[200]).toBeGreaterThanOrEqual(16);
    expect(sorted[200]).toBeLessThanOrEqual(28);
  });

  it('fails a build that costs more, and passes one that costs far less, within the budget of a demonstration', () => {
    expect(firstDecision(simulatePairs(noises['normal']!, -0.1, 3, 40))).toMatchObject({ decided: 'fail' });
    const large = firstDecision(simulatePairs(noises['normal']!, Math.log(1.28), 3, 40));
    expect(large.decided).toBe('pass');
    expect(large.pairs).toBeLessThanOrEqual(16);
  });
});

describe('judge', () => {
  it('says nothing before the minimum of pairs, and never decides against its interval', () => {
    const pairs = simulatePairs(noises['normal']!, 0.2, 5, 60);
    expect(judge(pairs, { ...policy, minimumPairs: 61 }).decided).toBeNull();
    for (let count = 0; count <= 60; count += 1) {
      const { interval, decided } = judge(pairs.slice(0, count), policy);
      if (decided === null) continue;
      expect(decided).toBe('pass');
      expect(interval?.low).toBeGreaterThan(1);
    }
    expect(judge(pairs, policy).interval?.ratio).toBeCloseTo(Math.exp(momentsOf(pairs.map(({ logRatio }) => logRatio)).mean), 12);
  });

  it('is not led by an interval that the test at the gain asked for does not bear out', () => {
    const alike = Array.from({ length: 20 }, (_, index) => ({ logRatio: 0.5 + 0.001 * (index % 2) }));
    const logRatios = alike.map(({ logRatio }) => logRatio);
    const early = momentsOf(logRatios.slice(0, 12));
    expect(early.mean - (halfWidth(early, policy.alpha) ?? Infinity)).toBeGreaterThan(0);
    expect(exceeds(early, 0, policy.alpha)).toBe(false);
    expect(judge(alike.slice(0, 12), policy)).toEqual({ interval: null, decided: null });
    expect(judge(alike, policy).decided).toBe('pass');
  });

  it('answers with plain numbers or null for no pairs at all', () => {
    expect(judge([], policy)).toEqual({ interval: null, decided: null });
  });
});

describe('endpointFigures', () => {
  const leg = (search: number, look: number): LegMeasure => ({
    cpuNanoseconds: search + look,
    requests: 20,
    core: 0,
    endpointCpuNanoseconds: { 'GET /search': { cpuNanoseconds: search, requests: 5 }, 'GET /look': { cpuNanoseconds: look, requests: 15 } },
    maximumResidentBytes: 1,
  });
  const pair = (index: number): EvaluationPair => {
    const noise = 1 + 0.01 * Math.sin(index * 7);
    return {
      index,
      candidateFirst: false,
      baseline: leg(1500 * noise, 1000),
      candidate: leg(1000, 1000 * noise),
      logRatio: 0,
      startedAt: '',
    };
  };

  it('gives each endpoint its own interval, the busiest first', () => {
    const figures = endpointFigures(
      Array.from({ length: 40 }, (_, index) => pair(index)),
      policy,
    );
    expect(figures.map(({ endpoint, requests, pairs }) => [endpoint, requests, pairs])).toEqual([
      ['GET /look', 600, 40],
      ['GET /search', 200, 40],
    ]);
    expect(figures[1]?.ratio).toBeCloseTo(1.5, 1);
    expect(figures[1]?.low).toBeGreaterThan(1.4);
    expect(figures[0]?.low).toBeLessThan(1);
    expect(figures[0]?.high).toBeGreaterThan(1);
  });

  it('gives the ratio alone while it cannot bound it', () => {
    const [look, search] = endpointFigures([pair(1), pair(2)], policy);
    expect(search).toEqual({ endpoint: 'GET /search', requests: 10, pairs: 2, ratio: expect.closeTo(1.5, 1), low: null, high: null });
    expect(look).toMatchObject({ pairs: 2, low: null });
  });

  it('leaves out an endpoint that no pair has a cost of', () => {
    const free = { ...pair(1), candidate: leg(1000, 0) };
    expect(endpointFigures([free], policy).map(({ endpoint }) => endpoint)).toEqual(['GET /search']);
  });
});
