import type { FreshnessActivities } from '../domain/contracts/freshness-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { SessionId } from '../domain/ids.ts';
import { defaultFreshness, type FreshnessPolicy } from '../domain/manifest/freshness-schema.ts';
import type { TrafficSample } from '../domain/model/freshness.ts';
import type { Target } from '../domain/model/target.ts';
import type { GatewayPort } from '../domain/ports/gateway.ts';
import type { Store } from '../domain/ports/store.ts';
import type { LongCall } from '../domain/ports/toolchain.ts';
import { confirmRegion } from '../domain/rules/region.ts';
import { type ReportCryptography, verifyReport } from '../domain/privacy/verify-report.ts';
import { longCall } from './long-call.ts';
import { confirmNotStopped } from './mirror-stopped.ts';
import { pause } from './pause.ts';
import { payForReport } from './privacy-budget.ts';

/** Beyond the sample's own time: for opening its session and for the end of it. */
const slackSeconds = 60;
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
export function makeTrafficSampleActivities(ports: SamplePorts): Pick<FreshnessActivities, 'sampleTraffic'> {
  const { store, gateway } = ports;
  return {
    sampleTraffic: ({ id, targetId }) =>
      longCall(async (call) => {
        const target = await store.targets.byId(targetId);
        if (target === null)
          throw new HoneError('target-not-found', `There is no target ${targetId}.`, 'Register it: hone target add DIRECTORY.');
        const policy = policyOf(target);
        const [last] = await store.samples.list(targetId, 1);
        const reason = cannotSample(target, policy);
        if (reason !== null) return { unavailable: reason };
        if (last && last.id !== id && Date.now() - Date.parse(last.at) < policy.everyHours * hourMilliseconds) return { id: last.id };
        const known = await store.samples.byId(id);
        if (known) return { id: known.id };
        const refused = await store.samples.begin(id, targetId, new Date(Date.now() + (policy.seconds + slackSeconds) * 1000));
        if (refused !== null) return { unavailable: refused };
        try {
          const taken = await sample(ports, target, policy, id, call);
          await store.samples.end(id, taken);
          return 'failure' in taken ? { unavailable: taken.failure } : { id };
        } catch (error) {
          const failure = error instanceof HoneError ? error.message : 'The sample was broken off.';
          await store.samples.end(id, { failure });
          // What keeps a sample from being taken (no gateway, a person's order, the guard) is what the check says of it.
          if (error instanceof HoneError && !call.signal.aborted) return { unavailable: failure };
          throw error;
        } finally {
          // A gateway that is gone turned the mirror off when the lease ran out, and discards what nobody calls any more.
          await gateway.discardSession(id).catch(() => undefined);
        }
      }),
  };
}

type SamplePolicy = FreshnessPolicy['trafficSample'];

/** A manifest that was registered before there was a policy has none. */
function policyOf({ manifest }: Target): SamplePolicy {
  return ((manifest as Partial<Target['manifest']>).freshness ?? defaultFreshness).trafficSample;
}

function cannotSample({ manifest }: Target, { requests }: SamplePolicy): string | null {
  if (manifest.drive.kind !== 'http' || manifest.mirror === undefined) return 'The target runs on recorded inputs: there is no traffic.';
  if (manifest.mirror.kind === 'files') return 'Its requests come from captured files, which do not change.';
  return requests === 0 ? 'The manifest wants no sample (freshness.trafficSample.requests).' : null;
}

type Taken = Pick<TrafficSample, 'requests' | 'release'> | { readonly failure: string };

async function sample(
  { store, gateway, cryptography, country }: SamplePorts,
  target: Target,
  policy: SamplePolicy,
  id: SessionId,
  call: LongCall,
): Promise<Taken> {
  confirmRegion(target.manifest, country);
  const epoch = await store.epochs.enter(target.id, id, new Date());
  const session = { sessionId: id, epoch: { id: epoch.id, index: epoch.index }, targetName: target.name };
  const { reportKey, epochKeyMadeAt } = await gateway.openSession({
    ...session,
    targetDirectory: target.directory,
    manifest: target.manifest,
  });
  await store.epochs.keyMade(epoch.id, epochKeyMadeAt);
  await gateway.setPhase(id, 'idle');
  await gateway.mirrorOn(id);
  await untilEnough(gateway, policy, id, call);
  await gateway.mirrorOff(id);
  const grant = await payForReport(store, { target, sessionId: id, purpose: 'traffic-sample' }, new Date());
  const { batch, counters, deidentification } = await gateway.closeSession(id, grant);
  const { problems, failures } = verifyReport({ text: batch.text, trusted: [reportKey.keyId], corpus: [] }, cryptography);
  const [problem] = [...problems, ...failures];
  if (problem !== undefined) return { failure: `The signed report of the sample does not hold: ${problem}` };
  const { release, withheld } = deidentification.privacy;
  if (counters.deidentified === 0) return { failure: `No request came within ${policy.seconds} s.` };
  return release === null
    ? { failure: withheld?.message ?? 'Its aggregates were not released.' }
    : { requests: counters.deidentified, release };
}

/** Keeps the mirror's lease while requests come in. Throws what a person's order or the guard says. */
async function untilEnough(gateway: GatewayPort, { requests, seconds }: SamplePolicy, id: SessionId, call: LongCall): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await pause(lookMilliseconds, call.signal);
    const state = await gateway.renewLease(id);
    confirmNotStopped(state);
    call.progress(`${state.counters.deidentified} requests sampled`);
    if (state.counters.deidentified >= requests) return;
  }
}
