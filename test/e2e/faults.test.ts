import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HoneErrorData } from '../../domain/errors.ts';
import { asId, type Digest } from '../../domain/ids.ts';
import { makeFileBlobs } from '../../store/blobs/file-blobs.ts';
import { startLoop, type Loop } from '../support/loop.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import {
  admitEverything,
  definesIn,
  editSource,
  endOf,
  failure,
  twoPairs,
  manifestEditor,
  messagesOf,
  replaced,
  runCycle,
  told,
  withInstanceEnvironment,
  type RanCycle,
} from './tiny-target.ts';

const run = promisify(execFile);
const requestsPerSecond = 150;
const timeout = { timeout: 120_000 };
const containing = (text: string) => expect.stringContaining(text) as string;
const text = (error: HoneErrorData) => (error.details ?? []).join('\n');

let loop: Loop;
let disk: SmallDisk | Error;
let edit: ReturnType<typeof manifestEditor>;
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  loop = await startLoop({ manifest: twoPairs });
  disk = await mountSmallDisk(join(loop.config.dataDirectory, 'blobs'), 24).catch((error: Error) => error);
  edit = manifestEditor(loop);
});
beforeEach(() => loop.startTraffic(requestsPerSecond)); // anew, since it ends by itself after a while
afterEach(async () => {
  while (undo.length > 0) await undo.pop()!();
});
afterAll(async () => {
  if (disk && !(disk instanceof Error)) await disk.unmount();
  await loop?.stop();
});

/** Registers the target with the fixture's manifest, edited; admission off unless a test is about it. */
async function given(...edits: readonly ((manifest: string) => string)[]): Promise<void> {
  await edit((manifest) => edits.reduce((current, change) => change(current), admitEverything(manifest)));
}

async function source(file: string, change: (content: string) => string): Promise<void> {
  undo.push(await editSource(loop, file, change));
}

const buildsOfCycle = async () =>
  (await loop.store.builds.list({ targetId: loop.target.id, kind: 'optimised' }, { first: 50, after: null })).rows;
const pidOfWorker = () => loop.stack.processes.worker.pid();

describe('a build', () => {
  it('that does not compile shows the compiler’s words and the command, and is tried once', timeout, async () => {
    const attempts = join(loop.fixture.directory, '..', 'attempts');
    await given((manifest) => replaced(manifest, 'command: make', `command: echo once >> ${attempts}; make`));
    await source('Makefile', definesIn.baseline('-DTINY_BROKEN'));
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(ran.cycle.stage).toBe('plan');
    expect(error).toMatchObject({ code: 'build-failed', message: 'The baseline build of tiny-service ended with exit code 2.' });
    expect(error.advice).toContain('build.command in hone.yaml');
    expect(error.details?.[0]).toContain('make');
    expect(text(error)).toMatch(/main\.c:\d+:\d+: error: .*\bthis\b|main\.c:\d+:\d+: error: unknown type name 'this'/);
    expect(await readFile(attempts, 'utf8')).toBe('once\n');
  });

  it('that does not compile with the profile, while mirror and session are up, ends the cycle and leaves nothing', timeout, async () => {
    const attempts = join(loop.fixture.directory, '..', 'attempts-with-profile');
    undo.push(() => rm(attempts, { force: true }));
    const { locationInclude } = loop.production!;
    // What the mirror's include holds at the moment of the compile.
    const look = `case "$CFLAGS" in *-fprofile-use*) grep -c mirror ${locationInclude} >> ${attempts};; esac`;
    await given(
      (manifest) => replaced(manifest, 'command: make', `command: '${look}; make'`),
      (manifest) => replaced(manifest, 'heldOutRequests: 200', 'heldOutRequests: 900'),
    );
    await source('Makefile', definesIn.optimised('-DTINY_BROKEN'));
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(ran.cycle.stage).toBe('accept');
    expect(error).toMatchObject({ code: 'build-failed', message: 'The optimised build of tiny-service ended with exit code 2.' });
    expect(text(error)).toMatch(/main\.c:\d+:\d+: error: /);
    expect(await readFile(attempts, 'utf8'), 'tried once, with the mirror on').toMatch(/^[1-9]\d*\n$/);
    for (const include of [loop.production!.httpInclude, locationInclude]) expect(await readFile(include, 'utf8')).toBe('');
    expect(await loop.store.profiles.byCycleIds([ran.id])).toEqual([]);
    expect((await loop.stopTraffic()).failures).toEqual([]);
  });
});

describe('an instance', () => {
  it('that ends at its start is shown with its exit code and last lines', timeout, async () => {
    await given(withInstanceEnvironment({ TINY_EXIT_AT_START: '1' }));
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(ran.cycle.stage).toBe('deploy');
    expect(error).toMatchObject({ code: 'instance-not-started', message: containing('exit code 3'), advice: containing('run.command') });
    expect(text(error)).toContain('tiny-service: asked to exit at start');
  });

  it('that is not ready in time is shown with what was asked', timeout, async () => {
    await given(withInstanceEnvironment({ TINY_NOT_READY: '1' }), (manifest) =>
      replaced(manifest, 'timeoutSeconds: 5', 'timeoutSeconds: 1'),
    );
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(error).toMatchObject({
      code: 'instance-not-ready',
      message: containing('was not ready within 1 s: GET /healthz'),
      advice: containing('run.ready.timeoutSeconds'),
    });
  });

  it('that crashes in a window is deployed again, twice at most', timeout, async () => {
    await given(withInstanceEnvironment({ TINY_CRASH_AFTER: '60' }));
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(ran.cycle.stage).toBe('windows');
    expect(error).toMatchObject({ code: 'instance-lost', message: containing('SIGABRT'), advice: containing('last lines') });
    const recoveries = ran.events.filter(({ message }) => message.includes('the instance was lost and is deployed again'));
    expect(recoveries.filter(({ stage }) => stage === 'windows')).toHaveLength(2);
    expect(await loop.store.windows.ofCycle(ran.id)).toEqual([]);
  });

  it('that crashes once in a window is deployed again, and the cycle ends well', timeout, async () => {
    // The first that runs under instrumentation crashes, and no other.
    const crashed = join(loop.fixture.directory, '..', 'crashed-once');
    undo.push(() => rm(crashed, { recursive: true }));
    const first = `if [ -n "$HONE_AGENT_DIRECTORY" ] && mkdir ${crashed} 2>/dev/null; then export TINY_CRASH_AFTER=60; fi; exec "$0" "$@"`;
    await given((manifest) => replaced(manifest, "command: ['{binary}'", `command: [sh, -c, '${first}', '{binary}'`));
    const ran = await runCycle(loop);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded', error: null });
    const recoveries = ran.events.filter(({ message }) => message.includes('the instance was lost and is deployed again'));
    expect(recoveries.map(({ stage }) => stage)).toEqual(['windows']);
    const windows = await loop.store.windows.ofCycle(ran.id);
    expect(windows.map(({ index, kept, rawProfiles }) => ({ index, kept, profiles: rawProfiles.length }))).toEqual([
      { index: 1, kept: true, profiles: 1 },
      { index: 2, kept: true, profiles: 1 },
    ]);
    expect((await loop.store.profiles.byCycleIds([ran.id]))[0]).toMatchObject({ state: 'unvetted', acceptance: { accepted: true } });
    expect(await loop.store.evaluations.byCycleIds([ran.id])).toMatchObject([{ verdict: 'inconclusive', pairs: 2 }]);
  });

  it('that does not end is killed as a group after its grace, and no figure is given for such a build', timeout, async () => {
    await given(withInstanceEnvironment({ TINY_HANG_ON_STOP: '1', TINY_FORK: '2' }));
    const ran = await runCycle(loop);
    const error = await failure(ran);
    const at = (state: string) => Date.parse(ran.events.find((event) => event.stage === 'stop' && event.state === state)!.at);
    expect(at('done') - at('started')).toBeGreaterThan(1000); // of two seconds: an event's time is that of its storing
    // Both builds hang: that says nothing against the candidate.
    expect(ran.cycle.stage).toBe('evaluate');
    expect(error).toMatchObject({
      code: 'baseline-failed',
      message: containing('did not end within 2 s of SIGTERM and was killed'),
      advice: containing('Run the baseline by hand'),
    });
    const [evaluation] = await loop.store.evaluations.byCycleIds([ran.id]);
    expect(evaluation).toMatchObject({ verdict: null, sentence: containing('ended as failed'), endedAt: ran.cycle.endedAt });
    expect((await loop.store.profiles.byCycleIds([ran.id]))[0]!.state).toBe('unvetted');
  });

  it('that forks leaves no child, and what its children counted is in the profile', timeout, async () => {
    await given(withInstanceEnvironment({ TINY_FORK: '2' }));
    const ran = await runCycle(loop);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded' });
    const windows = await loop.store.windows.ofCycle(ran.id);
    const totals = await Promise.all(
      windows.map(async ({ rawProfiles }) => Promise.all(rawProfiles.map(({ digest }) => totalCount(digest)))),
    );
    const [version] = await loop.store.profiles.byCycleIds([ran.id]);
    for (const window of totals) expect(window.length, 'one raw profile for each process').toBe(3);
    expect(totals.flat().filter((count) => count > 0).length, JSON.stringify(totals)).toBeGreaterThan(totals.length);
    expect(version!.acceptance.summary.totalCount).toBe(totals.flat().reduce((sum, count) => sum + count, 0));
  });
});

/** What llvm-profdata says of a stored raw profile. Two processes that did the same have one digest, so each look has its own copy. */
async function totalCount(digest: Digest): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'hone-raw-'));
  const file = join(directory, 'raw.profraw');
  try {
    await makeFileBlobs({ directory: join(loop.config.dataDirectory, 'blobs') }).getFile(digest, file);
    const { stdout } = await run('/usr/lib/llvm-22/bin/llvm-profdata', ['show', '--all-functions', '--counts', file]);
    const counters = [...stdout.matchAll(/Block counts: \[([\d, ]*)\]/g)].flatMap(([, list]) => list!.split(',').map(Number));
    return counters.reduce((sum, count) => sum + count, 0);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe('a candidate', () => {
  it('that answers differently fails, however fast it is', timeout, async () => {
    await given();
    await source('Makefile', definesIn.optimised('-DTINY_OTHER_ANSWERS'));
    const ran = await runCycle(loop);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded' });
    await expectRefused(ran, /^The candidate answered \d+ of \d+ requests differently, for example .*work/);
  });

  it('that crashes in the evaluation fails', timeout, async () => {
    await given();
    await source('Makefile', definesIn.optimised('-DTINY_CRASHES'));
    await source('main.c', (code) =>
      replaced(code, 'if (crash) crash_after', '#ifdef TINY_CRASHES\n  crash_after = 50;\n#endif\n  if (crash) crash_after'),
    );
    const ran = await runCycle(loop);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded' });
    await expectRefused(ran, /^The candidate build failed: .*SIGABRT/);
  });

  async function expectRefused(ran: RanCycle, sentence: RegExp): Promise<void> {
    const [evaluation] = await loop.store.evaluations.byCycleIds([ran.id]);
    expect(evaluation).toMatchObject({ verdict: 'fail', sentence: expect.stringMatching(sentence) as string });
    expect(await loop.store.releases.byEvaluationIds([evaluation!.id])).toEqual([]);
    expect((await loop.store.profiles.byCycleIds([ran.id]))[0]!.state).toBe('rejected');
    expect(messagesOf(ran, 'offer-release')).toEqual(['no release: the verdict is fail']);
  }
});

describe('a profile', () => {
  /** The program that Hone builds starts another one, as a wrapper script or an init program does. */
  async function wrapped(inner: string, launch: string): Promise<string> {
    const program = join(loop.fixture.directory, '..', `inner-${Date.now()}`);
    await given();
    undo.push(() => rm(program, { force: true }));
    await source('Makefile', (makefile) => {
      const compile = '$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra';
      return replaced(
        makefile,
        /\t\$\(CC\).*/,
        `\t${compile} ${inner} -o ${program} main.c\n\t${compile} $(CFLAGS) $(LDFLAGS) -o $@ launcher.c`,
      );
    });
    const launcher = join(loop.fixture.directory, 'launcher.c');
    undo.push(() => rm(launcher));
    const call = `execv("${program}", v)`;
    await writeFile(
      launcher,
      `#include <signal.h>\n#include <sys/wait.h>\n#include <unistd.h>\nint main(int c, char **v) { (void)c; ${launch.replace('EXEC', call)} return 1; }\n`,
    );
    return program;
  }

  async function expectRejected(ran: RanCycle, check: string, sentence: RegExp): Promise<void> {
    const error = await failure(ran, 'rejected');
    expect(ran.cycle.stage).toBe('publish');
    expect(error).toMatchObject({
      code: 'profile-rejected',
      message: containing('no build was kept of it'),
      advice: containing('wrong process'),
    });
    expect(text(error)).toMatch(sentence);
    const [version] = await loop.store.profiles.byCycleIds([ran.id]);
    expect(version).toMatchObject({ state: 'rejected', acceptance: { accepted: false, source: null } });
    expect(version!.acceptance.checks.find(({ name }) => name === check)).toMatchObject({ passed: false });
    const built = (await buildsOfCycle()).filter(({ row }) => row.profileDigest === version!.profile.digest);
    expect(built).toEqual([]);
  }

  it('of another program is rejected, and nothing is built with it', timeout, async () => {
    await wrapped('$(CFLAGS) $(LDFLAGS)', 'EXEC;');
    await expectRejected(await runCycle(loop), 'right-binary', /right-binary: The profile is of [0-9a-f]{40}/);
  });

  it('without counts is rejected, and nothing is built with it', timeout, async () => {
    await wrapped('-O2', 'signal(SIGTERM, SIG_DFL); if (fork() == 0) EXEC; while (wait(0) > 0) ;');
    await expectRejected(await runCycle(loop), 'counts', /counts: Every counter is zero/);
  });
});

describe('preparation and traffic', () => {
  it('a prepare hook that fails is shown with the file of its last lines', timeout, async () => {
    await given((manifest) => replaced(manifest, /prepare: .*/, "prepare: 'echo there is no database >&2; exit 4'"));
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(ran.cycle.stage).toBe('deploy');
    expect(error).toMatchObject({ code: 'prepare-failed', message: containing('exit code 4'), advice: containing('run.prepare') });
    const [, file = ''] = /^errors: (.*)$/m.exec(text(error)) ?? [];
    expect(await readFile(file, 'utf8')).toBe('there is no database\n');
  });

  it('no traffic at all ends the cycle and says where requests should come from', timeout, async () => {
    await given((manifest) => replaced(manifest, 'windowSeconds: 20', 'windowSeconds: 1'));
    await loop.stopTraffic();
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(ran.cycle.stage).toBe('warm-up');
    expect(error).toMatchObject({ code: 'window-empty', message: containing('within 1 s'), advice: containing('mirror.methods') });
  });
});

describe('a full disk', () => {
  function small(): SmallDisk {
    if (disk instanceof Error) throw disk;
    return disk;
  }

  it('ends the cycle, says where there is no room, and leaves no half-written blob', timeout, async () => {
    await given();
    await source('main.c', (code) => `${code}/* so that the snapshot is a new one */\n`);
    await small().fill();
    undo.push(() => small().makeRoom());
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(error).toMatchObject({ code: 'disk-full', message: containing('blobs'), advice: containing('Free space') });
    await expectWholeBlobs();
  });

  it('is overcome when somebody makes room in time', timeout, async () => {
    await given();
    const id = await loop.startCycle();
    await loop.untilEvent(id, ({ stage, state }) => stage === 'windows' && state === 'started');
    await small().fill();
    undo.push(() => small().makeRoom());
    await untilWorkerSays(/no room left|disk-full/);
    await small().makeRoom();
    const ran = await endOf(loop, id);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded' });
    expect(await loop.store.windows.ofCycle(id)).toHaveLength(2);
    await expectWholeBlobs();
  });

  async function untilWorkerSays(words: RegExp): Promise<void> {
    const file = join(loop.stack.logDirectory, 'worker.log');
    const before = (await readFile(file, 'utf8')).length;
    await expect.poll(async () => (await readFile(file, 'utf8')).slice(before), { timeout: 30_000, interval: 20 }).toMatch(words);
  }

  /** Every stored file holds what its name says, and no other is there. */
  async function expectWholeBlobs(): Promise<void> {
    const blobs = makeFileBlobs({ directory: join(loop.config.dataDirectory, 'blobs') });
    const files = (await small().files()).filter((file) => !/\/filler(-rest)?$/.test(file));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const digest = /\/([0-9a-f]{64})\.zst$/.exec(file)?.[1];
      expect(digest, file).toBeDefined();
      await blobs.getBytes(asId<Digest>(digest!));
    }
  }
});

// The last ones: they take production away.
describe('nginx', () => {
  const healthy = async () => (await fetch(`${loop.production!.url}/healthz`)).status;

  it('whose configuration is broken keeps its old one, goes on answering, and gets its includes back', timeout, async () => {
    await given();
    const { configuration } = loop.production!;
    const before = await readFile(configuration, 'utf8');
    undo.push(() => writeFile(configuration, before));
    await appendFile(configuration, '\nno_such_directive on;\n');
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(ran.cycle.stage).toBe('mirror-on');
    expect(error).toMatchObject({ code: 'mirror-configuration', message: containing(configuration), advice: containing('nginx') });
    expect(text(error)).toContain('unknown directive "no_such_directive"');
    expect(await healthy()).toBe(200);
    for (const include of [loop.production!.httpInclude, loop.production!.locationInclude])
      expect(await readFile(include, 'utf8')).toBe('');
  });

  it('that goes away in a window ends the cycle clean: nothing is mirrored where nothing runs', timeout, async () => {
    await given(
      (manifest) => replaced(manifest, 'windowSeconds: 20', 'windowSeconds: 2'),
      (manifest) => replaced(manifest, 'requestsPerWindow: 100', 'requestsPerWindow: 3000'),
    );
    const id = await loop.startCycle();
    await loop.untilEvent(id, ({ stage, state }) => stage === 'windows' && state === 'started');
    process.kill(loop.production!.nginxPid, 'SIGTERM'); // at once, with its workers
    const ran = await endOf(loop, id);
    const error = await failure(ran);
    expect(error).toMatchObject({ code: 'window-empty', advice: containing('production has traffic') });
    expect(text(error)).not.toContain('Could not be given back');
  });

  it('that is gone when the mirror is turned on ends the cycle and says so', timeout, async () => {
    await given();
    await loop.stopTraffic();
    const ran = await runCycle(loop);
    const error = await failure(ran);
    expect(ran.cycle.stage).toBe('mirror-on');
    expect(error).toMatchObject({
      code: 'mirror-unavailable',
      message: containing('could not be told to reload'),
      advice: containing('Start nginx'),
    });
  });
});

it('no fault ended a process of Hone', () => {
  expect(loop.said.filter((line) => line.includes('started again'))).toEqual([]);
  expect(pidOfWorker()).toBeGreaterThan(0);
});
