import type { GatewayActivities } from '../domain/contracts/gateway-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { CycleId, SessionId } from '../domain/ids.ts';
import type { Target } from '../domain/model/target.ts';
import type { GatewayPort, MirrorOffBy, SessionState } from '../domain/ports/gateway.ts';
import type { Store } from '../domain/ports/store.ts';
import type { ReportCryptography } from '../domain/privacy/verify-report.ts';
import { admitBatch } from './batch.ts';
import { longCall } from './long-call.ts';
import { confirmNotStopped } from './mirror-stopped.ts';
import { pause } from './pause.ts';
import { payForReport } from './privacy-budget.ts';
import { untilStored } from './until-stored.ts';

/** Orders to the gateway; every one may come twice. */
export function makeGatewayActivities({
  gateway,
  store,
  cryptography,
}: {
  gateway: GatewayPort;
  store: Store;
  cryptography: ReportCryptography;
}): GatewayActivities {
  return {
    async openSession({ sessionId, targetName, directory, manifest }) {
      const target = await targetNamed(store, targetName);
      await confirmNotSampled(store, target);
      // Recorded before the key is made: a key that nobody knows of would never be destroyed. An attempt that is repeated finds the session's epoch again.
      const epoch = await store.epochs.enter(target.id, sessionId, new Date());
      const { reportKey, epochKeyMadeAt } = await gateway.openSession({
        sessionId,
        epoch: { id: epoch.id, index: epoch.index },
        targetName,
        targetDirectory: directory,
        manifest,
      });
      await store.epochs.keyMade(epoch.id, epochKeyMadeAt);
      await store.batches.registerKey(sessionId, reportKey);
    },
    prepareData: ({ sessionId, baseline }) => longCall(({ signal }) => gateway.prepareData(sessionId, baseline, signal)),
    async startMirror({ sessionId, ports }) {
      const urls = ports.map((port) => `https://127.0.0.1:${port}`);
      await gateway.setInstances(sessionId, urls);
      await gateway.setPhase(sessionId, 'training');
      await gateway.mirrorOn(sessionId);
    },
    holdMirror: ({ sessionId, leaseSeconds }) =>
      longCall(async ({ signal, progress }) => {
        for (;;) {
          await pause((leaseSeconds * 1000) / 3, signal);
          const state = await renewOrTurnOn(gateway, sessionId);
          confirmNotStopped(state);
          progress(`mirror ${state.mirror}, ${state.counters.received} received`);
        }
      }),
    async pauseTraining({ sessionId }) {
      await gateway.setPhase(sessionId, 'idle');
    },
    async endTraining({ sessionId }) {
      await gateway.setPhase(sessionId, 'held-out');
    },
    holdOut: ({ sessionId, requests, seconds }) =>
      longCall(async ({ signal }) => {
        await gateway.setPhase(sessionId, 'held-out');
        const state = await gateway.waitUntil(sessionId, 'heldOut', requests, seconds, signal);
        confirmNotStopped(state);
        if (state.counters.heldOut === 0) {
          throw new HoneError(
            'window-empty',
            `No request reached the gateway within ${seconds} s while holding out for the evaluation.`,
            'See that production has traffic of the mirrored methods, or raise collection.heldOutSeconds.',
          );
        }
        return { requests: state.counters.heldOut };
      }),
    async stopMirror({ sessionId }) {
      await gateway.mirrorOff(sessionId);
    },
    closeSession: ({ sessionId, cycleId }) =>
      longCall(async (call) => {
        const price = await untilStored(call, async () =>
          payForReport(store, { target: await targetOfCycle(store, cycleId), sessionId }, new Date()),
        );
        const { batch, ...report } = await gateway.closeSession(sessionId, price);
        const { corpus, counters, comparison, deidentification } = report;
        await untilStored(call, () => admitBatch(store, cryptography, { cycleId, sessionId, report: { batch, corpus } }));
        await untilStored(call, () => store.cycles.saveCorpus(cycleId, corpus, counters, comparison, deidentification));
        return report;
      }),
    discardSession: ({ sessionId }) => gateway.discardSession(sessionId),
  };
}

async function targetNamed(store: Store, name: string): Promise<Target> {
  const target = await store.targets.byName(name);
  if (target !== null) return target;
  throw new HoneError('target-not-found', `There is no target ${name}.`, 'Register it: hone target add DIRECTORY.');
}

async function targetOfCycle(store: Store, cycleId: CycleId): Promise<Target> {
  const cycle = await store.cycles.byId(cycleId);
  const target = cycle && (await store.targets.byId(cycle.targetId));
  if (target) return target;
  throw new HoneError('not-found', `There is no cycle ${cycleId}.`, 'See which there are: hone cycle list.');
}

/** nginx has one mirror of a target: who turned on another would turn the sample's off. A sample is over in seconds, and is waited for. */
async function confirmNotSampled(store: Store, target: Target): Promise<void> {
  const until = await store.samples.busyUntil(target.id);
  if (until === null) return;
  throw new HoneError(
    'mirror-unavailable',
    `The requests of ${target.name} are sampled for a check of freshness, until ${until} at the latest.`,
    'Nothing is to be done: it is tried again until that is over.',
  );
}

/**
 * A lease that ran out (the worker was gone, or the gateway restarted) is taken anew: the cycle still wants the mirror. One
 * that was turned off on purpose stays off: the cycle has gone on, and this call's cancellation is still under way. One that a person or
 * the guard turned off stays off too, whatever the cycle wants.
 */
async function renewOrTurnOn(gateway: GatewayPort, sessionId: SessionId): Promise<SessionState> {
  try {
    return await gateway.renewLease(sessionId);
  } catch (error) {
    if (!(error instanceof HoneError) || error.code !== 'conflict') throw error;
    const state = await gateway.state(sessionId);
    return state.mirror === 'on' || isOffOnPurpose(state) ? state : gateway.mirrorOn(sessionId);
  }
}

const purposes: ReadonlySet<MirrorOffBy | null> = new Set(['asked', 'stopped-by-hand', 'guard', 'session-closed', 'session-discarded']);

function isOffOnPurpose({ mirrorOffBy }: SessionState): boolean {
  return purposes.has(mirrorOffBy);
}
