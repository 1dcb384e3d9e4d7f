import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HoneError, type HoneErrorData } from '../../domain/errors.ts';
import { asId, type CycleId, type TargetId } from '../../domain/ids.ts';
import type { CycleEvent, CycleState } from '../../domain/model/cycle.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { digestOf, sampleCorpus, sampleCounters, sampleComparison, sampleDeidentification } from '../support/samples.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

const newId = () => asId<CycleId>(randomUUID());

test('opening is idempotent by id, and a second cycle of the target is refused with the first one named', async () => {
  const { target, cycle } = await seed(db.store).target();
  const first = (await cycle('stale')).cycle;
  const again = await db.store.cycles.open({ id: first.id, targetId: target.id, workflowId: first.workflowId, reason: 'stale' });
  expect(again).toEqual(first);
  expect(first).toMatchObject({ state: 'running', stage: 'plan', error: null, endedAt: null });
  const second = db.store.cycles.open({ id: newId(), targetId: target.id, workflowId: 'refresh/x', reason: 'again' });
  await expect(second).rejects.toMatchObject({ code: 'cycle-already-active', message: expect.stringContaining(first.id) });
});

test('a cycle keeps the manifest that it was opened with, and its version names it', async () => {
  const { target, cycle } = await seed(db.store).target();
  const first = await cycle();
  expect(first.cycle).toMatchObject({ directory: target.directory, manifest: target.manifest, manifestDigest: target.manifestDigest });
  const manifest = { ...target.manifest, collection: { ...target.manifest.collection, windows: 77 } };
  const again = { name: target.name, directory: '/srv/moved', manifest, manifestDigest: digestOf('another manifest') };
  await db.store.targets.register(again);
  const { id, workflowId, reason } = first.cycle;
  expect(await db.store.cycles.open({ id, targetId: target.id, workflowId, reason })).toEqual(first.cycle);
  expect(await db.store.cycles.byId(id)).toEqual(first.cycle);
  expect((await first.profile()).provenance.manifestDigest).toBe(target.manifestDigest);
  await first.close('failed');
  const { cycle: second } = await cycle();
  expect(second).toMatchObject({ directory: '/srv/moved', manifest, manifestDigest: again.manifestDigest });
});

test('of twenty cycles opened at once for one target, one is opened', async () => {
  const { target } = await seed(db.store).target();
  const open = () => db.store.cycles.open({ id: newId(), targetId: target.id, workflowId: 'w', reason: 'race' });
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, open));
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'HoneError', code: 'cycle-already-active' });
});

test('a cycle of an unknown target is refused', async () => {
  const open = db.store.cycles.open({ id: newId(), targetId: asId<TargetId>('none'), workflowId: 'w', reason: 'r' });
  await expect(open).rejects.toMatchObject({ code: 'target-not-found' });
});

test('the first close wins; the next cycle may open then', async () => {
  const { cycle } = await seed(db.store).target();
  const first = await cycle();
  const error = new HoneError('build-failed', 'It did not compile.', 'Look at the lines.', { details: ['x.c:1: error'] }).toData();
  await db.store.cycles.close(first.cycle.id, 'failed', error);
  await db.store.cycles.close(first.cycle.id, 'succeeded', null);
  expect(await db.store.cycles.byId(first.cycle.id)).toMatchObject({ state: 'failed', error, endedAt: expect.any(String) });
  expect((await cycle()).cycle.state).toBe('running');
  await expect(db.store.cycles.close(newId(), 'cancelled', null)).rejects.toMatchObject({ code: 'not-found' });
});

test('a cycle that fails, is rejected or inconclusive says why; one that succeeds or is cancelled says nothing', async () => {
  const error = new HoneError('windows-rejected', 'Too warm.', 'Let it cool.').toData();
  const end = async (state: Exclude<CycleState, 'running'>, why: HoneErrorData | null) => {
    const { cycle } = await (await seed(db.store).target()).cycle();
    await db.store.cycles.close(cycle.id, state, why);
    return db.store.cycles.byId(cycle.id);
  };
  for (const state of ['failed', 'rejected', 'inconclusive'] as const) {
    expect(await end(state, error)).toMatchObject({ state, error });
    await expect(end(state, null), state).rejects.toThrow(/error_when_unsuccessful/);
  }
  for (const state of ['succeeded', 'cancelled'] as const) {
    expect(await end(state, null)).toMatchObject({ state, error: null });
    await expect(end(state, error), state).rejects.toThrow(/error_when_unsuccessful/);
  }
});

test('the active cycles of many targets', async () => {
  const [idle, done, busy] = await Promise.all([1, 2, 3].map(() => seed(db.store).target()));
  await (await done!.cycle()).close('failed');
  await (await busy!.cycle()).close('failed');
  const { cycle } = await busy!.cycle();
  expect(await db.store.cycles.activeOf([idle!, done!, busy!].map(({ target }) => target.id))).toEqual([cycle]);
});

test('an event recorded twice is one event; the stage follows the latest and stays when the cycle is closed', async () => {
  const { cycle } = await seed(db.store).target();
  const { cycle: opened, close } = await cycle();
  const event = (sequence: number, stage: CycleEvent['stage']) =>
    db.store.cycles.recordEvent({ cycleId: opened.id, sequence, stage, state: 'started', message: `${stage} ${sequence}` });
  const stage = async () => (await db.store.cycles.byId(opened.id))?.stage;
  await event(2, 'deploy');
  await event(1, 'build-instrumented');
  await event(2, 'windows');
  expect(await stage()).toBe('deploy');
  expect((await db.store.cycles.events(opened.id, 0)).map((row) => row.message)).toEqual(['build-instrumented 1', 'deploy 2']);
  expect((await db.store.cycles.events(opened.id, 1)).map((row) => row.sequence)).toEqual([2]);
  await close('cancelled');
  await event(3, 'stop');
  expect(await stage()).toBe('deploy');
  expect(await db.store.cycles.eventsOf([opened.id])).toHaveLength(3);
  const unknown = db.store.cycles.recordEvent({ cycleId: newId(), sequence: 1, stage: 'plan', state: 'done', message: '' });
  await expect(unknown).rejects.toMatchObject({ code: 'not-found' });
});

test('the first corpus of a cycle stays', async () => {
  const { cycle } = await seed(db.store).target();
  const { cycle: opened, corpus } = await cycle();
  expect(await db.store.cycles.corpus(opened.id)).toBeNull();
  await corpus();
  await db.store.cycles.saveCorpus(opened.id, sampleCorpus('other'), sampleCounters, sampleComparison, sampleDeidentification);
  const saved = await db.store.cycles.corpus(opened.id);
  expect(saved).toEqual({
    cycleId: opened.id,
    corpus: sampleCorpus(opened.id),
    counters: sampleCounters,
    comparison: sampleComparison,
    deidentification: sampleDeidentification,
  });
  expect(await db.store.cycles.corporaOf([opened.id, newId()])).toEqual([saved]);
});
