import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { BlobRef } from '../../domain/model/blob.ts';
import { agentRequest, listAgents } from '../../toolchains/clang/agent/client.ts';
import { makeAgentPort } from '../../toolchains/index.ts';
import { longCall, openProject, temporaryFolder } from './support/project.ts';
import type { Project } from './support/project.ts';
import { materialise, startProgram, until } from './support/run.ts';
import type { RunningProgram } from './support/run.ts';
import { plainServer, pluginSource, serverSource, serverWithPlugin } from './support/server.ts';

const agents = makeAgentPort();
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Server extends RunningProgram {
  readonly project: Project;
  /** The agents' folder. */
  readonly directory: string;
  readonly output: string;
  readonly say: (line: string) => void;
}

async function startServer(options: { threads?: number; plugin?: boolean; folderName?: string; exitFile?: string } = {}): Promise<Server> {
  const files = { 'main.c': serverSource, 'plugin.c': pluginSource };
  const project = await openProject(files, { build: { command: options.plugin ? serverWithPlugin : plainServer } });
  cleanUps.push(project.remove);
  const directory = join(project.path, options.folderName ?? 'agents');
  const output = join(project.path, 'raw');
  await mkdir(directory, { mode: 0o700, recursive: true });
  await mkdir(output);
  const { binary } = await project.build('instrumented');
  const program = await materialise(project, binary, 'server');
  const environment = {
    HONE_AGENT_DIRECTORY: directory,
    LLVM_PROFILE_FILE: join(project.path, options.exitFile ?? 'exit/%m.profraw'),
    LD_LIBRARY_PATH: join(project.path, 'builds/sample'),
    PATH: '/usr/bin:/bin',
  };
  const running = startProgram(program, [String(options.threads ?? 1)], environment);
  cleanUps.push(() => {
    running.child.kill('SIGKILL');
    return running.ended;
  });
  await running.said('ready');
  return { ...running, project, directory, output, say: (line) => running.child.stdin?.write(`${line}\n`) };
}

async function summaryOf(server: Server, paths: readonly string[]) {
  const raw: BlobRef[] = [];
  for (const path of paths) raw.push(await server.project.blobs.putFile(path));
  const merged = await server.project.profiles.merge(
    raw.map((profile) => ({ profile, weight: 1 })),
    longCall(),
  );
  return { ...merged, raw };
}

/** A window of work: there is nothing to wait for but time itself. */
const letWork = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The counters of one window: reset, let the threads work, write into a folder of its own. */
async function takeWindow(server: Server, name: string) {
  const folder = join(server.output, name);
  await mkdir(folder);
  await agents.reset(server.directory);
  await letWork(30);
  return summaryOf(server, await agents.write(server.directory, folder));
}

test('windows are written and reset under load, and agree with each other', async () => {
  const server = await startServer({ threads: 3 });
  expect(await agents.ping(server.directory)).toBe(1);
  const windows = [];
  for (let index = 0; index < 20; index++) windows.push(await takeWindow(server, `window-${index}`));
  for (const { summary } of windows) {
    expect(summary.binaryIds).toHaveLength(1);
    expect(summary.totalCount).toBeGreaterThan(200);
  }
  // A window's counts are its own: had a reset failed, the last window would hold those of all.
  const totals = windows.map((window) => window.summary.totalCount);
  expect(Math.max(...totals)).toBeLessThan(totals.reduce((sum, one) => sum + one, 0) / 3);
  const [first, last] = [windows[0]!, windows.at(-1)!];
  expect(await server.project.profiles.overlap(first.profile, last.profile, longCall())).toBeGreaterThan(0.95);
  expect(await server.project.profiles.overlap(first.raw[0]!, last.profile, longCall())).toBeGreaterThan(0.95);
}, 60_000);

test('a reset with no work after it writes zeros, and the file at exit holds what came after the last reset', async () => {
  const server = await startServer({ threads: 0, exitFile: 'exit.profraw' });
  await agents.reset(server.directory);
  const { summary } = await summaryOf(server, await agents.write(server.directory, server.output));
  expect(summary).toMatchObject({ functionsWithCounts: 0, totalCount: 0, coveredShare: 0, density: 0 });
  expect(summary.functions).toBeGreaterThanOrEqual(3);
  server.say('spin');
  await server.said('spun');
  server.child.stdin?.end();
  expect(await server.ended).toMatchObject({ code: 0, output: 'ready\nspun\n' });
  expect(await listAgents(server.directory)).toEqual([]);
  const atExit = await summaryOf(server, [join(server.project.path, 'exit.profraw')]);
  expect(atExit.summary.totalCount).toBeGreaterThan(1000);
  expect(atExit.summary.totalCount).toBeLessThan(10_000);
});

test('a forked child has an agent of its own, whose counters start at zero', async () => {
  const server = await startServer({ threads: 1 });
  await until(async () => (await listAgents(server.directory)).length === 1, 'the first agent');
  server.say('fork');
  server.say('fork');
  await until(async () => (await listAgents(server.directory)).length === 3, 'the children’s agents');
  expect(await agents.reset(server.directory)).toBe(3);
  await letWork(50);
  const written = await agents.write(server.directory, server.output);
  expect(written).toHaveLength(3);
  for (const path of written) expect((await summaryOf(server, [path])).summary.totalCount).toBeGreaterThan(100);
  server.say('crash');
  await server.ended;
  await until(async () => (await agents.ping(server.directory).catch(() => 0)) === 0, 'the children’s end');
  expect(await listAgents(server.directory)).toEqual([]);
});

test('a child that runs another program leaves nothing in the way', async () => {
  const server = await startServer();
  server.say('exec');
  server.say('fork');
  await server.said('forked');
  await until(async () => (await agents.ping(server.directory)) === 2, 'two agents');
  expect(await listAgents(server.directory)).toHaveLength(2);
});

test('a program that closes every descriptor has an agent again, and keeps what it opened', async () => {
  const server = await startServer();
  const [before = ''] = await listAgents(server.directory);
  server.say('close');
  await server.said('closed');
  const after = async () => (await listAgents(server.directory)).filter((socket) => socket !== before);
  await until(async () => (await after()).length === 1, 'another socket');
  expect(await agents.ping(server.directory)).toBe(1);
  await agents.write(server.directory, server.output);
  server.say('check');
  await server.said('kept');
  server.child.stdin?.end();
  expect(await server.ended).toMatchObject({ code: 0 });
  expect(await listAgents(server.directory)).toEqual([]);
});

test('a shared object of the same build has an agent of its own', async () => {
  const server = await startServer({ plugin: true });
  expect(await agents.ping(server.directory)).toBe(2);
  await agents.reset(server.directory);
  await letWork(50);
  const written = await agents.write(server.directory, server.output);
  expect(written).toHaveLength(2);
  const both = await summaryOf(server, written);
  expect(both.summary.binaryIds).toHaveLength(2);
  const parts = await Promise.all(written.map((path) => summaryOf(server, [path])));
  expect(parts.map((part) => part.summary.functions).reduce((sum, one) => sum + one, 0)).toBe(both.summary.functions);
  for (const part of parts) expect(part.summary.functionsWithCounts).toBeGreaterThan(0);
  server.child.stdin?.end();
  expect(await server.ended).toMatchObject({ code: 0 });
  expect(await listAgents(server.directory)).toEqual([]);
  expect(await readdir(join(server.project.path, 'exit'))).toHaveLength(2);
});

test('a folder with a long name works: the socket’s address is shorter than its path', async () => {
  const server = await startServer({ folderName: join('long-'.repeat(20), 'long-'.repeat(20)) });
  expect(await agents.ping(server.directory)).toBe(1);
});

test('without the folder named, or with one that others can enter, the agent does nothing', async () => {
  const project = await openProject({ 'main.c': serverSource }, { build: { command: plainServer } });
  cleanUps.push(project.remove);
  const open = join(project.path, 'open');
  await mkdir(open);
  await chmod(open, 0o755);
  const program = await materialise(project, (await project.build('instrumented')).binary, 'server');
  for (const environment of [{}, { HONE_AGENT_DIRECTORY: open }]) {
    const running = startProgram(program, ['1'], { LLVM_PROFILE_FILE: '/dev/null', ...environment });
    await running.said('ready');
    const tasks = await readdir(`/proc/${running.child.pid}/task`);
    expect(tasks).toHaveLength(2);
    running.child.stdin?.end();
    expect(await running.ended).toEqual({ code: 0, signal: null, output: 'ready\n' });
  }
  expect(await readdir(open)).toEqual([]);
});

test('no agent, a stopped one and a refused command say what is wrong', async () => {
  const server = await startServer();
  const empty = await temporaryFolder();
  cleanUps.push(empty.remove);
  await expect(agents.ping(empty.path)).rejects.toMatchObject({ code: 'agent-unreachable', message: expect.stringContaining(empty.path) });
  await expect(agents.ping(join(empty.path, 'gone'))).rejects.toMatchObject({ code: 'agent-unreachable' });
  const [socket = ''] = await listAgents(server.directory);
  await expect(agentRequest(socket, 'dance', 1000)).rejects.toMatchObject({ message: expect.stringContaining('unknown command') });
  await expect(agentRequest(socket, 'write relative', 1000)).rejects.toMatchObject({ message: expect.stringContaining('absolute') });
  await expect(agentRequest(socket, `write ${empty.path}/50%p`, 1000)).rejects.toMatchObject({
    message: expect.stringContaining('percent'),
  });
  await expect(agentRequest(socket, `write /${'x'.repeat(5000)}`, 1000)).rejects.toMatchObject({
    message: expect.stringContaining('too long'),
  });
  await expect(agents.write(server.directory, join(server.output, '\0'))).rejects.toBeDefined();
  server.child.kill('SIGSTOP');
  const hurried = makeAgentPort({ timeoutMilliseconds: 200 });
  await expect(hurried.reset(server.directory)).rejects.toMatchObject({
    code: 'agent-unreachable',
    message: expect.stringContaining('no answer within 200 ms'),
  });
  server.child.kill('SIGCONT');
  expect(await agents.reset(server.directory)).toBe(1);
});

test('a write that fails says so, and a full disk is named as such', async () => {
  const server = await startServer();
  const [socket = ''] = await listAgents(server.directory);
  await expect(agentRequest(socket, 'write /dev/full', 1000)).rejects.toMatchObject({ code: 'disk-full' });
  await expect(agentRequest(socket, 'write /nowhere/one.profraw', 1000)).rejects.toMatchObject({
    code: 'agent-unreachable',
    message: expect.stringContaining('not written'),
  });
  expect(await agents.ping(server.directory)).toBe(1);
});

test('the socket of a process that is gone is removed', async () => {
  const server = await startServer();
  server.say('crash');
  await server.ended;
  expect(await listAgents(server.directory)).toHaveLength(1);
  await expect(agents.write(server.directory, server.output)).rejects.toMatchObject({ code: 'agent-unreachable' });
  expect(await listAgents(server.directory)).toEqual([]);
});

/** What the agent answers to a process of the given user. Perl, since others may not be allowed to read this Node. */
async function askAs(user: number, directory: string, command: string): Promise<string> {
  const [socket = ''] = await listAgents(directory);
  // The agent refuses before it reads: the command may find nobody.
  const script = `$SIG{PIPE} = 'IGNORE'; my $s; socket($s, AF_UNIX, SOCK_STREAM, 0) && connect($s, sockaddr_un($ARGV[0])) or die "cannot connect: $!";
    syswrite $s, "$ARGV[1]\\n"; print scalar <$s>;`;
  const words = ['-MSocket', '-e', script, basename(socket), command];
  return (await promisify(execFile)('perl', words, { cwd: directory, uid: user, gid: user })).stdout;
}

test('another user is refused, even where the folder and the socket let everybody in', async () => {
  if (process.getuid?.() !== 0) throw new Error('This test asks as another user: run it as root (sudo npm test), or in a container.');
  const server = await startServer();
  const [socket = ''] = await listAgents(server.directory);
  for (const path of [server.project.path, server.directory, socket]) await chmod(path, 0o777);
  for (const command of ['ping', 'reset', `write ${server.output}/stolen.profraw`]) {
    expect(await askAs(65_534, server.directory, command)).toBe('error not permitted\n');
  }
  expect(await readdir(server.output)).toEqual([]);
  expect(await askAs(0, server.directory, 'ping')).toMatch(new RegExp(`^ok ${server.child.pid} `));
});
