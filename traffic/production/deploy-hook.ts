import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { HoneError } from '../../domain/errors.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { DeployHookPort, DeployHookRequest } from '../../domain/ports/deploy-hook.ts';

const keptLines = 40;
const drainMilliseconds = 500;

export interface DeployHookSettings {
  readonly blobs: BlobPort;
  /** Promoted binaries are placed here and stay: production runs them from here. */
  readonly directory: string;
  /** The build ID of the program of a running process; null when it cannot be read. */
  readonly buildIdOfProcess: (pid: number) => Promise<string | null>;
}

/** Runs the manifest's deploy hook and believes it only as far as the process that it names shows the right build ID. */
export function makeDeployHook({ blobs, directory, buildIdOfProcess }: DeployHookSettings): DeployHookPort {
  return {
    async deploy(request, signal) {
      const binary = await placeBinary(request);
      const lines = await runHook(request, binary, signal);
      const pid = Number(lines.at(-1));
      if (!Number.isInteger(pid) || pid <= 0) {
        throw failed(request, `its last line of output is not a process id: ${JSON.stringify(lines.at(-1) ?? '')}`, lines);
      }
      const servingBuildId = await buildIdOfProcess(pid);
      if (servingBuildId !== request.elfBuildId) {
        throw failed(request, `process ${pid} runs build ${servingBuildId ?? 'unknown'}, not ${request.elfBuildId}`, lines);
      }
      return { servingBuildId };
    },
  };

  async function placeBinary({ targetName, elfBuildId, binary }: DeployHookRequest): Promise<string> {
    const folder = join(directory, targetName, elfBuildId);
    await mkdir(folder, { recursive: true });
    const path = join(folder, basename(targetName));
    await blobs.getFile(binary.digest, path);
    await chmod(path, 0o755);
    return path;
  }
}

async function runHook(request: DeployHookRequest, binary: string, signal: AbortSignal): Promise<readonly string[]> {
  const { deploy, directory, elfBuildId, channel } = request;
  signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', deploy.command], {
    cwd: directory,
    env: { ...process.env, ...deploy.environment, HONE_BINARY: binary, HONE_ELF_BUILD_ID: elfBuildId, HONE_CHANNEL: channel },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output: string[] = [];
  const errors: string[] = [];
  collectLines(child.stdout, output);
  collectLines(child.stderr, errors);
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
    if (code !== 0) throw failed(request, `it ended with ${code === null ? 'a signal' : `exit code ${code}`}`, errors);
    return output;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', endGroup);
    child.stdout.destroy();
    child.stderr.destroy();
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

/** `/bin/sh` is everywhere, so that a file that was not found is the folder to run in. */
function notStarted(request: DeployHookRequest, error: unknown): HoneError {
  const { code, message } = error as NodeJS.ErrnoException;
  return failed(request, code === 'ENOENT' ? `the folder ${request.directory} is gone` : `it could not be started: ${message}`, []);
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
