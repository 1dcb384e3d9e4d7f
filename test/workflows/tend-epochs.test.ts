import { afterAll, beforeAll, expect, it } from 'vitest';
import { controlQueue } from '../../domain/contracts/task-queues.ts';
import { tendEpochsWorkflowId } from '../../domain/contracts/workflows.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type EpochId } from '../../domain/ids.ts';
import { keepEpochSchedule } from '../../runtime/epoch-schedule.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { fakeLoop } from './fake-loop.ts';
import { startEngine, type TestEngine } from './run-cycle.ts';

const epoch = (word: string) => ({ id: asId<EpochId>(word), index: 1, targetName: word, because: 'its time was over' });

let temporal: TestTemporal;
let engine: TestEngine;
let asked: string[];
beforeAll(async () => {
  temporal = await startTestTemporal();
  const { activities } = fakeLoop(() => ({
    dueEpochs: async () => ['first', 'used', 'last'].map(epoch),
    destroyEpoch: async ({ id }) => {
      asked.push(id);
      if (id === 'used') throw new HoneError('conflict', 'A session of it is open.', 'Wait for its end.');
      return { destroyedAt: '2026-11-08T00:00:00.000Z' };
    },
  }));
  engine = await startEngine(temporal.address, activities);
});
afterAll(async () => {
  await engine.close();
  await temporal.stop();
});

it('destroys what is over, one after the other; what cannot go yet keeps none of the others', async () => {
  asked = [];
  const result = await engine.client.workflow.execute('tendEpochs', { workflowId: tendEpochsWorkflowId('test'), taskQueue: controlQueue });
  expect(asked).toEqual(['first', 'used', 'last']);
  expect(result).toEqual({
    destroyed: [
      { id: 'first', destroyedAt: '2026-11-08T00:00:00.000Z' },
      { id: 'last', destroyedAt: '2026-11-08T00:00:00.000Z' },
    ],
    waiting: [{ id: 'used', message: 'A session of it is open.' }],
  });
});

it('is started by a schedule, which every worker brings up to date and a person may pause', async () => {
  await keepEpochSchedule(engine.client);
  const handle = engine.client.schedule.getHandle('hone-epochs');
  await handle.pause('an audit looks at the keys');
  await keepEpochSchedule(engine.client);
  expect(await handle.describe()).toMatchObject({
    spec: { intervals: [{ every: 600_000 }] },
    policies: { overlap: 'SKIP', catchupWindow: 600_000 },
    state: { paused: true, note: 'an audit looks at the keys' },
  });
  asked = [];
  await handle.trigger();
  await expect.poll(() => asked, { timeout: 30_000 }).toEqual(['first', 'used', 'last']);
});
