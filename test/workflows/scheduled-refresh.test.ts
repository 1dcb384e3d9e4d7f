import { randomUUID } from 'node:crypto';
import { CancelledFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { controlQueue } from '../../domain/contracts/task-queues.ts';
import {
  refreshCycleWorkflowId,
  type ScheduledRefreshInput,
  type ScheduledRefreshResult,
  type WhenActive,
} from '../../domain/contracts/workflows.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type CycleId, type TargetId } from '../../domain/ids.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { cancelHeard } from './cancel-heard.ts';
import { type AllActivities, fakeLoop, type Ledger, untilCancelled } from './fake-loop.ts';
import { startEngine, type TestEngine } from './run-cycle.ts';

/** What the cycles of these tests come to: their first stage is as good as their last. */
const endAtOnce = async (): Promise<never> => Promise.reject(new HoneError('windows-rejected', 'No window was kept.', 'See.'));

/** The rows of running cycles, as the store would have them. */
const running = new Map<TargetId, CycleId>();
let overrides: Partial<AllActivities> = {};
let ledger: Ledger;
let temporal: TestTemporal;
let engine: TestEngine;

beforeAll(async () => {
  temporal = await startTestTemporal();
  const plain = fakeLoop().activities;
  const loop = fakeLoop((own) => ({
    openCycle: async ({ targetId, cycleId }) => {
      running.set(targetId, cycleId);
      return plain.openCycle({} as never);
    },
    closeCycle: async ({ cycleId, state, error }) => {
      own.closed.push({ state, error });
      for (const [target, id] of running) if (id === cycleId) running.delete(target);
    },
    activeCycle: async ({ targetId }) => running.get(targetId) ?? null,
    awaitIdle: async ({ targetId }) => {
      while (running.has(targetId)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    captureSource: (request) => (overrides.captureSource ?? endAtOnce)(request),
    planRefresh: async (request) => overrides.planRefresh?.(request) ?? plain.planRefresh(request),
    openRefresh: async (request) => overrides.openRefresh?.(request),
    recordScheduleStart: async (start) => {
      await overrides.recordScheduleStart?.(start);
      own.starts.push(start);
    },
  }));
  ledger = loop.ledger;
  engine = await startEngine(temporal.address, loop.activities);
});
afterEach(() => {
  overrides = {};
  ledger.starts.length = 0;
  ledger.closed.length = 0;
});
afterAll(async () => {
  await engine.close();
  await temporal.stop();
});

const newTarget = () => asId<TargetId>(`fake-${randomUUID().slice(0, 8)}`);

function startScheduled(targetId: TargetId, whenActive: WhenActive = 'skip') {
  const input: ScheduledRefreshInput = { targetId, schedule: 'nightly', whenActive };
  return engine.client.workflow.start<(input: ScheduledRefreshInput) => Promise<ScheduledRefreshResult>>('scheduledRefresh', {
    workflowId: `scheduled/${randomUUID()}`,
    taskQueue: controlQueue,
    args: [input],
  });
}

/** Holds every cycle in its first stage until it is let go; the promise settles when the first is there. */
function holdCycles() {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  overrides = {
    captureSource: async () => {
      reached.resolve();
      await gate.promise;
      return endAtOnce();
    },
  };
  return { reached: reached.promise, letGo: () => gate.resolve() };
}

const recorded = () => ledger.starts.map(({ outcome, cycleId, because }) => ({ outcome, cycleId, because }));

describe('a scheduled refresh', () => {
  it('runs the cycle under its one workflow id, with the attributes and the reason of the schedule, and records it', async () => {
    const targetId = newTarget();
    const result = await (await startScheduled(targetId)).result();
    expect(result).toMatchObject({ outcome: 'started', state: 'inconclusive' });
    expect(recorded()).toEqual([{ outcome: 'started', cycleId: result.cycleId, because: null }]);
    const cycle = engine.client.workflow.getHandle(refreshCycleWorkflowId(targetId));
    const { searchAttributes } = await cycle.describe();
    expect(searchAttributes).toMatchObject({ HoneTarget: [targetId], HoneCycle: [result.cycleId] });
    expect(await cycle.result()).toMatchObject({ cycleId: result.cycleId, state: 'inconclusive' });
  });

  it('is skipped, and says so, while a cycle runs that a person started', async () => {
    const targetId = newTarget();
    const held = holdCycles();
    const byHand = await engine.start(targetId);
    await held.reached;
    expect(await (await startScheduled(targetId)).result()).toEqual({ outcome: 'skipped', cycleId: null, state: null });
    held.letGo();
    await byHand.result();
    expect(recorded()).toEqual([{ outcome: 'skipped', cycleId: null, because: 'another cycle was running' }]);
  });

  it('waits for the end of that cycle, where the policy says so, and then runs its own', async () => {
    const targetId = newTarget();
    const held = holdCycles();
    const first = await startScheduled(targetId);
    await held.reached;
    const second = await startScheduled(targetId, 'wait');
    await expect.poll(() => recorded().map(({ outcome }) => outcome), { timeout: 20_000 }).toEqual(['started', 'waiting']);
    const { cycleId } = recorded()[0]!;
    expect(recorded()[1]).toEqual({ outcome: 'waiting', cycleId, because: `waits for the end of cycle ${cycleId}` });
    held.letGo();
    expect(await first.result()).toMatchObject({ cycleId, state: 'inconclusive' });
    const result = await second.result();
    expect(result).toMatchObject({ outcome: 'started', state: 'inconclusive' });
    expect(result.cycleId).not.toBe(cycleId);
  });

  it('cancels that cycle, where the policy says so: it gives back, then the next one runs', async () => {
    const targetId = newTarget();
    const reached = Promise.withResolvers<void>();
    overrides = {
      captureSource: () => {
        overrides = {};
        reached.resolve();
        return untilCancelled();
      },
    };
    const first = await startScheduled(targetId);
    await reached.promise;
    const second = await startScheduled(targetId, 'cancel');
    // Its cycle was cancelled, not it.
    expect(await first.result()).toMatchObject({ outcome: 'started', state: 'cancelled' });
    expect(await second.result()).toMatchObject({ outcome: 'started', state: 'inconclusive' });
    expect(ledger.closed.map(({ state }) => state)).toEqual(['cancelled', 'inconclusive']);
    expect(ledger.held).toEqual(new Set());
  });

  it('that is cancelled itself takes its cycle with it, which gives back first', async () => {
    const targetId = newTarget();
    const reached = Promise.withResolvers<void>();
    overrides = {
      captureSource: () => {
        reached.resolve();
        return untilCancelled();
      },
    };
    const scheduled = await startScheduled(targetId);
    await reached.promise;
    await scheduled.cancel();
    await expect(scheduled.result()).rejects.toThrow();
    expect(ledger.closed.map(({ state }) => state)).toEqual(['cancelled']);
  });

  it.each(['openRefresh', 'recordScheduleStart'] as const)(
    'that is cancelled in %s, with its cycle begun, records that one',
    async (held) => {
      const gate = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      let attempts = 0;
      // The first attempt is lost: it counts only where the next one comes.
      const hold = async () => {
        begun.resolve();
        await gate.promise;
        if ((attempts += 1) === 1) throw new Error('The store is away.');
      };
      overrides = { captureSource: untilCancelled, [held]: hold };
      const scheduled = await startScheduled(newTarget());
      await begun.promise;
      await cancelHeard(scheduled);
      gate.resolve();
      await expect(scheduled.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
      expect(recorded()).toEqual([{ outcome: 'started', cycleId: expect.any(String), because: null }]);
      expect(ledger.held).toEqual(new Set());
    },
  );

  it('fails when its cycle does, and records why when none could be started', async () => {
    overrides = { captureSource: async () => Promise.reject(new HoneError('source-unreadable', 'No source.', 'See.')) };
    await expect((await startScheduled(newTarget())).result()).rejects.toMatchObject({ cause: { message: 'No source.' } });
    overrides = { planRefresh: async () => Promise.reject(new HoneError('target-not-found', 'There is no target.', 'Register it.')) };
    await expect((await startScheduled(newTarget())).result()).rejects.toThrow();
    expect(recorded().at(-1)).toEqual({ outcome: 'failed', cycleId: null, because: 'There is no target.' });
  });
});
