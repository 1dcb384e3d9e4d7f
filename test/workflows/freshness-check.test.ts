import { randomUUID } from 'node:crypto';
import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HoneError } from '../../domain/errors.ts';
import { asId, type CycleId, type Digest, type FreshnessCheckId, type ProfileVersionId, type TargetId } from '../../domain/ids.ts';
import { controlQueue } from '../../domain/contracts/task-queues.ts';
import { freshnessCheckWorkflowId, refreshCycleWorkflowId, type ScheduledRefreshInput } from '../../domain/contracts/workflows.ts';
import type { FreshnessCheck } from '../../domain/model/freshness.ts';
import { makeFreshnessEngine } from '../../runtime/freshness-engine.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { cancelHeard } from './cancel-heard.ts';
import { type AllActivities, fakeLoop, freshCheck, type Ledger } from './fake-loop.ts';
import { startEngine, type TestEngine } from './run-cycle.ts';

let overrides: Partial<AllActivities> = {};
let recorded: Parameters<AllActivities['recordFreshness']>[0][];
let linked: { id: FreshnessCheckId; cycleId: CycleId }[];
let abandoned: string[] = [];
let ledger: Ledger;
let temporal: TestTemporal;
let engine: TestEngine;
beforeAll(async () => {
  temporal = await startTestTemporal();
  const plain = fakeLoop().activities;
  const loop = fakeLoop(() => ({
    captureSource: async (request) => (overrides.captureSource ? overrides.captureSource(request) : plain.captureSource(request)),
    buildBinary: async (request) => (overrides.buildBinary ? overrides.buildBinary(request) : plain.buildBinary(request)),
    sampleTraffic: async (request) => (overrides.sampleTraffic ? overrides.sampleTraffic(request) : plain.sampleTraffic(request)),
    abandonSample: async ({ id }) => void abandoned.push(id),
    matchBasis: async (request) => (overrides.matchBasis ? overrides.matchBasis(request) : plain.matchBasis(request)),
    codeDrift: async (request) => (overrides.codeDrift ? overrides.codeDrift(request) : plain.codeDrift(request)),
    freshnessBasis: async (request) => (overrides.freshnessBasis ? overrides.freshnessBasis(request) : plain.freshnessBasis(request)),
    recordFreshness: async (request) => {
      recorded.push(request);
      return overrides.recordFreshness ? overrides.recordFreshness(request) : plain.recordFreshness(request);
    },
    recordRefresh: async (request) => void linked.push(request),
    recordScheduleStart: async (start) => {
      await overrides.recordScheduleStart?.(start);
      loop.ledger.starts.push(start);
    },
  }));
  ({ ledger } = loop);
  engine = await startEngine(temporal.address, loop.activities);
});
afterEach(() => {
  overrides = {};
});
afterAll(async () => {
  await engine.close();
  await temporal.stop();
});

/** Looks at a target of a name of its own, as the API does. */
function look(name = `fake-${randomUUID().slice(0, 8)}`) {
  recorded = [];
  linked = [];
  return makeFreshnessEngine(engine.client).check({ id: asId<TargetId>(name), name });
}

const stale = async ({ id, targetId }: { id: FreshnessCheckId; targetId: TargetId }) => ({
  ...freshCheck(id, targetId),
  verdict: 'stale' as const,
  refresh: { start: true, because: 'It is 40 days old.', notBefore: null },
});

it('compares the source as it is now with the profile, and stores what it found', async () => {
  const check = await look();
  expect(check).toMatchObject({ verdict: 'fresh', cycleId: null });
  expect(recorded).toEqual([
    {
      id: check.id,
      targetId: check.targetId,
      versionId: 'version-1',
      code: expect.objectContaining({ totalCount: 1000, mismatchedCount: 20 }),
      sample: { id: expect.any(String) as string },
    },
  ]);
  expect(linked).toEqual([]);
});

it('a source that does not compile costs its dimension, not the check', async () => {
  overrides = { buildBinary: async () => Promise.reject(new HoneError('build-failed', 'The build command failed.', 'Mend it.')) };
  expect((await look()).verdict).toBe('fresh');
  expect(recorded[0]!.code).toEqual({ unavailable: 'The build command failed.' });
});

it('without a version there is nothing to compile', async () => {
  overrides = {
    freshnessBasis: async () => ({ ...(await fakeLoop().activities.freshnessBasis({ targetId: asId('t') })), version: null }),
    captureSource: async () => Promise.reject(new Error('nothing is to be captured')),
  };
  await look();
  expect(recorded[0]).toMatchObject({ code: null, sample: { unavailable: 'There is no version to compare with.' } });
});

it('starts a refresh with its reason when it is told to, and does not wait for it', async () => {
  const gate = Promise.withResolvers<never>();
  const reached = Promise.withResolvers<void>();
  let captured = 0;
  overrides = {
    recordFreshness: stale,
    // The first check's own comes first, then the cycle's; the second check begins behind that.
    captureSource: async (request) => {
      captured += 1;
      if (captured !== 2) return fakeLoop().activities.captureSource(request);
      reached.resolve();
      return gate.promise;
    },
  };
  const check = await look();
  expect(linked).toEqual([{ id: check.id, cycleId: check.cycleId }]);
  const { targetName } = await fakeLoop().activities.planRefresh({ targetId: check.targetId });
  const cycle = engine.client.workflow.getHandle(refreshCycleWorkflowId(targetName));
  expect((await cycle.describe()).status.name).toBe('RUNNING');
  const { events } = await cycle.fetchHistory();
  expect(JSON.stringify(events?.[0]?.workflowExecutionStartedEventAttributes?.parentWorkflowExecution)).toContain('freshness/');

  // A second reason while it runs makes no second cycle.
  await reached.promise;
  const again = await look(check.targetId);
  expect(again).toMatchObject({ verdict: 'stale', cycleId: null });
  expect(linked).toEqual([]);
  gate.reject(new HoneError('windows-rejected', 'No window was kept.', 'See.'));
  await cycle.result();
});

/** The engine's client, which tells the run that the server gave it when it has accepted a start. */
function clientThatTells(onAccepted: (runId: string) => void): Client {
  const interceptor: WorkflowClientInterceptor = {
    startWithDetails: async (input, next) => {
      const started = await next(input);
      onAccepted(started.runId);
      return started;
    },
  };
  return new Client({ connection: engine.client.connection, interceptors: { workflow: [interceptor] } });
}

it('who asks while one looks waits for that one', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  overrides = {
    recordFreshness: async ({ id, targetId }) => {
      begun.resolve();
      await gate.promise;
      return freshCheck(id, targetId);
    },
  };
  const name = `fake-${randomUUID().slice(0, 8)}`;
  const port = makeFreshnessEngine(engine.client);
  const target = { id: asId<TargetId>(name), name };
  const first = port.check(target);
  await begun.promise;
  const accepted = Promise.withResolvers<string>();
  const second = makeFreshnessEngine(clientThatTells(accepted.resolve)).check(target);
  const handle = engine.client.workflow.getHandle(freshnessCheckWorkflowId(name));
  expect(await accepted.promise).toBe((await handle.describe()).runId);
  gate.resolve();
  expect((await second).id).toBe((await first).id);
});

function startScheduledCheck(targetId: TargetId) {
  const input: ScheduledRefreshInput = { targetId, schedule: 'freshness', whenActive: 'skip' };
  return engine.client.workflow.start<(input: ScheduledRefreshInput) => Promise<FreshnessCheck | null>>('scheduledCheck', {
    workflowId: `schedule/${randomUUID()}`,
    taskQueue: controlQueue,
    args: [input],
  });
}

it('is started by a schedule, with the record of what came of it; one that is under way is not joined', async () => {
  recorded = [];
  ledger.starts.length = 0;
  const targetId = asId<TargetId>('scheduled-look');
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  overrides = {
    recordFreshness: async ({ id }) => {
      begun.resolve();
      await gate.promise;
      return freshCheck(id, targetId);
    },
  };
  const start = () => startScheduledCheck(targetId);
  const first = await start();
  await begun.promise;
  expect(await (await start()).result()).toBeNull();
  gate.resolve();
  expect(await first.result()).toMatchObject({ verdict: 'fresh' });
  const waiting = { outcome: 'waiting', cycleId: null, because: 'the check is under way' };
  expect(ledger.starts.map(({ outcome, cycleId, because }) => ({ outcome, cycleId, because }))).toEqual([
    waiting,
    waiting,
    { outcome: 'skipped', cycleId: null, because: 'a check was under way' },
    { outcome: 'checked', cycleId: null, because: 'Fresh: 3 dimensions, 3 not known.' },
  ]);

  overrides = { freshnessBasis: async () => Promise.reject(new HoneError('target-not-found', 'There is no target x.', 'Register it.')) };
  await expect((await start()).result()).rejects.toThrow();
  expect(ledger.starts.at(-1)).toMatchObject({ outcome: 'failed', because: 'There is no target x.' });
});

it.each(['waiting', 'checked'] as const)(
  'started by a schedule, and cancelled while it records %s, is recorded as what it came to',
  async (held) => {
    recorded = [];
    ledger.starts.length = 0;
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    overrides = {
      recordScheduleStart: async ({ outcome }) => {
        if (outcome !== held) return;
        begun.resolve();
        await gate.promise;
      },
    };
    const handle = await startScheduledCheck(asId<TargetId>(`fake-${randomUUID().slice(0, 8)}`));
    await begun.promise;
    await cancelHeard(handle);
    gate.resolve();
    const ended = await handle.result().then(
      (check) => check?.verdict,
      (error: Error) => error.cause?.constructor,
    );
    const outcomes = ledger.starts.map(({ outcome, because }) => [outcome, because]);
    expect(outcomes[0]).toEqual(['waiting', 'the check is under way']);
    expect(ended).toBe(held === 'waiting' ? CancelledFailure : 'fresh');
    expect(outcomes.slice(1)).toEqual([
      held === 'waiting' ? ['failed', 'cancelled before the check ended'] : ['checked', 'Fresh: 3 dimensions, 3 not known.'],
    ]);
  },
);

it('a sample that fails costs its dimension, and is given back', async () => {
  abandoned = [];
  let asked: string | null = null;
  overrides = {
    sampleTraffic: async ({ id, notBefore }) => {
      asked = `${id} ${notBefore}`;
      throw new HoneError('input-invalid', 'The sample could not be taken.', 'See.');
    },
  };
  expect((await look()).verdict).toBe('fresh');
  expect(recorded[0]!.sample).toEqual({ unavailable: 'The sample could not be taken.' });
  expect(abandoned.map((id) => `${id} 2026-01-01T00:00:00.000Z`)).toEqual([asked]);
});

it('compares versions with the source as it is now, the nearest first, and compiles once', async () => {
  let builds = 0;
  const [near, far] = [asId<ProfileVersionId>('near'), asId<ProfileVersionId>('far')];
  const profile = { digest: asId<Digest>('5'.repeat(64)), sizeBytes: 9 };
  const plain = fakeLoop().activities;
  overrides = {
    matchBasis: async (request) => ({
      ...(await plain.matchBasis(request)),
      versions: [far, near].map((id, index) => ({ id, profile: { ...profile, sizeBytes: index } })),
    }),
    buildBinary: async (request) => ((builds += 1), plain.buildBinary(request)),
    codeDrift: async (request) => ({
      ...(await plain.codeDrift(request)),
      mismatchedCount: request.profile.sizeBytes === 0 ? 400 : 3,
      goneCount: 0,
    }),
  };
  const matches = await makeFreshnessEngine(engine.client).match({ id: asId<TargetId>('matched'), name: 'matched' }, 2);
  expect(matches.map(({ versionId, drift }) => [versionId, drift.mismatchedCount])).toEqual([
    [near, 3],
    [far, 400],
  ]);
  expect(builds).toBe(1);
  overrides = { matchBasis: async (request) => ({ ...(await plain.matchBasis(request)), versions: [] }) };
  expect(await makeFreshnessEngine(engine.client).match({ id: asId<TargetId>('bare'), name: 'bare' }, 2)).toEqual([]);
});

it('what fails as a whole says why', async () => {
  overrides = { freshnessBasis: async () => Promise.reject(new HoneError('target-not-found', 'There is no target x.', 'Register it.')) };
  await expect(look()).rejects.toMatchObject({ code: 'target-not-found', message: 'There is no target x.', advice: 'Register it.' });
});
