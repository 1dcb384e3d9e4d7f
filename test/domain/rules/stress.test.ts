import { describe, expect, test } from 'vitest';
import type { CorpusRequest } from '../../../domain/model/collection.ts';
import type { StressSecond } from '../../../domain/model/stress.ts';
import { inOrderOfArrival } from '../../../domain/rules/arrival-order.ts';
import { recordedCorpus, speedOf } from '../../../domain/rules/recording.ts';
import { saturationOf } from '../../../domain/rules/saturation.ts';
import { confirmStressOrder, parseStressRate } from '../../../domain/rules/stress-order.ts';

const request = (path: string, at?: number, session?: string): CorpusRequest => ({
  method: 'GET',
  path,
  headers: {},
  ...(at === undefined ? {} : { at }),
  ...(session === undefined ? {} : { session }),
});

describe('a rate', () => {
  test.each([
    ['3x', { times: 3 }],
    ['0.5x', { times: 0.5 }],
    [' 2 ', { times: 2 }],
    ['50/s', { perSecond: 50 }],
  ])('%j is understood', (text, rate) => expect(parseStressRate(text)).toEqual(rate));
  test.each(['x', '', '0x', '-1x', '3y', '1001x', '1e9/s', '200000/s', '3x/s', 'NaN'])('%j is refused', (text) => {
    expect(() => parseStressRate(text)).toThrow(expect.objectContaining({ code: 'input-invalid' }) as Error);
  });
  test('a time is whole and bounded', () => {
    const order = (seconds: number | null) => () => confirmStressOrder({ rate: '1x', seconds, untilSaturation: false });
    for (const seconds of [0, 1.5, 901]) expect(order(seconds)).toThrow(expect.objectContaining({ code: 'input-invalid' }) as Error);
    for (const seconds of [1, 900, null]) expect(order(seconds)).not.toThrow();
  });
});

describe('a recording', () => {
  test('is in the order of arrival, over both parts, with the pauses of the gateway cut', () => {
    const training = [request('/c', 1200, 'b'), request('/a', 1000, 'a'), request('/b', 1100)];
    const { recording, requests, lengthMilliseconds } = recordedCorpus([training, [request('/d', 61_200, 'a')]]);
    expect(requests.map(({ offset, request: { path } }) => [offset, path])).toEqual([
      [0, '/a'],
      [100, '/b'],
      [200, '/c'],
      [2200, '/d'],
    ]);
    // Four requests and three gaps: the mean gap stands before a repetition.
    expect(lengthMilliseconds).toBeCloseTo((2200 * 4) / 3);
    expect(recording).toMatchObject({ requests: 4, sessions: 2, withoutSession: 1, pausesCut: 1 });
    expect(recording.perSecond).toBeCloseTo(3 / 2.2);
  });
  test('without times has no rate to take a multiple of', () => {
    const corpus = recordedCorpus([[request('/a', 5), request('/b')], []]);
    expect(corpus.recording).toMatchObject({ perSecond: null, seconds: null });
    expect(() => speedOf(corpus, { times: 3 })).toThrow(expect.objectContaining({ code: 'input-invalid' }) as Error);
    expect(corpus.lengthMilliseconds / speedOf(corpus, { perSecond: 50 })).toBe(40);
    expect(() => recordedCorpus([[], []])).toThrow(expect.objectContaining({ code: 'window-empty' }) as Error);
  });
  test('has the requests of one millisecond in the order of arrival, whatever order they were answered in', () => {
    const kept = [4, 2, 5, 1, 3].map((place) => ({ ...request(`/${place}`, place === 5 ? 1001 : 1000), place }));
    expect(inOrderOfArrival(kept).map(({ place }) => place)).toEqual([1, 2, 3, 4, 5]);
    expect(recordedCorpus([kept]).requests.map(({ request: { place } }) => place)).toEqual([1, 2, 3, 4, 5]);
    const untimed = kept.map((one) => ({ ...request(one.path), place: one.place }));
    expect(recordedCorpus([untimed]).requests.map(({ request: { place } }) => place)).toEqual([1, 2, 3, 4, 5]);
  });
  test('of captured files has each request once, at its own time, however often it trained', () => {
    const entry = (place: number, at?: number) => ({ ...request(`/${place}`, at), place });
    const training = [entry(1, 0), entry(3, 1500.5), entry(1, 0), entry(3, 1500.5)];
    const { recording, requests } = recordedCorpus([training, [entry(4, 900), entry(2, 1000)]]);
    expect(requests.map(({ offset, request: { place } }) => [offset, place])).toEqual([
      [0, 1],
      [900, 4],
      [1000, 2],
      [1500.5, 3],
    ]);
    expect(recording).toMatchObject({ requests: 4, withoutTime: 0 });
  });
  test('lets a few without a time go with the one before them, and has none when it is many', () => {
    const entries = Array.from({ length: 200 }, (_, index) => ({ ...request(`/${index + 1}`, index * 10), place: index + 1 }));
    const without = (...places: readonly number[]) =>
      entries.map((one) => (places.includes(one.place) ? { ...request(one.path), place: one.place } : one));
    const { recording, requests } = recordedCorpus([without(1, 101).toReversed()]);
    expect(recording).toMatchObject({ requests: 200, withoutTime: 2 });
    expect(requests.slice(99, 102).map(({ offset, request: { place } }) => [offset, place])).toEqual([
      [980, 100],
      [980, 101],
      [1000, 102],
    ]);
    expect(recordedCorpus([without(1, 2, 3)]).recording).toMatchObject({ perSecond: null, withoutTime: 3 });
  });
  test('goes so many times faster, or as fast as is said', () => {
    const corpus = recordedCorpus([[request('/a', 0), request('/b', 100), request('/c', 200)]]);
    expect(corpus.recording.perSecond).toBe(10);
    expect(speedOf(corpus, { times: 3 })).toBe(3);
    expect(speedOf(corpus, { perSecond: 25 })).toBe(2.5);
  });
});

describe('saturation', () => {
  const second = (change: Partial<StressSecond> = {}): StressSecond => {
    const latency = { p50: 2, p90: 3, p99: 5, maximum: 9 };
    return { second: 1, asked: 100, answered: 100, failed: 0, waiting: 1, latency, senderLagMilliseconds: 1, ...change };
  };
  const because = (...seconds: StressSecond[]) => saturationOf(seconds, 100)?.because ?? null;
  const slow = { latency: { p50: 60, p90: 80, p99: 90, maximum: 99 } };
  test.each([
    ['nothing', {}, null],
    ['more waits than is asked for in a second', { waiting: 101 }, 'queue'],
    ['a tenth of the answers fail', { failed: 11 }, 'failures'],
    ['the median is far above the calmest', slow, 'latency'],
    ['the sender itself is late', { senderLagMilliseconds: 150, waiting: 500 }, 'sender'],
    ['few answers fail of few', { answered: 10, failed: 9 }, null],
    ['a slow service that was always slow', { latency: { p50: 15, p90: 15, p99: 15, maximum: 15 } }, null],
  ])('%s', (_, change, expected) => {
    expect(because(second(), second(change), second(change))).toBe(expected);
    // One second may be a pause of the machine.
    expect(because(second(), second(change), second())).toBe(null);
    expect(because(second(), second(), second(change))).toBe(null);
  });
  test('says where, and what was achieved there', () => {
    const seconds = [second(), second({ second: 2, waiting: 150, answered: 80 }), second({ second: 3, waiting: 190, answered: 60 })];
    expect(saturationOf(seconds, 100)).toMatchObject({ second: 3, askedPerSecond: 100, achievedPerSecond: 70, because: 'queue' });
  });
});
