import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { asId, type CycleId, type SessionId } from '../../domain/ids.ts';
import { connectTemporal, makeEpochPort } from '../../runtime/engine.ts';
import { makeFileBlobs } from '../../store/blobs/file-blobs.ts';
import { makeCorpusReader } from '../../traffic/corpus/read-corpus.ts';
import { makeGatewayClient } from '../../traffic/gateway/client.ts';
import { type CycleStage, cycleStages } from '../../domain/model/cycle.ts';
import { actAt, until } from '../support/kills.ts';
import { startLoop, type Loop } from '../support/loop.ts';
import {
  admitEverything,
  editSource,
  fewPairs,
  manifestEditor,
  runCycle,
  messagesOf,
  replaced,
  refusal,
  endOf,
  told,
  withInstanceEnvironment,
  type RanCycle,
} from './tiny-target.ts';

const requestsPerSecond = 150;
const hexadecimal = (digits: number) => expect.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const timeout = { timeout: 150_000 };
const page = { first: 50, after: null };

/** A cycle of a few seconds: what it measures is not looked at. */
function short(text: string): string {
  const smaller = [
    ['requestsPerWindow: 100', 'requestsPerWindow: 40'],
    ['heldOutRequests: 200', 'heldOutRequests: 40'],
    ['requestsPerLeg: 200', 'requestsPerLeg: 40'],
    ['speedRequests: 100', 'speedRequests: 0'],
    ['minimumPairs: 8', 'minimumPairs: 2'],
    ['maximumPairs: 8', 'maximumPairs: 2'],
  ] as const;
  return smaller.reduce((current, [from, to]) => (current.includes(to) ? current : replaced(current, from, to)), text);
}

const brokenOff = 'Broken off before a verdict: the cycle ended as cancelled.';

/** What makes a stage last for seconds that is over in a moment otherwise. `actAt` holds some of the others. */
const lasting: Partial<Record<CycleStage, (text: string) => string>> = {
  'warm-up': (text) => replaced(text, 'warmUpRequests: 20', 'warmUpRequests: 3000'),
  stop: withInstanceEnvironment({ TINY_HANG_ON_STOP: '1' }),
  'mirror-off': (text) => replaced(text, 'heldOutRequests: 40', 'heldOutRequests: 2000'),
};

/** Stages that compile when the source is another one. */
const compiled: ReadonlySet<CycleStage> = new Set(['plan', 'build-instrumented']);

/** Some others last a tenth of a second: a cancellation of a busy machine may come late. */
const maximumAttempts = 4;

/** The offer takes a verdict: its cancellation is in promotion.test.ts. */
const cancelledStages = cycleStages.filter((stage) => stage !== 'offer-release');

const stagesOf = ({ events }: RanCycle, state: 'started' | 'done') =>
  events.filter((event) => event.state === state).map(({ stage }) => stage);

describe('the loop of a service behind nginx', () => {
  let loop: Loop;
  let first: RanCycle;
  let edit: ReturnType<typeof manifestEditor>;
  const evaluationsOf = (id: CycleId) => loop.store.evaluations.byCycleIds([id]);

  beforeAll(async () => {
    loop = await startLoop({ manifest: (text) => replaced(fewPairs(admitEverything(text)), 'speedRequests: 0', 'speedRequests: 100') });
    edit = manifestEditor(loop);
  });
  beforeEach(() => loop.startTraffic(requestsPerSecond)); // anew, since it ends by itself after a while
  afterAll(() => loop?.stop());

  it('closes: events in order, windows with their environment, profile, evaluation, release', timeout, async () => {
    first = await runCycle(loop);
    expect(first.cycle, told(first)).toMatchObject({ state: 'succeeded', error: null, stage: 'offer-release' });
    expect(stagesOf(first, 'started')).toEqual(cycleStages);
    expect(stagesOf(first, 'done')).toEqual(cycleStages);
    expect(first.events.map(({ sequence }) => sequence)).toEqual(first.events.map((_, index) => index + 1));
    for (const { stage, state, message } of first.events) if (state === 'done') expect(message, stage).not.toBe('');
  });

  it('keeps what the windows saw, each figure with its source or the reason why it is missing', async () => {
    const windows = await loop.store.windows.ofCycle(first.id);
    expect(windows.map(({ index, attempt, kept }) => ({ index, attempt, kept }))).toEqual([
      { index: 1, attempt: 1, kept: true },
      { index: 2, attempt: 1, kept: true },
    ]);
    for (const { environment, requests, cpuNanoseconds, rawProfiles, startedAt, endedAt } of windows) {
      expect(requests).toBeGreaterThanOrEqual(100);
      expect(cpuNanoseconds).toBeGreaterThan(0);
      expect(rawProfiles).toHaveLength(1);
      expect(Date.parse(endedAt)).toBeGreaterThan(Date.parse(startedAt));
      expect(environment.facts).toMatchObject({ logicalCores: expect.any(Number) as number, kernel: { available: true } });
      expect(environment.before.cpuTicks).toMatchObject({ available: true, source: expect.stringContaining('/proc/stat') as string });
      const { seconds, ...readings } = environment.summary;
      expect(seconds).toBeGreaterThan(0);
      for (const [name, reading] of Object.entries(readings)) {
        expect(reading.available ? reading.source : reading.reason, name).not.toBe('');
      }
    }
  });

  it('publishes one version with its provenance and an accepted report', async () => {
    const [version, ...others] = await loop.store.profiles.byCycleIds([first.id]);
    const windows = await loop.store.windows.ofCycle(first.id);
    expect(others).toEqual([]);
    expect(version).toMatchObject({ number: 1, acceptance: { accepted: true, lastVersionOverlap: null } });
    const { acceptance, provenance } = version!;
    expect(acceptance.checks.map(({ name, passed }) => `${name} ${passed}`)).toEqual(
      ['right-binary', 'counts', 'functions', 'size', 'window-overlap', 'source-match', 'replay-agreement'].map((name) => `${name} true`),
    );
    expect(acceptance.summary.binaryIds).toEqual([provenance.instrumentedBuildId]);
    expect(acceptance.source).toMatchObject({ mismatched: [], missingCount: 0 });
    const { replay } = acceptance;
    expect(replay!.sameStatusClass / replay!.compared).toBeGreaterThanOrEqual(0.95);
    // A pseudonym is as long as its address; the rank beside it may have a digit more or less, of more than forty characters.
    expect(replay!.similarSizeShare).toBeGreaterThanOrEqual(0.95);
    expect(Math.abs(replay!.meanSizeRatio! - 1)).toBeLessThan(0.05);
    // The manifest has the build command, the build environment and the policies: whole enough to build the profile again.
    const { manifest, manifestDigest } = loop.target;
    expect(first.cycle).toMatchObject({ manifest, manifestDigest });
    expect(provenance).toMatchObject({
      manifestDigest,
      sourceDigest: hexadecimal(64),
      trafficDigest: hexadecimal(64),
      toolchain: { kind: 'clang', version: expect.stringMatching(/^22\./) as string },
      flags: expect.arrayContaining(['-O2']) as string[],
      parentVersion: null,
    });
    expect(provenance.windows.map(({ rawProfiles }) => rawProfiles)).toEqual(
      windows.map(({ rawProfiles }) => rawProfiles.map(({ digest }) => digest)),
    );
  });

  it('stores the corpus, de-identified, with its report', async () => {
    const corpus = (await loop.store.cycles.corpus(first.id))!;
    expect(corpus.corpus.heldOutRequests).toBeGreaterThanOrEqual(200);
    const { received, replayed, heldOut, skipped, failed, waiting, dropped } = corpus.counters;
    const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    expect(replayed + heldOut + skipped + failed + waiting + drops).toBe(received);
    const { stages } = corpus.deidentification;
    expect(stages.map(({ stage }) => stage)).toEqual(['sanitise', 'tokenise', 'structure', 'privacy', 'validate']);
    expect(stages.some(({ transformed }) => (transformed['email'] ?? 0) > 0)).toBe(true);
  });

  it('evaluates on pairs whose coins are recorded; eight decide nothing, and no release is offered', async () => {
    const [evaluation] = await loop.store.evaluations.byCycleIds([first.id]);
    const pairs = await loop.store.evaluations.pairs(evaluation!.id);
    expect(pairs.length).toBe(evaluation!.pairs);
    expect(pairs.map(({ pair }) => pair.index)).toEqual(pairs.map((_, index) => index + 1));
    for (const { pair, answers } of pairs) {
      // The toss that was stored before the pair is the one that it ran by.
      expect(await loop.store.evaluations.recordCoin(evaluation!.id, pair.index, !pair.candidateFirst)).toBe(pair.candidateFirst);
      expect(pair.baseline.core === pair.candidate.core, 'both legs on one core').toBe(false);
      expect(pair.logRatio).toBeCloseTo(
        Math.log(pair.baseline.cpuNanoseconds / pair.baseline.requests / (pair.candidate.cpuNanoseconds / pair.candidate.requests)),
        6,
      );
      expect(answers).toMatchObject({ compared: 200, different: 0 });
    }
    expect(evaluation!.speed).toMatchObject({
      baseline: { latencyRequests: 100, lost: 0, latency: { p50: expect.any(Number) as number } },
      candidate: { latencyRequests: 100, lost: 0, latency: { p50: expect.any(Number) as number } },
    });
    expect(messagesOf(first, 'evaluate')).toContainEqual(expect.stringMatching(/^throughput .*; latency at .*\/s: p50 .* ms/));
    // About 14 pairs are the fewest that show or rule out any gain, however large; `promotion.test.ts` has a pass, `faults.test.ts` a fail.
    expect(evaluation).toMatchObject({
      verdict: 'inconclusive',
      interval: null,
      sentence: 'There is no interval yet after 8 pairs: the budget of 8 pairs ended before any gain was shown or ruled out.',
    });
    expect(messagesOf(first, 'evaluate').at(-1)).toBe(evaluation!.sentence);
    expect(messagesOf(first, 'offer-release')).toEqual(['no release: the verdict is inconclusive']);
    expect(await loop.store.releases.byEvaluationIds([evaluation!.id])).toEqual([]);
    expect((await loop.store.profiles.byCycleIds([first.id]))[0]!.state).toBe('unvetted');
  });

  it('compiles nothing twice in a second cycle, refuses others at once and beside it, and compares the profiles', timeout, async () => {
    const before = await loop.store.builds.list({ targetId: loop.target.id, kind: null }, page);
    const atOnce = await Promise.allSettled([loop.startCycle(), loop.startCycle()]);
    expect(atOnce.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const { value: id } = atOnce.find((order) => order.status === 'fulfilled')!;
    for (const refused of [atOnce.find((order) => order.status === 'rejected')!.reason as unknown, await refusal(loop.startCycle())])
      expect(refused).toMatchObject({
        code: 'cycle-already-active',
        message: expect.stringContaining('tiny-service') as string,
        advice: expect.stringContaining('cancel') as string,
      });
    const second = await endOf(loop, id);
    expect(second.cycle, told(second)).toMatchObject({ state: 'succeeded' });

    const after = await loop.store.builds.list({ targetId: loop.target.id, kind: null }, page);
    const made = after.rows.map(({ row }) => row).filter(({ id: buildId }) => !before.rows.some(({ row }) => row.id === buildId));
    const [version] = await loop.store.profiles.byCycleIds([second.id]);
    expect(version!.number).toBe(2);
    // An equal profile would need no new build at all.
    expect(made.map(({ kind, profileDigest }) => ({ kind, profileDigest }))).toEqual(
      made.length === 0 ? [] : [{ kind: 'optimised', profileDigest: version!.profile.digest }],
    );
    const [one, two] = await loop.store.evaluations.byCycleIds([first.id, second.id]);
    expect(two!.baselineBuildId).toBe(one!.baselineBuildId);
    const [firstVersion] = await loop.store.profiles.byCycleIds([first.id]);
    if (firstVersion!.state !== 'rejected') {
      expect(version!.acceptance.lastVersionOverlap).toBeGreaterThan(0.5);
      expect(version!.provenance.parentVersion).toBe(1);
    }
  });

  it('starts each window on the prepared store when replayed requests may change it, on both of two instances', timeout, async () => {
    // Under instrumentation a store takes one program, and no second one.
    const once = '{ [ -z "$HONE_AGENT_DIRECTORY" ] || mkdir "$2.used"; } && exec "$0" "$1" "$2"';
    const words = "'{binary}', '{port}', '{data}/people.jsonl']";
    await edit((text) => {
      const restoring = replaced(short(text), 'restoreStore: false', 'restoreStore: true').replace(
        '  warmUpRequests:',
        '  instances: 2\n  warmUpRequests:',
      );
      return replaced(restoring, `command: [${words}`, `command: [sh, -c, '${once}', ${words}`);
    });
    const ran = await runCycle(loop);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded', error: null });
    const windows = await loop.store.windows.ofCycle(ran.id);
    expect(windows.map(({ rawProfiles }) => rawProfiles.length)).toEqual(windows.map(() => 2));
    const deployed = ran.events.find(({ stage, state }) => stage === 'deploy' && state === 'done')!.message;
    expect(new Set([...deployed.matchAll(/core (\d+)/g)].map(([, core]) => core)).size, deployed).toBe(2);
    const restored = ran.events.filter(({ message }) => message.startsWith('store restored'));
    expect(restored.map(({ stage, message }) => `${stage}: ${message}`)).toEqual(['windows: store restored before window 2']);
  });

  it(
    'keeps its corpora encrypted; an epoch that ends within a cycle keeps its key until that is over, and then nothing can be read',
    timeout,
    async () => {
      const blobs = makeFileBlobs({ directory: join(loop.config.dataDirectory, 'blobs') });
      const reader = makeCorpusReader({
        blobs,
        gateway: makeGatewayClient({ controlSocket: loop.config.gatewaySocket }),
        scratchRoot: tmpdir(),
      });
      const heldOutOf = async (id: CycleId) => (await loop.store.cycles.corpus(id))!.corpus.heldOut.digest;
      const { corpus } = (await loop.store.cycles.corpus(first.id))!;
      expect(await reader.requests('heldOut', corpus.heldOut.digest)).toHaveLength(corpus.heldOutRequests);
      expect(Buffer.from(await blobs.getBytes(corpus.heldOut.digest)).includes('"method"')).toBe(false);

      await edit(short);
      const client = connectTemporal({ address: loop.stack.temporalAddress, namespace: loop.config.temporal.namespace });
      const epochs = makeEpochPort(client);
      const id = await loop.startCycle('through the end of an epoch');
      await loop.untilEvent(id, ({ stage }) => stage === 'windows');
      const { ended, next } = await loop.store.epochs.cut(loop.target.id, new Date(), 'a test');
      expect(await epochs.tend()).toEqual({ destroyed: [], waiting: [] });
      const ran = await endOf(loop, id);
      expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded' });
      expect(await loop.store.epochs.ofSessions([first.id, id].map((cycle) => asId<SessionId>(cycle)))).toMatchObject(
        [first.id, id].toSorted().map(() => ({ epoch: { id: ended.id } })),
      );
      expect(await reader.requests('heldOut', await heldOutOf(id))).not.toEqual([]);

      await epochs.tend();
      await client.connection.close();
      for (const cycle of [first.id, id]) {
        await expect(reader.requests('heldOut', await heldOutOf(cycle))).rejects.toMatchObject({ code: 'epoch-destroyed' });
      }
      expect(await loop.store.epochs.byId(ended.id)).toMatchObject({
        destroyedAt: expect.any(String) as string,
        destroyedBecause: 'rotated by hand: a test',
      });
      expect(await loop.store.epochs.latestOf([loop.target.id])).toMatchObject([{ id: next.id, destroyedAt: null }]);
    },
  );

  /** Answers the stages in which the cycle stood when it was cancelled and in which it ended, and how many versions it published. */
  async function cancelAt(stage: CycleStage, attempt: number): Promise<{ stood: CycleStage | null; ended: CycleStage; versions: number }> {
    // Another source: its builds are compiled, not found.
    if (compiled.has(stage)) await editSource(loop, 'main.c', (code) => `${code}/* ${stage} ${attempt} */\n`);
    const versionsBefore = (await loop.store.profiles.list({ targetId: loop.target.id }, page)).rows.length;
    const id = await loop.startCycle(`to be cancelled at ${stage}`);
    const stood = await actAt(loop, id, stage, async () => {
      if (stage === 'evaluate') await until('the evaluation is open', 20, async () => (await evaluationsOf(id)).length > 0);
      const stands = await loop.workflowStage();
      await loop.engine.cancelCycle(loop.target.name, id);
      return stands;
    });
    const ran = await endOf(loop, id);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'cancelled', error: null });
    const evaluations = await evaluationsOf(id);
    for (const { endedAt } of evaluations) expect(endedAt, 'an evaluation ends with its cycle at the latest').not.toBeNull();
    if (stage === 'evaluate')
      expect(evaluations).toMatchObject([{ verdict: null, answers: null, sentence: brokenOff, endedAt: ran.cycle.endedAt }]);
    const versions = (await loop.store.profiles.list({ targetId: loop.target.id }, page)).rows.length - versionsBefore;
    expect(versions).toBeLessThanOrEqual(1);
    return { stood, ended: ran.cycle.stage, versions };
  }

  it.each(cancelledStages)('leaves nothing when it is cancelled at the start of %s', timeout, async (stage) => {
    await edit((text) => lasting[stage]?.(short(text)) ?? short(text));
    const place = cycleStages.indexOf(stage);
    for (let attempt = 1; ; attempt += 1) {
      expect(attempt, `${stage} could not be hit`).toBeLessThanOrEqual(maximumAttempts);
      const { stood, ended, versions } = await cancelAt(stage, attempt);
      // Work that cannot be broken off ends first, and then nothing more is begun.
      if (stood !== stage || (ended !== stage && ended !== cycleStages[place + 1])) continue;
      if (place <= cycleStages.indexOf('accept')) expect(versions).toBe(0);
      return;
    }
  });
});

describe('the loop of a program with a library of its own, which runs to its end', () => {
  let loop: Loop;
  beforeAll(async () => {
    loop = await startLoop({
      fixture: 'tiny-library',
      manifest: (text) => fewPairs(admitEverything(text)),
    });
  });
  afterAll(() => loop?.stop());

  it('closes without a mirror: windows are rounds over the training inputs', timeout, async () => {
    const ran = await runCycle(loop);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded', error: null });
    expect(stagesOf(ran, 'done')).toEqual(cycleStages);
    const windows = await loop.store.windows.ofCycle(ran.id);
    expect(windows.map(({ index, requests, kept }) => ({ index, requests, kept }))).toEqual([
      { index: 1, requests: 4, kept: true },
      { index: 2, requests: 4, kept: true },
    ]);
    const [version] = await loop.store.profiles.byCycleIds([ran.id]);
    expect(version).toMatchObject({ number: 1, acceptance: { accepted: true, replay: null }, provenance: { trafficDigest: null } });
    const built = (await loop.store.builds.list({ targetId: loop.target.id, kind: null }, page)).rows.map(({ row }) => row);
    const instrumented = built.find(({ kind }) => kind === 'instrumented')!;
    const paths = built.map(({ libraries }) => libraries.map(({ path }) => path));
    expect(paths).toEqual(built.map(() => ['build/lib/libevaluate.so.1']));
    expect(new Set(built.map(({ libraries }) => libraries[0]!.elfBuildId)).size).toBe(3);
    const ids = [instrumented.elfBuildId, instrumented.libraries[0]!.elfBuildId];
    expect(version!.acceptance.summary.binaryIds.toSorted()).toEqual(ids.toSorted());
    expect(version!.acceptance.source).toMatchObject({ mismatched: [], missingCount: 0 });
    expect(await loop.store.cycles.corpus(ran.id)).toBeNull();
    const [evaluation] = await loop.store.evaluations.byCycleIds([ran.id]);
    const pairs = await loop.store.evaluations.pairs(evaluation!.id);
    expect(pairs.length).toBeGreaterThanOrEqual(8);
    for (const { pair, answers } of pairs) {
      expect(pair.baseline).toMatchObject({ requests: 2 });
      expect(answers.different).toBe(0);
    }
  });
});
