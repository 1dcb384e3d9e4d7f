import { spawn, type ChildProcess } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { HoneError } from '../../domain/errors.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { DeployHookPort, DeployHookRequest } from '../../domain/ports/deploy-hook.ts';
import { placeProgram } from '../place-program.ts';
import { foreignLibrary } from './mapped-libraries.ts';

const keptLines = 40;
const drainMilliseconds = 500;
/** Later than this process ends the hook itself: it matters only when this process is gone. */
const outlivedSeconds = 5;
/** What flock(1) exits with when another holds the lock. A hook may exit with it too: it says that it began, first. */
const lockedExitCode = 75;

export interface DeployHookSettings {
  readonly blobs: BlobPort;
  /** Promoted binaries are placed here and stay: production runs them from here. */
  readonly directory: string;
  /** The build ID of the program of a running process; null when it cannot be read. */
  readonly buildIdOfProcess: (pid: number) => Promise<string | null>;
  /** The build ID of a program or shared object; null when it cannot be read. */
  readonly buildIdOfFile: (path: string) => Promise<string | null>;
}

/** Runs the manifest's deploy hook and believes it only as far as the process that it names shows the right build IDs, its libraries' too. */
export function makeDeployHook({ blobs, directory, buildIdOfProcess, buildIdOfFile }: DeployHookSettings): DeployHookPort {
  return {
    async deploy(request, signal) {
      const folder = join(directory, request.targetName, folderNameOf(request));
      const binary = await placeProgram(blobs, request, folder, basename(request.targetName));
      const lock = join(directory, request.targetName, `.${request.channel}.lock`);
      const lines = await runHook(request, { binary, folder, lock }, signal);
      const pid = Number(lines.at(-1));
      if (!Number.isInteger(pid) || pid <= 0) {
        throw failed(request, `its last line of output is not a process id: ${JSON.stringify(lines.at(-1) ?? '')}`, lines);
      }
      const servingBuildId = await buildIdOfProcess(pid);
      if (servingBuildId !== request.elfBuildId) {
        throw failed(request, `process ${pid} runs build ${servingBuildId ?? 'unknown'}, not ${request.elfBuildId}`, lines);
      }
      const foreign = await foreignLibrary(pid, request.libraries, buildIdOfFile);
      if (foreign !== null) throw failed(request, `process ${pid} ${foreign}`, lines);
      return { servingBuildId };
    },
  };
}

/** By the build ID; two builds may be of one program and differ in their libraries, and neither may overwrite what the other serves from. */
function folderNameOf({ elfBuildId, libraries }: DeployHookRequest): string {
  if (libraries.length === 0) return elfBuildId;
  const contents = libraries.map(({ path, file }) => `${path} ${file.digest}\n`).join('');
  return `${elfBuildId}-${hash('sha256', contents).slice(0, 16)}`;
}

/**
 * One hook at a time for a target's channel on this machine, also when the worker that started one is gone: `flock` keeps the
 * lock for as long as the hook's own shell runs and closes it (`-o`) to what that shell starts, which is production and stays;
 * `timeout` ends the group of a hook that nobody ends any more.
 */
function startHook(
  { deploy, directory, elfBuildId, channel, libraries }: DeployHookRequest,
  { binary, folder, lock }: HookPaths,
): ChildProcess {
  const seconds = String(deploy.timeoutSeconds + outlivedSeconds);
  const locked = ['flock', '--nonblock', '--close', '--conflict-exit-code', String(lockedExitCode), lock];
  const hook = ['/bin/sh', '-c', 'echo begun >&3; exec 3>&-; exec /bin/sh -c "$1"', 'hook', deploy.command];
  return spawn('timeout', ['--signal=KILL', seconds, ...locked, ...hook], {
    cwd: directory,
    env: {
      ...process.env,
      ...deploy.environment,
      HONE_BINARY: binary,
      ...(libraries.length > 0 ? { HONE_LIBRARIES: folder } : {}),
      HONE_ELF_BUILD_ID: elfBuildId,
      HONE_CHANNEL: channel,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

interface HookPaths {
  readonly binary: string;
  readonly folder: string;
  readonly lock: string;
}

async function runHook(request: DeployHookRequest, paths: HookPaths, signal: AbortSignal): Promise<readonly string[]> {
  const { deploy } = request;
  signal.throwIfAborted();
  const child = startHook(request, paths);
  const [stdout, stderr, begun] = child.stdio.slice(1) as [Readable, Readable, Readable];
  const began: string[] = [];
  const output: string[] = [];
  const errors: string[] = [];
  collectLines(stdout, output);
  collectLines(stderr, errors);
  collectLines(begun, began);
  let timedOut = false;
  // Only a hook that is ended early takes its children along: what it started is production.
  const endGroup = () => killGroup(child);
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup();
  }, deploy.timeoutSeconds * 1000);
  signal.addEventListener('abort', endGroup, { once: true });
  // A hook that cannot be started never closes: the wait for its end says so.
  const closed = once(child, 'close').catch(() => undefined);
  try {
    const [code] = (await once(child, 'exit').catch((error: unknown) => {
      throw notStarted(request, error);
    })) as [number | null];
    // What the hook started may hold its output open: what was written before the exit is read within this time.
    await Promise.race([closed, delay(drainMilliseconds)]);
    signal.throwIfAborted();
    if (timedOut) throw failed(request, `it did not end within ${deploy.timeoutSeconds} s`, errors);
    if (code === lockedExitCode && began.length === 0) throw stillRuns(request);
    if (code !== 0) throw failed(request, `it ended with ${code === null ? 'a signal' : `exit code ${code}`}`, errors);
    return output;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', endGroup);
    for (const stream of [stdout, stderr, begun]) stream.destroy();
  }
}

/** Never throws: it runs in a timer and in a listener, where nobody would catch it. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

function stillRuns({ targetName, channel, deploy }: DeployHookRequest): HoneError {
  return new HoneError(
    'conflict',
    `The deploy hook of an earlier move of ${channel} of ${targetName} still runs; a worker that ended may have left it.`,
    `Wait until it ends (${deploy.timeoutSeconds} s after its start at the latest), see what production runs, then move the channel again.`,
  );
}

/** `timeout` is in every coreutils, so that a file that was not found is most likely the folder to run in. */
function notStarted(request: DeployHookRequest, error: unknown): HoneError {
  const { code, message } = error as NodeJS.ErrnoException;
  return failed(
    request,
    code === 'ENOENT'
      ? `the folder ${request.directory} is gone (or timeout, of coreutils, is not on the PATH)`
      : `it could not be started: ${message}`,
    [],
  );
}

function collectLines(stream: Readable, into: string[]): void {
  createInterface({ input: stream }).on('line', (line) => {
    into.push(line);
    if (into.length > keptLines) into.shift();
  });
}

function failed({ deploy }: DeployHookRequest, why: string, details: readonly string[]): HoneError {
  return new HoneError(
    'deploy-failed',
    `The deploy hook did not put the build into production: ${why}.`,
    'The channel has not moved. Mend the hook (deploy.command in the manifest), see what production runs now, then promote again.',
    { details: [`command: ${deploy.command}`, ...details] },
  );
}
