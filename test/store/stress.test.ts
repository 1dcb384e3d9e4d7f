import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type BuildRecordId, type StressId } from '../../domain/ids.ts';
import type { StressProgress } from '../../domain/model/stress.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { sampleEnvironment, sampleStressResult } from '../support/samples.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
let loop: Awaited<ReturnType<Awaited<ReturnType<ReturnType<typeof seed>['target']>>['loop']>>;
beforeAll(async () => {
  db = await freshStore();
  loop = await (await seed(db.store).target('stressed')).loop();
});
afterAll(() => db.close());

const order = { rate: '3x', seconds: null, untilSaturation: false };
const progress: StressProgress = { second: 1, askedPerSecond: 50, answeredPerSecond: 49, requests: 50, answered: 49, waiting: 1, p99: 3 };
const measure = { environment: sampleEnvironment, cpuNanoseconds: 12_345 };

function opening(change: object = {}) {
  const id = asId<StressId>(randomUUID());
  const { targetId } = loop.cycle;
  return { id, targetId, cycleId: loop.cycle.id, buildId: loop.baseline.id, workflowId: `stress/${id}`, host: 'host-a', order, ...change };
}

test('a window is opened once, followed, measured once and closed once', async () => {
  const request = opening();
  const opened = await db.store.stress.open(request);
  expect(await db.store.stress.open({ ...request, order: { ...order, rate: '9x' } })).toEqual(opened);
  expect(opened).toMatchObject({ state: 'running', order, progress: null, result: null, measure: null, endedAt: null });

  const seen: string[] = [];
  const following = (async () => {
    for await (const { state, progress: told, result } of db.store.stress.follow(request.id, AbortSignal.timeout(20_000))) {
      seen.push(`${state} ${told?.second ?? '-'} ${result === null ? '-' : 'measured'}`);
      if (seen.length === 1) await db.store.stress.saveProgress(request.id, progress);
      else if (result === null) await db.store.stress.saveResult(request.id, sampleStressResult, measure);
      else if (state === 'running') await db.store.stress.close(request.id, 'succeeded', null);
    }
  })();
  await following;
  expect(new Set(seen)).toEqual(new Set(['running - -', 'running 1 -', 'running 1 measured', 'succeeded 1 measured']));

  await db.store.stress.saveResult(request.id, { ...sampleStressResult, requests: 9 }, measure);
  await db.store.stress.saveProgress(request.id, { ...progress, second: 9 });
  await db.store.stress.close(request.id, 'failed', null);
  expect(await db.store.stress.byId(request.id)).toMatchObject({ state: 'succeeded', result: sampleStressResult, measure, progress });
  await expect(db.sql('UPDATE "StressWindow" SET "state" = \'failed\' WHERE "id" = $1', [request.id])).rejects.toThrow(/immutable/);
});

test('a record of before a figure was in the summary says so, and keeps what it has', async () => {
  const { id } = await db.store.stress.open(opening());
  const { ioPressurePercent: _io, memoryPressurePercent: _memory, powerSupply: _power, ...earlier } = sampleEnvironment.summary;
  const environment = { ...sampleEnvironment, summary: earlier } as unknown as typeof sampleEnvironment;
  await db.store.stress.saveResult(id, sampleStressResult, { ...measure, environment });
  const none = { available: false, reason: expect.stringContaining('the whole record has the samples') };
  expect((await db.store.stress.byId(id))?.measure?.environment.summary).toEqual({
    ...earlier,
    ioPressurePercent: none,
    memoryPressurePercent: none,
    powerSupply: none,
  });
  await db.store.stress.close(id, 'cancelled', null);
});

test('it is of builds and cycles of its target; a success has a result', async () => {
  const other = await (await seed(db.store).target('other-stressed')).loop();
  for (const change of [{ buildId: other.baseline.id }, { cycleId: other.cycle.id }, { buildId: asId<BuildRecordId>(randomUUID()) }]) {
    await expect(db.store.stress.open(opening(change))).rejects.toMatchObject({ code: 'not-found' });
  }
  const { id } = await db.store.stress.open(opening());
  await expect(db.store.stress.close(id, 'succeeded', null)).rejects.toThrow();
  const update = (set: string) => db.sql(`UPDATE "StressWindow" SET ${set} WHERE "id" = $1`, [id]);
  await expect(update(`"order" = '{"rate": "9x"}'`)).rejects.toThrow(/immutable/);
  await expect(update(`"result" = '{}'`)).rejects.toThrow(/measured_whole/);
  await db.store.stress.close(id, 'failed', { code: 'instance-lost', message: 'gone', advice: 'see' });
  expect(await db.store.stress.byId(id)).toMatchObject({ state: 'failed', error: { code: 'instance-lost' } });
});

test('a window and a cycle do not share a host, and the end of the window frees it', async () => {
  const { name } = await seed(db.store).host('host-stress');
  const { cycle } = await (await seed(db.store).target()).cycle();
  const { id } = await db.store.stress.open(opening());
  expect(await db.store.hosts.lease(name, id, 60)).toBe(true);
  expect(await db.store.hosts.lease(name, id, 60)).toBe(true);
  expect(await db.store.hosts.lease(name, cycle.id, 60)).toBe(false);
  const host = (await db.store.hosts.byName(name))!;
  expect(await db.store.hosts.leasesOf([host.id])).toMatchObject([{ cycleId: null, stressId: id }]);
  await db.store.stress.close(id, 'cancelled', null);
  expect(await db.store.hosts.lease(name, id, 60)).toBe(false);
  expect(await db.store.hosts.lease(name, cycle.id, 60)).toBe(true);
  expect(await db.store.hosts.leasesOf([host.id])).toMatchObject([{ cycleId: cycle.id, stressId: null }]);
  await expect(db.sql('UPDATE "HostLease" SET "stressId" = $1 WHERE "cycleId" = $2', [id, cycle.id])).rejects.toThrow(/one_holder/);
});
