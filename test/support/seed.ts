import { randomUUID } from 'node:crypto';
import { asId, type BuildRecordId, type CycleId, type EvaluationId } from '../../domain/ids.ts';
import type { Build, BuildKind } from '../../domain/model/build.ts';
import type { Window } from '../../domain/model/collection.ts';
import type { CycleState, RefreshCycle } from '../../domain/model/cycle.ts';
import type { Evaluation, Verdict } from '../../domain/model/evaluation.ts';
import type { ProfileVersion } from '../../domain/model/profile.ts';
import type { Release } from '../../domain/model/release.ts';
import type { Host, Target } from '../../domain/model/target.ts';
import type { Store } from '../../domain/ports/store.ts';
import * as samples from './samples.ts';

/**
 * Data by verbs, through the store's own: `const { release } = await (await seed(store).target('shop')).loop()`. Each verb
 * answers what it made together with the verbs that may follow.
 */
export function seed(store: Store) {
  return {
    target: async (name = `target-${randomUUID().slice(0, 8)}`) => {
      const target = await store.targets.register({
        name,
        directory: `/srv/${name}`,
        manifest: samples.sampleManifest(name),
        manifestDigest: samples.digestOf(`manifest of ${name}`),
      });
      return targetVerbs(store, target);
    },
    host: (name = 'host-a'): Promise<Host> =>
      store.hosts.saw({ name, hardwareClass: 'example-2', facts: { ...samples.sampleFacts, hostName: name } }),
  };
}

export type TargetSeed = ReturnType<typeof targetVerbs>;
function targetVerbs(store: Store, target: Target) {
  const build = (kind: BuildKind, version: ProfileVersion | null = null, word: string = randomUUID()): Promise<Build> =>
    store.builds.save(buildOf(target, kind, version, word));
  const cycle = async (reason = 'asked for') => {
    const id = asId<CycleId>(randomUUID());
    return cycleVerbs(store, target, await store.cycles.open({ id, targetId: target.id, workflowId: `refresh/${target.name}`, reason }));
  };
  /** A whole cycle that ends with a release on offer: a new one, or the one that runs. */
  const loop = async (id?: CycleId) => {
    const running = id === undefined ? await cycle() : cycleVerbs(store, target, (await store.cycles.byId(id))!);
    await running.window(1);
    await running.corpus();
    const version = await running.profile();
    const [baseline, candidate] = [await build('baseline'), await build('optimised', version)];
    const evaluation = await running.evaluation(version, baseline.id, candidate.id);
    const release: Release = await store.releases.offer({
      targetId: target.id,
      buildId: candidate.id,
      profileVersionId: version.id,
      evaluationId: evaluation.id,
    });
    await running.close('succeeded');
    return { cycle: running.cycle, version, baseline, candidate, evaluation, release };
  };
  return { target, build, cycle, loop };
}

export type CycleSeed = ReturnType<typeof cycleVerbs>;
function cycleVerbs(store: Store, target: Target, cycle: RefreshCycle) {
  return {
    cycle,
    event: (sequence: number, message = `step ${sequence}`) =>
      store.cycles.recordEvent({ cycleId: cycle.id, sequence, stage: 'windows', state: 'progress', message }),
    window: async (index: number, attempt = 1, rejections: readonly string[] = []): Promise<Window> => {
      const host = await seed(store).host();
      return store.windows.save(windowOf(cycle, host, index, attempt, rejections));
    },
    corpus: () =>
      store.cycles.saveCorpus(
        cycle.id,
        samples.sampleCorpus(cycle.id),
        samples.sampleCounters,
        samples.sampleComparison,
        samples.sampleDeidentification,
      ),
    profile: (state: 'unvetted' | 'rejected' = 'unvetted'): Promise<ProfileVersion> =>
      store.profiles.publish(versionOf(target, cycle, state)),
    evaluation: (
      version: ProfileVersion,
      baselineBuildId: BuildRecordId,
      candidateBuildId: BuildRecordId,
      verdict: Verdict = 'pass',
      pairs = 2,
    ) => evaluate(store, { cycleId: cycle.id, profileVersionId: version.id, baselineBuildId, candidateBuildId }, verdict, pairs),
    close: (state: Exclude<CycleState, 'running'>) => {
      const explained = state === 'failed' || state === 'rejected' || state === 'inconclusive';
      return store.cycles.close(cycle.id, state, explained ? samples.sampleError : null);
    },
  };
}

async function evaluate(
  store: Store,
  of: Pick<Evaluation, 'cycleId' | 'profileVersionId' | 'baselineBuildId' | 'candidateBuildId'>,
  verdict: Verdict,
  pairs: number,
): Promise<Evaluation> {
  const id = asId<EvaluationId>(randomUUID());
  await store.evaluations.open({ id, ...of, alpha: 0.01, minimumGain: 0 });
  for (let index = 0; index < pairs; index += 1) {
    const candidateFirst = await store.evaluations.recordCoin(id, index, index % 2 === 0);
    await store.evaluations.savePair(id, samples.samplePair(index, candidateFirst), samples.sampleAnswers);
  }
  await store.evaluations.saveSpeed(id, samples.sampleSpeed);
  const interval = { ratio: 1.2, low: 1.1, high: 1.3 };
  const endpoints = [{ endpoint: 'GET /search', requests: 100, pairs, ...interval }];
  return store.evaluations.close(id, { verdict, sentence: `It is a ${verdict}.`, interval, endpoints, answers: samples.sampleAnswers });
}

function buildOf(target: Target, kind: BuildKind, version: ProfileVersion | null, word: string): Omit<Build, 'id' | 'createdAt'> {
  return {
    targetId: target.id,
    kind,
    key: samples.digestOf(`key ${target.id} ${kind} ${word}`),
    sourceDigest: samples.digestOf('source'),
    toolchain: samples.sampleToolchain,
    flags: ['-O2'],
    profileDigest: version?.profile.digest ?? null,
    profileVersionId: version?.id ?? null,
    elfBuildId: samples.digestOf(`build ${word}`).slice(0, 40),
    binary: samples.blobOf(`binary ${word}`),
    libraries: [],
    textBytes: 123_456,
    seconds: 1.5,
  };
}

function versionOf(target: Target, cycle: RefreshCycle, state: 'unvetted' | 'rejected'): Parameters<Store['profiles']['publish']>[0] {
  return {
    targetId: target.id,
    cycleId: cycle.id,
    state,
    profile: samples.blobOf(`profile of ${cycle.id}`),
    acceptance: samples.sampleAcceptance,
    provenance: {
      sourceDigest: samples.digestOf('source'),
      toolchain: samples.sampleToolchain,
      flags: ['-O2'],
      instrumentedBuildId: 'abc123',
      windows: [],
      trafficDigest: samples.digestOf('traffic'),
      deidentificationRules: ['sanitise 1'],
    },
  };
}

function windowOf(cycle: RefreshCycle, host: Host, index: number, attempt: number, rejections: readonly string[]): Omit<Window, 'id'> {
  return {
    cycleId: cycle.id,
    hostId: host.id,
    index,
    attempt,
    startedAt: '2026-11-21T10:00:00.000Z',
    endedAt: '2026-11-21T10:00:02.000Z',
    requests: 1000,
    cpuNanoseconds: 1_500_000_000,
    kept: rejections.length === 0,
    rejections,
    rawProfiles: rejections.length === 0 ? [samples.blobOf(`raw ${index} of ${cycle.id}`)] : [],
    environment: samples.sampleEnvironment,
  };
}
