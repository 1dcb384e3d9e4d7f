import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cycleStages } from '../../domain/model/cycle.ts';
import { controlC, onTerminal as commandOnTerminal } from '../support/terminal.ts';

const run = promisify(execFile);
const project = resolve(import.meta.dirname, '../..');
/** Minutes on an idle machine; on a busy one an evaluation takes what its noise needs. */
const timeout = { timeout: 1_200_000 };
let folder: string;
let example: string;
let data: string;

/**
 * A copy of the example, so that a demo that somebody has open keeps its production. It lies within the project, as a user's data does:
 * what is written there is in the scope of the project's package.json.
 */
beforeAll(async () => {
  await mkdir(join(project, '.hone'), { recursive: true });
  folder = await mkdtemp(join(project, '.hone', 'demo-test-'));
  example = join(folder, 'examples', 'query-service');
  data = join(folder, '.hone');
  await mkdir(join(folder, 'examples'));
  await cp(join(project, 'examples', 'query-service'), example, { recursive: true });
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  await shortenEvaluation();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const environment = () => ({ ...process.env, HONE_DATA: data });
const demo = (...options: string[]) => [join(project, 'runtime', 'demo.ts'), '--example', example, ...options];

/** Processes whose command line or folder names this test's folder. */
async function processesLeft(): Promise<string[]> {
  const left: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (text.includes(folder)) left.push(`${pid} ${text.replaceAll('\0', ' ')}`);
  }
  return left;
}

/** No process, no mirror, and no port: nobody listens at the addresses that the demo said. */
async function expectNothingLeft(addresses: readonly (string | undefined)[]): Promise<void> {
  expect(await processesLeft()).toEqual([]);
  for (const include of ['hone-http.conf', 'hone-location.conf'])
    expect(await readFile(join(folder, '.hone/production/query-service', include), 'utf8'), include).toBe('');
  for (const address of addresses) {
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(fetch(address!), address).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  }
}

/** The command line, which finds the stack by the folder it is called in. */
async function hone(...words: string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [join(project, 'cli', 'entry.ts'), ...words, '--json'], { cwd: folder });
  return JSON.parse(stdout);
}

describe('npm run demo', () => {
  it('takes the example from mirrored traffic to a measured release and leaves nothing behind', timeout, async () => {
    // Interrupted before the test's own limit, so that it ends all of it and shows how far it came.
    const limits = { timeout: timeout.timeout - 60_000, killSignal: 'SIGINT', maxBuffer: 2 ** 24 } as const;
    const { stdout, stderr } = await run(process.execPath, demo('--once', '--json'), { env: environment(), ...limits });
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    const summary: unknown = JSON.parse(lines[0]!);
    expect(summary).toEqual({
      target: 'query-service',
      cycle: expect.stringMatching(/^[0-9a-f-]{36}$/),
      profileVersion: 1,
      profileSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      windowsKept: 3,
      windowsRejected: expect.any(Number),
      verdict: 'pass',
      ratio: expect.any(Number),
      low: expect.any(Number),
      high: expect.any(Number),
      release: 1,
      seconds: expect.any(Number),
    });
    expect((summary as { low: number }).low).toBeGreaterThan(1);
    for (const stage of cycleStages) {
      expect(stderr).toContain(`s  ${stage}`);
    }
    for (const line of [
      'Profile  ',
      'Windows  ',
      'Privacy  ',
      'Gain     ',
      'Sizes    ',
      'Release  ',
      'Next     npx hone release promote query-service 1',
    ])
      expect(stderr).toContain(`\n${line}`);
    const addresses = /^API (http:\S+)\/graphql {3}Temporal UI (http:\S+)$/m.exec(stderr);
    const production = /production: that build behind nginx at (http:\S+)$/m.exec(stderr);
    await expectNothingLeft([addresses?.[1], addresses?.[2], production?.[1]]);
  });

  it('cancels the cycle when it is interrupted in the windows, says so as JSON, and leaves nothing behind', timeout, async () => {
    const child = spawn(process.execPath, demo('--json'), { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const [answer, words] = [child.stdout, child.stderr].map((stream) => createInterface({ input: stream }));
    const [answered, told]: string[][] = [[], []];
    answer!.on('line', (line) => answered!.push(line));
    words!.on('line', (line) => {
      told!.push(line);
      if (line.includes('window 1 ')) child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as [number];
    expect(answered, told!.join('\n')).toHaveLength(1);
    const summary = JSON.parse(answered![0]!) as { cycle: string };
    expect(summary).toMatchObject({
      target: 'query-service',
      cycle: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      verdict: 'none',
    });
    expect(summary).toMatchObject({
      error: { code: 'interrupted', message: `interrupted: cycle ${summary.cycle} has ended as cancelled` },
    });
    expect(code).toBe(1);
    await expectNothingLeft([/production: that build behind nginx at (http:\S+)$/m.exec(told!.join('\n'))?.[1]]);
  });

  it(
    'stays up on a terminal: the release is promoted without a failed request, serves, is rolled back; another cycle finds its traffic and is cancelled by Ctrl-C',
    timeout,
    async () => {
      await evaluateHardly();
      const terminal = await onTerminal();
      try {
        await terminal.says('stays up until Ctrl-C');
        const production = JSON.parse(await readFile(join(folder, '.hone/production/query-service/state.json'), 'utf8')) as { url: string };
        const before = await (await fetch(`${production.url}/products/7`)).text();
        const client = keepAsking(`${production.url}/products/7`);
        const [release] = (await hone('release', 'list', 'query-service')) as { number: number; build: { elfBuildId: string } }[];
        await hone('release', 'promote', 'query-service', String(release!.number), '--channel', 'stable');
        expect(await servingBuildId()).toBe(release!.build.elfBuildId);
        expect(await (await fetch(`${production.url}/products/7`)).text()).toBe(before);
        await hone('release', 'rollback', 'query-service', '--channel', 'stable');
        expect(await servingBuildId()).not.toBe(release!.build.elfBuildId);
        const { asked, failed } = await client.stop();
        expect(asked).toBeGreaterThan(10);
        expect(failed).toEqual([]);
        await refreshAndCancel();
        // Whoever follows the cycle loses the API with the demo, or is told the cycle's end just before.
        const following = hone('refresh', 'query-service').catch(() => null);
        await terminal.saysAgain('window 1 kept');
        await terminal.interrupt();
        expect(terminal.lastLines()).toContain('has ended as cancelled');
        await following;
      } finally {
        await terminal.interrupt();
      }
      expect(await processesLeft()).toEqual([]);
    },
  );
});

/** What users have takes half as long again to measure, and no other way through the code. */
const shortenEvaluation = () =>
  editManifest((text) =>
    text
      .replace('requestsPerWindow: 1000', 'requestsPerWindow: 400')
      .replace('heldOutRequests: 4000', 'heldOutRequests: 1500')
      .replace('requestsPerLeg: 3000', 'requestsPerLeg: 1200')
      .replace('speedRequests: 1000', 'speedRequests: 400')
      .replace('command: make -j2', `command: 'test ! -e ${unoptimised()} || CFLAGS="$CFLAGS -O0"; make -j2'`),
  );

/** While this file is there, builds take seconds of the compiler, not most of a minute. */
const unoptimised = () => join(folder, 'unoptimised');

/**
 * The release of the first run is still on offer: what this cycle measures, and of what, is not looked at. Without its first
 * passes the compiler sees other functions than those that were counted.
 */
async function evaluateHardly(): Promise<void> {
  await writeFile(unoptimised(), '');
  await editManifest((text) =>
    text
      .replace('heldOutRequests: 1500', 'heldOutRequests: 100')
      .replace('speedRequests: 400', 'speedRequests: 0')
      .replace('requestsPerLeg: 1200', 'requestsPerLeg: 100\n  minimumPairs: 2\n  maximumPairs: 2')
      .replace(/^evaluation:$/m, 'acceptance:\n  maximumMismatchedShare: 1\n\nevaluation:'),
  );
}

async function editManifest(edit: (text: string) => string): Promise<void> {
  const path = join(example, 'hone.yaml');
  const text = await readFile(path, 'utf8');
  const edited = edit(text);
  expect(edited).not.toBe(text);
  await writeFile(path, edited);
}

/** `hone refresh` on a terminal, left by Ctrl-C and c: the command waits for the cycle's end, and says it. */
async function refreshAndCancel(): Promise<void> {
  const refresh = commandOnTerminal([process.execPath, join(project, 'cli', 'entry.ts'), 'refresh', 'query-service'], folder);
  try {
    await refresh.reads(/plan/);
    refresh.type(controlC);
    await refresh.reads(/Cancel the cycle \(c\)/);
    refresh.type('c\r');
    expect(await refresh.ended(), refresh.seen()).toBe(7);
    expect(refresh.seen()).toMatch(/^state +cancelled/m);
  } finally {
    refresh.end();
  }
}

/** The demo under a terminal of its own (util-linux' script), as a person starts it. */
async function onTerminal(): Promise<{
  says(text: string): Promise<void>;
  /** After what has been said so far. */
  saysAgain(text: string): Promise<void>;
  interrupt(): Promise<void>;
  lastLines(): string;
}> {
  const command = [process.execPath, ...demo()].map((word) => `'${word}'`).join(' ');
  const child: ChildProcess = spawn('script', ['-qefc', `exec ${command}`, '/dev/null'], {
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout! });
  reader.on('line', (line) => lines.push(line));
  const exited = once(child, 'exit');
  const saysAfter = async (start: number, text: string) => {
    const said = () => lines.slice(start).some((line) => line.includes(text));
    while (!said()) {
      const next = await Promise.race([once(reader, 'line'), exited.then(() => null)]);
      if (next === null && !said()) throw new Error(`the demo ended without saying "${text}":\n${lines.join('\n')}`);
    }
  };
  return {
    says: (text) => saysAfter(0, text),
    saysAgain: (text) => saysAfter(lines.length, text),
    async interrupt() {
      if (child.exitCode === null) child.stdin!.write('\u0003');
      await exited;
    },
    lastLines: () => lines.slice(-20).join('\n'),
  };
}

/** On a connection of its own each time: nginx may close an idle one at the moment of its next use, which is no failure of the swap. */
function keepAsking(url: string): { stop(): Promise<{ asked: number; failed: string[] }> } {
  const stopping = new AbortController();
  const stopped = stopping.signal;
  let asked = 0;
  const failed: string[] = [];
  const done = (async () => {
    for (;;) {
      asked += 1;
      const status = await fetch(url, { headers: { connection: 'close' } }).then(
        (response) => response.arrayBuffer().then(() => response.status),
        (error: unknown) => String(error),
      );
      if (status !== 200) failed.push(String(status));
      if (stopped.aborted) return;
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
      return { asked, failed };
    },
  };
}

async function servingBuildId(): Promise<string> {
  const state = JSON.parse(await readFile(join(folder, '.hone/production/query-service/state.json'), 'utf8')) as {
    service: { pid: number };
  };
  const { readElf } = await import('../../toolchains/clang/elf.ts');
  return (await readElf(`/proc/${state.service.pid}/exe`))?.buildId ?? 'unknown';
}
