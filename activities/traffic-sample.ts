import type { FreshnessActivities, Measured } from '../domain/contracts/freshness-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { Digest, SessionId } from '../domain/ids.ts';
import type { FreshnessPolicy } from '../domain/manifest/freshness-schema.ts';
import type { Target } from '../domain/model/target.ts';
import type { GatewayPort } from '../domain/ports/gateway.ts';
import type { Store } from '../domain/ports/store.ts';
import type { LongCall } from '../domain/ports/toolchain.ts';
import { confirmRegion } from '../domain/rules/region.ts';
import { type ReportCryptography, verifyReport } from '../domain/privacy/verify-report.ts';
import { epochOf, privacyOffer } from '../domain/privacy/offer.ts';
import { filesOf } from './batch.ts';
import { policyOf, targetOf } from './freshness-facts.ts';
import { longCall } from './long-call.ts';
import { confirmNotStopped } from './mirror-stopped.ts';
import { pause } from './pause.ts';
import { payForReport } from './privacy-budget.ts';

/** Beyond the sample's own time: for opening its session and for the end of it. */
const slackSeconds = 60;
/** The end of a sample takes less than this. */
const endingMilliseconds = 15_000;
const lookMilliseconds = 500;
const hourMilliseconds = 3_600_000;

interface SamplePorts {
  readonly store: Store;
  readonly gateway: GatewayPort;
  readonly cryptography: ReportCryptography;
  /** Where this process is (ISO 3166-1, two letters); null where nobody says. */
  readonly country: string | null;
}

/**
 * Looks at production's requests for some seconds: they go through the five stages and no further, and of them nothing is kept but aggregates with
 * noise, paid for as those of a cycle. Never beside a cycle, whose mirror it would turn off.
 */
export function makeTrafficSampleActivities(ports: SamplePorts): Pick<FreshnessActivities, 'sampleTraffic' | 'abandonSample'> {
  const { store, gateway } = ports;
  return {
    sampleTraffic: ({ id, targetId, notBefore }) =>
      longCall(async (call) => {
        const target = await targetOf(store, targetId);
        const policy = policyOf(target).trafficSample;
        const reason = cannotSample(target, policy);
        if (reason !== null) return { unavailable: reason };
        const usable = await youngEnough(store, target, policy, notBefore);
        if (usable !== null) return { id: usable };
        const refused =
          (await unpayable(store, target)) ??
          (await store.samples.begin(id, targetId, new Date(Date.now() + (policy.seconds + slackSeconds) * 1000)));
        return refused === null ? takeOnce(ports, target, policy, id, call) : { unavailable: refused };
      }),
    async abandonSample({ id }) {
      await store.samples.end(id, { failure: 'The sample was broken off.' });
      await gateway.discardSession(id);
    },
  };
}

async function takeOnce(
  ports: SamplePorts,
  target: Target,
  policy: SamplePolicy,
  id: SessionId,
  call: LongCall,
): Promise<Measured<{ id: SessionId }>> {
  const { store, gateway } = ports;
  try {
    const taken = await sample(ports, target, policy, id, call);
    await store.samples.end(id, taken);
    await gateway.discardSession(id);
    return 'failure' in taken ? { unavailable: taken.failure } : { id };
  } catch (error) {
    // Work that was interrupted is taken up again by its id, or given back by the workflow.
    if (!(error instanceof HoneError) || error.code === 'store-unavailable' || call.signal.aborted) throw error;
    // What keeps a sample from being taken (no gateway, a person's order, the guard) is what the check says of it.
    await store.samples.end(id, { failure: error.message });
    // A gateway that is gone turned the mirror off when the lease ran out, and discards what nobody calls any more.
    await gateway.discardSession(id).catch(() => undefined);
    return { unavailable: error.message };
  }
}

/** The last sample, when it is of the version's time and young. */
async function youngEnough(
  store: Store,
  { id: targetId }: Target,
  { everyHours }: SamplePolicy,
  notBefore: string,
): Promise<SessionId | null> {
  const [last] = await store.samples.list(targetId, 1);
  const from = Math.max(Date.now() - everyHours * hourMilliseconds, Date.parse(notBefore));
  return last && Date.parse(last.at) > from ? last.id : null;
}

/** Why the aggregates could not be paid for: then production is not mirrored for them. */
async function unpayable(store: Store, target: Target): Promise<string | null> {
  const [latest] = await store.epochs.latestOf([target.id]);
  const { epoch, total, perRelease } = privacyOffer(target, epochOf(target, latest ?? null, new Date()));
  const [spent] = await store.privacy.spentOf([{ targetId: target.id, epoch }]);
  const isSpent =
    (spent?.microRho ?? 0) + perRelease.microRho > total.microRho || (spent?.femtoDelta ?? 0) + perRelease.femtoDelta > total.femtoDelta;
  return isSpent ? `The budget of privacy of epoch ${epoch.index} is spent (hone privacy budget ${target.name}).` : null;
}

type SamplePolicy = FreshnessPolicy['trafficSample'];

function cannotSample({ manifest }: Target, { requests }: SamplePolicy): string | null {
  if (manifest.drive.kind !== 'http' || manifest.mirror === undefined) return 'The target runs on recorded inputs: there is no traffic.';
  if (manifest.mirror.kind === 'files') return 'Its requests come from captured files, which do not change.';
  return requests === 0 ? 'The manifest wants no sample (freshness.trafficSample.requests).' : null;
}

type Taken = Parameters<Store['samples']['end']>[1];

async function sample(ports: SamplePorts, target: Target, policy: SamplePolicy, id: SessionId, call: LongCall): Promise<Taken> {
  const { store, gateway, country } = ports;
  confirmRegion(target.manifest, country);
  const epoch = await store.epochs.enter(target.id, id, new Date());
  const session = { sessionId: id, epoch: { id: epoch.id, index: epoch.index }, targetName: target.name };
  const opened = await gateway.openSession({ ...session, targetDirectory: target.directory, manifest: target.manifest });
  await store.epochs.keyMade(epoch.id, opened.epochKeyMadeAt);
  await store.batches.registerKey(id, opened.reportKey);
  await gateway.setPhase(id, 'idle');
  await gateway.mirrorOn(id);
  const seen = await untilEnough(ports, target, policy, id, call);
  await gateway.mirrorOff(id);
  // Nothing is released of nothing, and so nothing is paid.
  if (seen === 0) return { failure: `No request came within ${policy.seconds} s.` };
  return released(ports, target, id, opened.reportKey.keyId);
}

async function released({ store, gateway, cryptography }: SamplePorts, target: Target, id: SessionId, keyId: Digest): Promise<Taken> {
  const grant = await payForReport(store, { target, sessionId: id, purpose: 'traffic-sample' }, new Date());
  const { batch, corpus, counters, deidentification } = await gateway.closeSession(id, grant);
  const { report, problems, failures } = verifyReport({ text: batch.text, trusted: [keyId], corpus: filesOf(corpus) }, cryptography);
  const isOther = report !== null && report.session !== id;
  const [problem] = [...problems, ...(isOther ? ['It is of another session.'] : []), ...failures];
  if (problem !== undefined) return { failure: `The signed report of the sample does not hold: ${problem}` };
  const { release, withheld } = deidentification.privacy;
  return release === null
    ? { failure: withheld?.message ?? 'Its aggregates were not released.' }
    : { requests: counters.deidentified, release, report: batch.text };
}

/**
 * Keeps the mirror's lease while requests come in, no longer than the sample may run; answers how many passed the stages. Throws what a person's order or
 * the guard says.
 */
async function untilEnough(
  { store, gateway }: SamplePorts,
  { id: targetId }: Target,
  { requests, seconds }: SamplePolicy,
  id: SessionId,
  call: LongCall,
): Promise<number> {
  // A second attempt has what its first one has left of the time.
  const expiresAt = Date.parse((await store.samples.busyUntil(targetId)) ?? '') || 0;
  const end = Math.min(Date.now() + seconds * 1000, expiresAt - endingMilliseconds);
  let seen = 0;
  while (Date.now() < end && seen < requests) {
    await pause(lookMilliseconds, call.signal);
    const state = await gateway.renewLease(id);
    confirmNotStopped(state);
    seen = state.counters.deidentified;
    call.progress(`${seen} requests sampled`);
  }
  return seen;
}
