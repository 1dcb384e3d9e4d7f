import { describe, expect, test } from 'vitest';
import { asId, type SessionId, type TargetId } from '../../../domain/ids.ts';
import { freshnessSchema } from '../../../domain/manifest/freshness-schema.ts';
import type { TrafficSample } from '../../../domain/model/freshness.ts';
import type { PrivacyRelease } from '../../../domain/model/privacy.ts';
import { comparableTraffic, measureTrafficDrift } from '../../../domain/rules/traffic-drift.ts';
import { samplePrivacyReport } from '../../support/samples.ts';

const policy = freshnessSchema.parse({});
const release = (shapes: Record<string, number>, scale = 10, threshold = 20): PrivacyRelease => ({
  ...samplePrivacyReport.release!,
  mechanisms: [{ aggregate: 'shapes', distribution: 'discrete-gaussian', sensitivity: 1, scale, microRho: 1 }],
  threshold,
  shapes,
});
const sample = (at: string, of: PrivacyRelease): TrafficSample => ({
  id: asId<SessionId>(at),
  targetId: asId<TargetId>('target'),
  requests: 2000,
  release: of,
  at,
});
const monday = '2026-03-02T09:30:00.000Z';
const then = (of: PrivacyRelease) => ({ release: of, at: '2026-02-27T15:00:00.000Z', isSameHour: false });
const usual = { 'GET /search': 1000, 'GET /products/{number}': 800, 'POST /quotes': 200 };

describe('traffic drift', () => {
  test('is nothing where the shares are the same, whatever the rate', () => {
    const measure = measureTrafficDrift(
      sample(monday, release(usual)),
      then(release({ 'GET /search': 5000, 'GET /products/{number}': 4000, 'POST /quotes': 1000 })),
      policy,
    );
    expect(measure).toMatchObject({ value: 0, threshold: 0.1 });
    expect(measure.sentence).toBe("The requests' shapes differ by 0.0 % of a bit from those at collection; at most 10.0 % is allowed.");
  });

  test('is seen where they are not, with the shapes that moved', () => {
    const measure = measureTrafficDrift(
      sample(monday, release({ 'GET /search': 200, 'GET /products/{number}': 200, 'POST /quotes': 1600 })),
      then(release(usual)),
      policy,
    );
    expect(measure.value).toBeGreaterThan(0.2);
    expect(measure.details[2]).toBe('POST /quotes: 10.0 % then, 80.0 % now');
  });

  test('a shape that is new and frequent counts; one that the threshold may have hidden does not', () => {
    const frequent = measureTrafficDrift(sample(monday, release({ ...usual, 'GET /new': 2000 })), then(release(usual)), policy);
    expect(frequent.value).toBeGreaterThan(0.2);
    const rare = measureTrafficDrift(sample(monday, release({ ...usual, 'GET /new': 30 })), then(release(usual)), policy);
    expect(rare.value).toBe(0);
    expect(rare.details.at(-1)).toBe('shapes that are too rare to be told: 1');
  });

  test('what noise could show is no drift, and too much of it is said', () => {
    const noisy = measureTrafficDrift(sample(monday, release(usual, 900)), then(release(usual)), policy);
    expect(noisy.value).toBeNull();
    expect(noisy.sentence).toMatch(/^Noise alone would show \d+\.\d %; the limit is 10\.0 %\. Sample more requests/);
    const other = measureTrafficDrift(sample(monday, { ...release(usual), detail: 'kinds' }), then(release(usual)), policy);
    expect(other).toMatchObject({ value: null, sentence: expect.stringContaining('same detail') as string });
    expect(measureTrafficDrift({ unavailable: 'No gateway.' }, then(release(usual)), policy)).toMatchObject({
      value: null,
      sentence: 'No gateway.',
    });
    expect(measureTrafficDrift(sample(monday, release({})), then(release(usual)), policy).value).toBeNull();
  });
});

describe('what today is compared with', () => {
  const collection = { release: release(usual), at: '2026-02-24T15:00:00.000Z' };
  const pick = (earlier: readonly string[], at = monday, zone = 'UTC') =>
    comparableTraffic(
      sample(at, release(usual)),
      collection,
      earlier.map((time) => sample(time, release(usual))),
      zone,
    );

  test('the collection, where there is nothing of the same hour', () => {
    expect(pick([])).toMatchObject({ at: collection.at, isSameHour: false });
    expect(pick(['2026-03-01T09:30:00.000Z', '2026-02-23T14:30:00.000Z'])).toMatchObject({ isSameHour: false });
    expect(pick(['2026-03-02T09:00:00.000Z']), 'of the same day').toMatchObject({ isSameHour: false });
  });

  test('the same hour and weekday nearest to the collection: a normal Monday is no drift', () => {
    const mondays = ['2026-02-09T09:10:00.000Z', '2026-02-23T10:20:00.000Z', '2026-02-16T08:40:00.000Z'];
    expect(pick(mondays)).toMatchObject({ at: '2026-02-23T10:20:00.000Z', isSameHour: true });
  });

  test('nothing that was taken after the collection: a change that stays does not become what is normal', () => {
    expect(pick(['2026-02-25T09:30:00.000Z'], '2026-03-04T09:30:00.000Z')).toMatchObject({ isSameHour: false });
    expect(pick(['2026-02-24T23:30:00.000Z'], '2026-03-03T23:30:00.000Z'), 'of the day of the collection').toMatchObject({
      isSameHour: true,
    });
  });

  test('by the clock of the time zone, also when it was changed between', () => {
    // 9:30 in Berlin, before and after the change to summer time on 29 March 2026.
    const late = { release: release(usual), at: '2026-03-24T15:00:00.000Z' };
    const before = [sample('2026-03-23T08:30:00.000Z', release(usual))];
    expect(comparableTraffic(sample('2026-03-30T07:30:00.000Z', release(usual)), late, before, 'Europe/Berlin').isSameHour).toBe(true);
    // Sunday's last hour and Monday's first are an hour apart.
    expect(pick(['2026-02-22T23:50:00.000Z'], '2026-03-02T00:10:00.000Z')).toMatchObject({ isSameHour: true });
  });
});
