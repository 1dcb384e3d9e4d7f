import { expect, test } from 'vitest';
import { HoneError } from '../../domain/errors.ts';
import type { CorpusRequest, InstanceRef } from '../../domain/model/collection.ts';
import type { StressOrder, StressProgress } from '../../domain/model/stress.ts';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import { asId, type Digest, type InstanceId } from '../../domain/ids.ts';
import { recordedCorpus } from '../../domain/rules/recording.ts';
import { makeArrivals } from '../../hosts/stress/arrivals.ts';
import { makeLatencies } from '../../hosts/stress/meter.ts';
import { runStress } from '../../hosts/stress/run-stress.ts';
import { makeReplayClient } from '../../traffic/replay/client.ts';
import { sampleEnvironment } from '../support/samples.ts';
import { startOrigin } from '../traffic/support.ts';

const request = (path: string, at: number, session = path): CorpusRequest => ({ method: 'GET', path, headers: {}, at, session });
const limits = { seconds: null, longestSeconds: 900, mostRequests: 1000 };

test('arrivals keep the mix and the gaps at another speed, which may change on the way', () => {
  const corpus = recordedCorpus([[request('/a', 0), request('/b', 100), request('/c', 400)]]);
  const twice = makeArrivals(corpus, 2, { ...limits, seconds: 1 });
  const first = [twice.next(), twice.next(), twice.next(), twice.next()];
  expect(first.map((arrival) => [arrival?.at, arrival?.request.path])).toEqual([
    [0, '/a'],
    [50, '/b'],
    [200, '/c'],
    [300, '/a'],
  ]);
  twice.setSpeed(4);
  expect(twice.next()?.at).toBe(325);
  const rest = [...Array(20).keys()].map(() => twice.next()).filter((arrival) => arrival !== null);
  expect(Math.max(...rest.map(({ at }) => at))).toBeLessThan(1000);
  expect(twice.over()).toBe('time-over');

  const once = makeArrivals(corpus, 1, limits);
  expect([once.next(), once.next(), once.next(), once.next()].map((arrival) => arrival?.at ?? null)).toEqual([0, 100, 400, null]);
  expect(once.over()).toBe('corpus-over');
  const few = makeArrivals(corpus, 1, { ...limits, mostRequests: 1 });
  expect([few.next() === null, few.next(), few.over()]).toEqual([false, null, 'count-over']);
});

test('latencies have three significant figures, from a microsecond to minutes', () => {
  const latencies = makeLatencies();
  expect(latencies.figures()).toBe(null);
  for (let value = 1; value <= 1000; value += 1) latencies.add(value / 10);
  const { p50, p90, p99, maximum } = latencies.figures()!;
  for (const [figure, wanted] of [
    [p50, 50],
    [p90, 90],
    [p99, 99],
    [maximum, 100],
  ] as const)
    expect(figure / wanted).toBeCloseTo(1, 2);
});

const instance: InstanceRef = {
  instanceId: asId<InstanceId>('stressed'),
  host: 'test',
  port: 0,
  entrancePort: null,
  pid: 1,
  core: null,
  elfBuildId: 'ab',
};
const manifest = manifestSchema.parse({
  target: 'stressed',
  build: { command: 'make', binary: 'b' },
  run: { command: ['{binary}'] },
  drive: { kind: 'http' },
  mirror: { configuration: 'nginx.conf', httpInclude: 'h.conf', locationInclude: 'l.conf' },
});

async function stress(
  port: number,
  parts: Readonly<Record<'training' | 'heldOut', readonly CorpusRequest[]>>,
  order: Partial<StressOrder>,
  lost: Promise<never> = new Promise<never>(() => undefined),
) {
  const told: StressProgress[] = [];
  const blob = { digest: asId<Digest>('1'.repeat(64)), sizeBytes: 1 };
  const measure = { startedAt: '', endedAt: '', environment: sampleEnvironment, cpuNanoseconds: 5 };
  const { result } = await runStress(
    {
      instance: { ...instance, port },
      manifest,
      corpus: { training: blob, heldOut: blob },
      order: { rate: '1x', seconds: null, untilSaturation: false, ...order },
      onProgress: (progress) => told.push(progress),
    },
    {
      record: async () => ({ finish: async () => measure, abandon: () => undefined }),
      lost: () => lost,
      corpus: { requests: async (part) => parts[part], getData: () => Promise.reject(new Error('not asked for')) },
      replay: makeReplayClient(),
    },
    { signal: new AbortController().signal, progress: () => undefined },
  );
  return { result, told };
}

test('a corpus of both parts at three times its rate: all of it, in its mix, as fast as asked', async () => {
  const origin = await startOrigin(({ url }) => ({ status: url === '/gone' ? 404 : 200, body: 'hello' }));
  const training = [...Array(40).keys()].map((index) => request(index % 4 === 0 ? '/gone' : `/${index}`, index * 60));
  const heldOut = [...Array(40).keys()].map((index) => request(`/held/${index}`, 2400 + index * 60));
  const { result, told } = await stress(origin.port, { training, heldOut }, { rate: '3x' });
  await origin.close();
  expect(result).toMatchObject({ requests: 80, outcomes: { '2xx': 70, '4xx': 10 }, end: 'corpus-over', saturation: null });
  expect(result.recording.perSecond).toBeCloseTo(1000 / 60);
  expect(result.askedPerSecond).toBeCloseTo(50);
  expect(result.achievedPerSecond).toBeGreaterThan(30);
  expect(result.steps).toHaveLength(1);
  expect(told[0]).toMatchObject({ second: 1, askedPerSecond: expect.closeTo(50) as number });
  expect(origin.seen).toHaveLength(80);
  expect(result.endpoints.map(({ endpoint, requests, failed }) => [endpoint, requests, failed])).toEqual([
    ['GET /held/{id}', 40, 0],
    ['GET /{id}', 30, 0],
    ['GET /gone', 10, 0],
  ]);
});

test('a service that no longer follows ends the window there, with what it achieved', async () => {
  // Answers ten a second, one after the other.
  let free = 0;
  const origin = await startOrigin(undefined, (now) => {
    free = Math.max(free, now) + 100;
    return free - now;
  });
  const training = [...Array(50).keys()].map((index) => request(`/${index}`, index * 10));
  const { result } = await stress(origin.port, { training, heldOut: [] }, { rate: '60/s', untilSaturation: true, seconds: 20 });
  await origin.close();
  expect(result.end).toBe('saturated');
  expect(result.saturation).toMatchObject({ because: 'queue' });
  expect(result.saturation!.achievedPerSecond).toBeLessThan(20);
  expect(result.seconds).toBeLessThan(18);
});

test('the time asked for is the time that is measured, also when nothing comes at its end', async () => {
  const origin = await startOrigin();
  const training = [request('/a', 0), request('/b', 100), request('/c', 1500)];
  const { result } = await stress(origin.port, { training, heldOut: [] }, { rate: '1x', seconds: 1 });
  expect(result).toMatchObject({ requests: 2, end: 'time-over' });
  expect(result.seconds).toBeGreaterThanOrEqual(0.99);
  expect(result.achievedPerSecond).toBeLessThan(2.1);
  await origin.close();
});

test('an instance that dies ends the window at once, with how it died', async () => {
  const origin = await startOrigin();
  const training = [...Array(50).keys()].map((index) => request(`/${index}`, index * 100));
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const began = performance.now();
  const ended = stress(origin.port, { training, heldOut: [] }, { rate: '1x' }, lost);
  await expect.poll(() => origin.seen.length).toBeGreaterThan(2);
  reject(new HoneError('instance-lost', 'It was ended by SIGSEGV.', 'See its last lines.'));
  await expect(ended).rejects.toMatchObject({ code: 'instance-lost' });
  expect(performance.now() - began).toBeLessThan(4000);
  await origin.close();
});
