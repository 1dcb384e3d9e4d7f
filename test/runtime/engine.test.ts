import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moveChannelWorkflowId, refreshCycleWorkflowId } from '../../domain/contracts/workflows.ts';
import type { Target } from '../../domain/model/target.ts';
import type { EnginePort } from '../../domain/ports/engine.ts';
import { connectTemporal, makeEngine, makePromotion } from '../../runtime/engine.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { seed } from '../support/seed.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';

// A real Temporal server and a real store; no worker, so that a workflow stays at its beginning.
let temporal: TestTemporal;
let db: TestStore;
let client: Client;
let engine: EnginePort;

beforeAll(async () => {
  [temporal, db] = await Promise.all([startTestTemporal(), freshStore()]);
  client = connectTemporal({ address: temporal.address, namespace: 'default' });
  engine = makeEngine({ client, host: 'host-a', cycles: db.store.cycles });
});
afterAll(async () => {
  await client.connection.close();
  await db.close();
  await temporal.stop();
});

const targetNamed = async (name: string): Promise<Target> => (await seed(db.store).target(name)).target;
const rowsOf = async ({ id }: Target) => (await db.store.cycles.list({ targetId: id }, { first: 50, after: null })).rows;

describe('cycles that are started at once', () => {
  it('of one target: one starts, the others are refused and leave no row', async () => {
    const target = await targetNamed('wanted');
    const asked = await Promise.allSettled(['a', 'b', 'c', 'd'].map((reason) => engine.startCycle(target, reason)));
    const started = asked.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(started).toHaveLength(1);
    expect(refused).toHaveLength(3);
    for (const error of refused)
      expect(error).toMatchObject({
        code: 'cycle-already-active',
        message: 'A cycle of wanted is running.',
        advice: expect.stringContaining('cancel') as string,
      });
    const rows = await rowsOf(target);
    expect(rows.map(({ row }) => ({ id: row.id, state: row.state }))).toEqual([{ id: started[0], state: 'running' }]);
  });

  it('of two targets: both start', async () => {
    const targets = await Promise.all(['left', 'right'].map(targetNamed));
    const ids = await Promise.all(targets.map((target) => engine.startCycle(target, 'a test')));
    expect(new Set(ids).size).toBe(2);
    expect((await db.store.cycles.activeOf(targets.map(({ id }) => id))).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });
});

describe('search attributes', () => {
  it('of a cycle name its target and the cycle, for whoever looks in Temporal', async () => {
    const target = await targetNamed('looked-for');
    const cycleId = await engine.startCycle(target, 'a test');
    const { searchAttributes } = await client.workflow.getHandle(refreshCycleWorkflowId(target.name)).describe();
    expect(searchAttributes).toMatchObject({ HoneTarget: ['looked-for'], HoneCycle: [cycleId] });
    const found = async (query: string) => {
      const ids: string[] = [];
      for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
      return ids;
    };
    await expect.poll(() => found(`HoneTarget = "looked-for"`), { timeout: 20_000 }).toEqual(['refresh/looked-for']);
    expect(await found(`HoneCycle = "${cycleId}"`)).toEqual(['refresh/looked-for']);
  });

  it('of a move name its target', async () => {
    const target = await targetNamed('moved');
    const move = { targetId: target.id, channel: 'stable', releaseId: null, kind: 'rollback', actor: 'a test', reason: 'a test' } as const;
    const moving = makePromotion({ client, targets: db.store.targets }).move(move);
    const refused = expect(moving).rejects.toThrow();
    const handle = client.workflow.getHandle(moveChannelWorkflowId('moved', 'stable'));
    const attributes = () =>
      handle.describe().then(
        ({ searchAttributes }) => searchAttributes['HoneTarget'],
        () => null,
      );
    await expect.poll(attributes, { timeout: 20_000 }).toEqual(['moved']);
    await handle.terminate('seen');
    await refused;
  });
});

it('a cycle whose workflow is gone can be cancelled, and says why it ended', async () => {
  const target = await targetNamed('orphaned');
  const cycleId = await engine.startCycle(target, 'a test');
  await client.workflow.getHandle(refreshCycleWorkflowId(target.name)).terminate('as an operator might');
  expect(await engine.progress(target.name, cycleId)).toBeNull();
  await engine.cancelCycle(target.name, cycleId);
  expect(await db.store.cycles.byId(cycleId)).toMatchObject({
    state: 'failed',
    error: { code: 'engine-unavailable', message: expect.stringContaining('terminated') as string },
  });
  await expect(engine.cancelCycle(target.name, cycleId)).rejects.toMatchObject({ code: 'not-found' });
  expect(await engine.startCycle(target, 'again')).not.toBe(cycleId);
});
