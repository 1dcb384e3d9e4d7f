import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { controlQueue } from '../../domain/contracts/task-queues.ts';
import {
  type MoveChannelInput,
  type FreshnessCheckInput,
  freshnessCheckWorkflowId,
  type MatchProfilesInput,
  matchProfilesWorkflowId,
  moveChannelWorkflowId,
  refreshCycleWorkflowId,
  type ScheduledRefreshInput,
  tendEpochsWorkflowId,
  type WhenActive,
} from '../../domain/contracts/workflows.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type Digest, type ProfileVersionId, type ReleaseId, type StressId, type TargetId } from '../../domain/ids.ts';
import type { FreshnessCheck } from '../../domain/model/freshness.ts';
import { startTestTemporal } from '../support/temporal.ts';
import {
  type AllActivities,
  buildOf,
  commandManifest,
  fakeLoop,
  freshCheck,
  httpManifest,
  type Ledger,
  untilCancelled,
} from './fake-loop.ts';
import { startEngine, startReplay } from './run-cycle.ts';

/**
 * Records the histories that replay.test.ts replays, named by workflow, scenario and release:
 * `node test/workflows/record-histories.ts RELEASE`. Keep the files of earlier releases: cycles that they started may still run.
 */
const release = process.argv[2];
const folder = new URL('../histories/', import.meta.url);
const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** Of the cycle before. */
const lastVersion = { id: asId<ProfileVersionId>('version-1'), number: 1, profile: { digest: asId<Digest>('d'.repeat(64)), sizeBytes: 9 } };

const emptyProfile = {
  profile: { digest: asId<Digest>('5'.repeat(64)), sizeBytes: 9 },
  summary: {
    functions: 100,
    functionsWithCounts: 0,
    totalCount: 0,
    maximumCount: 0,
    blocks: 900,
    coveredShare: 0,
    density: 0,
    binaryIds: ['ab'.repeat(20)],
  },
};

if (process.argv[2] === '--worker') await workUntilKilled(process.argv[3]!);
else if (release && /^\d+\.\d+\.\d+$/.test(release)) await recordAll();
else throw new Error('usage: node test/workflows/record-histories.ts RELEASE (for example 0.1.0)');

type Overrides = (ledger: Ledger) => Partial<AllActivities>;

async function recordAll(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporal = await startTestTemporal();
  try {
    const { address } = temporal;
    await record(address, 'success');
    await record(address, 'success-command-drive', undefined, commandManifest);
    await record(address, 'compile-error', () => ({
      buildBinary: async () => Promise.reject(new HoneError('build-failed', 'make failed.', 'Mend it.')),
    }));
    await record(address, 'windows-rejected', () => ({
      collectWindow: async ({ index, attempt }) => ({
        id: `w-${index}-${attempt}` as never,
        index,
        attempt,
        kept: false,
        requests: 9,
        rejections: ['steal'],
        rawProfiles: [],
      }),
    }));
    let losses = 0;
    await record(address, 'instance-lost', () => ({
      collectWindow: async ({ index, attempt }) => {
        if (losses++ === 0) throw new HoneError('instance-lost', 'killed', 'see');
        return { id: `w-${index}-${attempt}` as never, index, attempt, kept: true, requests: 9, rejections: [], rawProfiles: [] };
      },
    }));
    await record(address, 'later-cycle', () => ({
      openCycle: async () => ({ directory: '/nowhere', manifest: httpManifest, promoted: buildOf('baseline'), lastVersion }),
      takeHost: async () => false,
    }));
    await record(address, 'profile-rejected', () => ({ mergeProfiles: async () => emptyProfile }));
    await recordMove(address, 'success');
    await recordMove(address, 'hook-failed', () => ({
      deployBuild: async () => Promise.reject(new HoneError('deploy-failed', 'The hook ended with code 1.', 'See it.')),
    }));
    await recordLook(address);
    await recordCheck(address, 'fresh');
    await recordCheck(address, 'stale', (check) => ({ ...check, verdict: 'stale', refresh: { ...check.refresh, start: true } }));
    await recordScheduledCheck(address);
    await recordMatch(address);
    await recordScheduled(address, 'success');
    await recordScheduled(address, 'skipped', 'skip');
    await recordScheduled(address, 'waited', 'wait');
    await recordReplay(address, 'success');
    await recordReplay(address, 'host-busy', () => ({ takeHost: async () => false }));
    await recordReplayCancelled(address);
    await recordCancelled(address);
    await recordKilled(address);
  } finally {
    await temporal.stop();
  }
}

async function record(address: string, scenario: string, overrides?: Overrides, manifest?: Parameters<typeof fakeLoop>[1]): Promise<void> {
  const engine = await startEngine(address, fakeLoop(overrides, manifest).activities);
  const handle = await engine.start(scenario);
  await handle.result();
  await save(handle, `refresh-cycle.${scenario}`);
  await engine.close();
}

async function recordMove(address: string, scenario: string, overrides?: Overrides): Promise<void> {
  const engine = await startEngine(address, fakeLoop(overrides).activities);
  const input: MoveChannelInput = {
    targetId: asId<TargetId>('target'),
    targetName: scenario,
    channel: 'stable',
    releaseId: asId<ReleaseId>('release'),
    kind: 'promotion',
    actor: 'test',
    reason: 'recorded',
  };
  const workflowId = moveChannelWorkflowId(scenario, 'stable');
  const handle = await engine.client.workflow.start('moveChannel', { workflowId, taskQueue: controlQueue, args: [input] });
  await handle.result().catch(() => undefined);
  await save(handle, `move-channel.${scenario}`);
  await engine.close();
}

async function recordLook(address: string): Promise<void> {
  const engine = await startEngine(address, fakeLoop().activities);
  const workflowId = tendEpochsWorkflowId('success');
  const handle = await engine.client.workflow.start('tendEpochs', { workflowId, taskQueue: controlQueue });
  await handle.result();
  await save(handle, 'tend-epochs.success');
  await engine.close();
}

async function recordCheck(
  address: string,
  scenario: string,
  judged: (check: FreshnessCheck) => FreshnessCheck = (check) => check,
): Promise<void> {
  const targetId = asId<TargetId>(`checked-${scenario}`);
  const { activities } = fakeLoop(() => ({ recordFreshness: async ({ id }) => judged(freshCheck(id, targetId)) }));
  const engine = await startEngine(address, activities);
  const input: FreshnessCheckInput = { targetId, targetName: targetId };
  const workflowId = freshnessCheckWorkflowId(targetId);
  const handle = await engine.client.workflow.start('freshnessCheck', { workflowId, taskQueue: controlQueue, args: [input] });
  const { cycleId } = (await handle.result()) as FreshnessCheck;
  if (cycleId !== null)
    await engine.client.workflow.getHandle(refreshCycleWorkflowId((await activities.planRefresh({ targetId })).targetName)).result();
  await save(handle, `freshness-check.${scenario}`);
  await engine.close();
}

async function recordScheduledCheck(address: string): Promise<void> {
  const engine = await startEngine(address, fakeLoop().activities);
  const input: ScheduledRefreshInput = { targetId: asId<TargetId>('looked-at'), schedule: 'freshness', whenActive: 'skip' };
  const handle = await engine.client.workflow.start('scheduledCheck', {
    workflowId: 'schedule/looked-at',
    taskQueue: controlQueue,
    args: [input],
  });
  await handle.result();
  await save(handle, 'scheduled-check.success');
  await engine.close();
}

async function recordMatch(address: string): Promise<void> {
  const engine = await startEngine(address, fakeLoop().activities);
  const input: MatchProfilesInput = { targetId: asId<TargetId>('matched'), targetName: 'matched', mostVersions: 10 };
  const workflowId = matchProfilesWorkflowId('matched');
  const handle = await engine.client.workflow.start('matchProfiles', { workflowId, taskQueue: controlQueue, args: [input] });
  await handle.result();
  await save(handle, 'match-profiles.success');
  await engine.close();
}

/** With `whenActive`, while a cycle of the target runs. */
async function recordScheduled(address: string, scenario: string, whenActive: WhenActive | null = null): Promise<void> {
  const gate = Promise.withResolvers<never>();
  gate.promise.catch(() => undefined);
  const endCycles = () => gate.reject(new HoneError('windows-rejected', 'No window was kept.', 'See.'));
  const awaitIdle = async () => {
    endCycles();
    await running?.result();
  };
  const engine = await startEngine(address, fakeLoop(() => ({ captureSource: () => gate.promise, awaitIdle })).activities);
  const targetId = asId<TargetId>(`scheduled-${scenario}`);
  const running = whenActive === null ? null : await engine.start(targetId);
  if (running === null) endCycles();
  const input: ScheduledRefreshInput = { targetId, schedule: 'nightly', whenActive: whenActive ?? 'skip' };
  const workflowId = `scheduled/${scenario}`;
  const handle = await engine.client.workflow.start('scheduledRefresh', { workflowId, taskQueue: controlQueue, args: [input] });
  await handle.result();
  endCycles();
  await running?.result();
  await save(handle, `scheduled-refresh.${scenario}`);
  await engine.close();
}

async function recordReplay(address: string, scenario: string, overrides?: Overrides): Promise<void> {
  const engine = await startEngine(address, fakeLoop(overrides).activities);
  const handle = await startReplay(engine.client, asId<StressId>(scenario));
  await handle.result().catch(() => undefined);
  await save(handle, `replay-corpus.${scenario}`);
  await engine.close();
}

async function recordReplayCancelled(address: string): Promise<void> {
  const reached = Promise.withResolvers<void>();
  const overrides: Overrides = () => ({
    replayCorpus: async () => {
      reached.resolve();
      return untilCancelled();
    },
  });
  const engine = await startEngine(address, fakeLoop(overrides).activities);
  const handle = await startReplay(engine.client, asId<StressId>('cancelled'));
  await reached.promise;
  await handle.cancel();
  await handle.result().catch(() => undefined);
  await save(handle, 'replay-corpus.cancelled');
  await engine.close();
}

async function recordCancelled(address: string): Promise<void> {
  const reached = Promise.withResolvers<void>();
  const overrides: Overrides = () => ({
    collectWindow: async () => {
      reached.resolve();
      return untilCancelled();
    },
  });
  const engine = await startEngine(address, fakeLoop(overrides).activities);
  const handle = await engine.start('cancelled');
  await reached.promise;
  await handle.cancel();
  await handle.result().catch(() => undefined);
  await save(handle, 'refresh-cycle.cancelled');
  await engine.close();
}

/** A worker process is killed with -9 in a window; another one takes the cycle to its end. */
async function recordKilled(address: string): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(import.meta.url), '--worker', address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data'); // it says that the window began
  const killed = once(child, 'exit');
  child.kill('SIGKILL');
  await killed;
  const engine = await startEngine(address, fakeLoop().activities);
  const handle = engine.client.workflow.getHandle('refresh/killed');
  await handle.result();
  await save(handle, 'refresh-cycle.killed');
  await engine.close();
}

async function workUntilKilled(address: string): Promise<void> {
  const loop = fakeLoop(() => ({
    collectWindow: async () => {
      process.stdout.write('in a window\n');
      return untilCancelled();
    },
  }));
  const engine = await startEngine(address, loop.activities);
  await engine.start('killed');
}

async function save(handle: Pick<WorkflowHandle, 'fetchHistory'>, name: string): Promise<void> {
  const history = await handle.fetchHistory();
  // Stack traces name the folder of the checkout, which is nobody's business.
  const text = historyToJSON(history).replaceAll(checkout, '/hone/');
  await writeFile(new URL(`${name}.${release}.json`, folder), `${text}\n`);
  console.log(`${name}: ${history.events?.length} events`);
}
