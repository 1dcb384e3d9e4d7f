import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CycleId } from '../../domain/ids.ts';
import type { Build } from '../../domain/model/build.ts';
import type { CycleStage } from '../../domain/model/cycle.ts';
import type { Release } from '../../domain/model/release.ts';
import { readElf } from '../../toolchains/clang/elf.ts';
import { actAt, killAt } from '../support/kills.ts';
import { startLoop, type Loop } from '../support/loop.ts';
import { admitEverything, endOf, manifestEditor, messagesOf, refusal, replaced, told, type RanCycle } from './tiny-target.ts';

const requestsPerSecond = 100;
const timeout = { timeout: 150_000 };
const channelName = 'stable';
const containing = (text: string) => expect.stringContaining(text) as string;

let loop: Loop;
let answers: string;

/**
 * Rounds of useless work in the baseline, and in everything else: a gain of Hone's own would not be sure to show in a few
 * pairs of a tiny program on a busy machine, so that the program is given one.
 */
async function setUselessWork(directory: string, baseline: number, others: number): Promise<void> {
  const path = join(directory, 'Makefile');
  const makefile = await readFile(path, 'utf8');
  const flag = `-DTINY_SLOW=$(if $(findstring -fprofile,$(CFLAGS)),${others},${baseline})`;
  await writeFile(
    path,
    makefile.includes('TINY_SLOW') ? replaced(makefile, /-DTINY_SLOW=.*?,\d+,\d+\)/, flag) : replaced(makefile, '$(CPPFLAGS)', flag),
  );
}

beforeAll(async () => {
  loop = await startLoop({
    // The program's gain is threefold: it shows in short legs too.
    manifest: (text) =>
      replaced(replaced(admitEverything(text), 'maximumPairs: 20', 'maximumPairs: 40'), 'requestsPerLeg: 200', 'requestsPerLeg: 60'),
    source: async (directory) => {
      const path = join(directory, 'main.c');
      await writeFile(path, replaced(await readFile(path, 'utf8'), 'rounds(n, 40)', 'rounds(n, TINY_SLOW)'));
      await setUselessWork(directory, 900, 300);
    },
  });
  answers = await askAll();
});
afterAll(() => loop?.stop());

/** What production answers to a sample of requests. */
async function askAll(): Promise<string> {
  const paths = [
    '/healthz',
    '/work?n=7',
    '/work?n=77',
    '/work?n=399',
    '/lookup?email=ada.abara%40example.com',
    '/lookup?email=nobody%40example.com',
  ];
  const got: string[] = [];
  for (const path of paths) {
    const answer = await fetch(`${loop.production!.url}${path}`);
    got.push(`${path} ${answer.status} ${await answer.text()}`);
  }
  return got.join('\n');
}

/** The build ID of the process that production.mjs says serves now, read from the process itself. */
async function servingBuildId(): Promise<string | null> {
  const state = JSON.parse(await readFile(join(loop.production!.directory, 'state.json'), 'utf8')) as { service: { pid: number } };
  return (await readElf(`/proc/${state.service.pid}/exe`))?.buildId ?? null;
}

const channel = () => loop.store.releases.channel(loop.target.id, channelName);
const moves = () => loop.store.releases.moves(loop.target.id, channelName);

function move(kind: 'promotion' | 'rollback', release: Release | null) {
  const request = { targetId: loop.target.id, channel: channelName, releaseId: release?.id ?? null, kind };
  return loop.promotion.move({ ...request, actor: 'a test', reason: `${kind} in a test` });
}

/** Moves the channel while clients send requests: none may fail. Then the build must serve, and answer as before. */
async function movesUnderTraffic(
  kind: 'promotion' | 'rollback',
  release: Release | null,
  serves: Build,
  to: Release | null,
): Promise<void> {
  const before = await channel();
  loop.startTraffic(requestsPerSecond);
  const after = await move(kind, release);
  const { sent, answered, failures } = await loop.stopTraffic();
  expect(failures).toEqual([]);
  expect(answered).toBe(sent);
  expect(sent).toBeGreaterThan(10);
  expect(after).toMatchObject({ name: channelName, releaseId: to?.id ?? null, revision: before.revision + 1 });
  expect(await channel()).toEqual(after);
  expect(await servingBuildId()).toBe(serves.elfBuildId);
  expect(await askAll()).toBe(answers);
  expect((await moves()).find(({ revision }) => revision === after.revision)).toMatchObject({
    kind,
    fromReleaseId: before.releaseId,
    toReleaseId: to?.id ?? null,
    servingBuildId: serves.elfBuildId,
    actor: 'a test',
  });
}

/** A whole cycle under traffic, in which something is done. */
async function cycleOf(act: (id: CycleId) => Promise<unknown>): Promise<RanCycle> {
  loop.startTraffic(requestsPerSecond);
  const id = await loop.startCycle();
  await act(id);
  const ran = await endOf(loop, id);
  await loop.stopTraffic();
  return ran;
}

/** A cycle that passes, and goes on when the worker is killed in these stages. */
async function passing(
  killedAt: readonly CycleStage[] = [],
): Promise<{ ran: RanCycle; release: Release; baseline: Build; candidate: Build }> {
  const ran = await cycleOf(async (id) => {
    for (const stage of killedAt) expect(await killAt(loop, id, stage)).toBe(stage);
  });
  expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded' });
  const [evaluation] = await loop.store.evaluations.byCycleIds([ran.id]);
  expect(evaluation, told(ran)).toMatchObject({ verdict: 'pass', answers: { different: 0 } });
  expect(evaluation!.interval!.low).toBeGreaterThan(1);
  const [release] = await loop.store.releases.byEvaluationIds([evaluation!.id]);
  const [baseline, candidate] = await Promise.all([
    loop.store.builds.byId(evaluation!.baselineBuildId),
    loop.store.builds.byId(evaluation!.candidateBuildId),
  ]);
  expect(release!.buildId).toBe(candidate!.id);
  return { ran, release: release!, baseline: baseline!, candidate: candidate! };
}

describe('a release', () => {
  let first: Awaited<ReturnType<typeof passing>>;
  let second: Awaited<ReturnType<typeof passing>>;

  it('is on offer, once, after a cycle that passes though the worker is killed before and after the verdict', timeout, async () => {
    first = await passing(['evaluate', 'offer-release']);
    expect(first.release.number).toBe(1);
    expect(await loop.store.profiles.byCycleIds([first.ran.id])).toMatchObject([{ state: 'vetted' }]);
    expect(messagesOf(first.ran, 'offer-release')).toEqual(['release 1 is on offer']);
    expect(await channel()).toMatchObject({ releaseId: null, revision: 0 });
    expect(await servingBuildId()).not.toBe(first.candidate.elfBuildId);
  });

  it('comes into production without a failed request, and the process that serves shows its build ID', timeout, async () => {
    await movesUnderTraffic('promotion', first.release, first.candidate, first.release);
  });

  it('is not promoted twice', timeout, async () => {
    const error = await refusal(move('promotion', first.release));
    expect(error).toMatchObject({
      code: 'conflict',
      message: containing('has this release already'),
      advice: containing('Nothing is left'),
    });
    expect(await channel()).toMatchObject({ revision: 1 });
  });

  it('is the baseline of the next cycle', timeout, async () => {
    await setUselessWork(loop.fixture.directory, 900, 1);
    second = await passing();
    expect(second.baseline.id).toBe(first.candidate.id);
    expect(messagesOf(second.ran, 'plan')[0]).toContain(`baseline ${first.candidate.elfBuildId.slice(0, 12)} (promoted)`);
    expect(second.release.number).toBe(2);
    expect(await channel()).toMatchObject({ releaseId: first.release.id, revision: 1 });
  });

  it('is there, of a cycle that succeeded, when somebody cancels while it is being offered', timeout, async () => {
    const ran = await cycleOf((id) => actAt(loop, id, 'offer-release', () => loop.engine.cancelCycle(loop.target.name, id)));
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded', error: null });
    expect(messagesOf(ran, 'offer-release')).toEqual(['release 3 is on offer']);
  });

  it('that two people promote at once is promoted by one of them', timeout, async () => {
    const outcomes = await Promise.allSettled([move('promotion', second.release), move('promotion', second.release)]);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatchObject({ code: 'conflict', advice: expect.stringMatching(/\w/) as string });
    expect(await channel()).toMatchObject({ releaseId: second.release.id, revision: 2 });
    expect(await moves()).toHaveLength(2);
    expect(await servingBuildId()).toBe(second.candidate.elfBuildId);
  });

  it('rolls back to the one before, then to the baseline, and no further', timeout, async () => {
    await movesUnderTraffic('rollback', null, first.candidate, first.release);
    await movesUnderTraffic('rollback', null, first.baseline, null);
    const error = await refusal(move('rollback', null));
    expect(error).toMatchObject({ code: 'conflict', message: containing('serves the baseline') });
    expect((await moves()).map(({ kind }) => kind).sort()).toEqual(['promotion', 'promotion', 'rollback', 'rollback']);
  });

  it.each([
    ['fails', "'echo the disk is read-only >&2; exit 7'", 120, /ended with exit code 7/, /the disk is read-only/],
    ['names no process', "'echo deployed'", 120, /last line of output is not a process id: "deployed"/, /command: echo deployed/],
    ['names a process of another program', "'echo $PPID'", 120, /process \d+ runs build .*, not [0-9a-f]{40}/, /command: echo/],
    ['names a process that is gone', '\'sh -c "echo \\$\\$"\'', 120, /process \d+ runs build unknown, not/, /command: sh/],
    ['takes too long', "'sleep 31.5 & sleep 31.5'", 1, /did not end within 1 s/, /command: sleep/],
  ])('stays where it is when the deploy hook %s', timeout, async (_what, command, seconds, message, details) => {
    const edit = manifestEditor(loop);
    const serving = await servingBuildId();
    const before = await channel();
    const recorded = (await moves()).length;
    await edit((text) =>
      replaced(
        replaced(text, /command: >-\n.*\n.*HONE_BINARY"/, `command: ${command}`),
        /(?<=deploy:[^]*)timeoutSeconds: \d+/,
        `timeoutSeconds: ${seconds}`,
      ),
    );
    try {
      const error = await refusal(move('promotion', first.release));
      expect(error).toMatchObject({ code: 'deploy-failed', message: expect.stringMatching(message) as string });
      expect(error.advice).toContain('The channel has not moved');
      expect(error.details.join('\n')).toMatch(details);
    } finally {
      await edit((text) => text);
    }
    expect(await channel()).toEqual(before);
    expect(await moves()).toHaveLength(recorded);
    expect(await servingBuildId()).toBe(serving);
    expect(await askAll()).toBe(answers);
    expect(await commandLines(/sleep.31\.5/)).toEqual([]);
  });
});

async function commandLines(pattern: RegExp): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => pattern.test(line));
}
