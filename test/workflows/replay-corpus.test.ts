import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HoneError } from '../../domain/errors.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { type AllActivities, fakeLoop, type Ledger, untilCancelled } from './fake-loop.ts';
import { startEngine, startReplay } from './run-cycle.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal();
});
afterAll(() => temporal.stop());

/** Runs one replay to its end with fakes that keep a ledger. */
async function run(
  overrides?: (ledger: Ledger) => Partial<AllActivities>,
  meanwhile: (handle: WorkflowHandle) => Promise<unknown> = async () => undefined,
) {
  const { ledger, activities } = fakeLoop(overrides);
  const engine = await startEngine(temporal.address, activities);
  try {
    const handle = await startReplay(engine.client);
    await meanwhile(handle);
    const failed = await handle.result().then(
      () => null,
      (error: Error) => error,
    );
    return { ledger, failed };
  } finally {
    await engine.close();
  }
}

it('takes the host, deploys, replays once, and gives everything back', async () => {
  const { ledger, failed } = await run();
  expect(failed).toBe(null);
  expect(ledger.closed).toEqual([{ state: 'succeeded', error: null }]);
  expect([...ledger.held]).toEqual([]);
  const order = ledger.calls.filter((name) => name !== 'holdHost');
  expect(order).toEqual('openStress describeHost takeHost deployInstance replayCorpus stopInstance releaseHost closeStress'.split(' '));
});

it('refuses a host that is in use, and touches nothing of it', async () => {
  const { ledger } = await run(() => ({ takeHost: async () => false }));
  expect(ledger.closed).toMatchObject([{ state: 'failed', error: { code: 'host-busy' } }]);
  expect(ledger.calls).not.toContain('deployInstance');
});

it('puts the service under stress once, whatever fails, and leaves nothing running', async () => {
  const { ledger, failed } = await run(() => ({
    replayCorpus: async () => Promise.reject(new Error('a worker that died, or a defect')),
  }));
  expect(failed).not.toBe(null);
  expect(ledger.calls.filter((name) => name === 'replayCorpus')).toHaveLength(1);
  expect(ledger.closed).toMatchObject([{ state: 'failed', error: { code: 'internal' } }]);
  expect([...ledger.held]).toEqual([]);
});

it('a failure keeps its words', async () => {
  const { ledger } = await run(() => ({
    replayCorpus: async () => Promise.reject(new HoneError('instance-lost', 'It was ended by SIGSEGV.', 'See its last lines.')),
  }));
  expect(ledger.closed).toMatchObject([{ state: 'failed', error: { code: 'instance-lost', message: 'It was ended by SIGSEGV.' } }]);
});

it('cancelled in the middle, it stops the replay first and gives everything back', async () => {
  const reached = Promise.withResolvers<void>();
  const { ledger } = await run(
    () => ({
      replayCorpus: async () => {
        reached.resolve();
        return untilCancelled();
      },
    }),
    async (handle) => {
      await reached.promise;
      await handle.cancel();
    },
  );
  expect(ledger.closed).toEqual([{ state: 'cancelled', error: null }]);
  expect([...ledger.held]).toEqual([]);
});
