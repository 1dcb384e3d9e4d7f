import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** A child process to run to its end, in a process group of its own. */
export interface ProcessSpec {
  /** An absolute path, or a name that is looked up in `environment.PATH`. */
  readonly command: string;
  readonly arguments: readonly string[];
  readonly workingDirectory?: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The group is killed after this time; absent: never. */
  readonly timeoutSeconds?: number;
  /** Called at least every two seconds with the last line of output. */
  readonly progress?: (lastLine: string) => void;
  /** Called with each line of standard output; absent: lines are only kept among the last ones. */
  readonly onLine?: (line: string) => void;
}

export interface ProcessResult {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  readonly timedOut: boolean;
  /** The last lines of standard output and error, in the order in which they arrived. */
  readonly lastLines: readonly string[];
  readonly seconds: number;
}

// So many last lines of output are kept, each of at most so many characters.
const keptLines = 400;
const keptCharacters = 2000;
const graceMilliseconds = 1000;
const heartbeatMilliseconds = 2000;

/**
 * Runs a child process and waits for its end. Whatever happens (end, timeout, cancellation), no member of its process group
 * is left. Rejects with the signal's reason when cancelled, and with the system's error when the program cannot be started.
 */
export async function runProcess(spec: ProcessSpec): Promise<ProcessResult> {
  spec.signal.throwIfAborted();
  const startedAt = performance.now();
  const lines = lastLines();
  const child = spawn(spec.command, spec.arguments, {
    cwd: spec.workingDirectory,
    env: { ...spec.environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ending = whenEnded(child);
  const output = Promise.all([eachLine(child.stdout, (line) => (spec.onLine ?? lines.add)(line)), eachLine(child.stderr, lines.add)]);
  const limits = limitProcess(child, spec, lines.last);
  try {
    const { code, signal } = await ending;
    killGroup(child, 'SIGKILL');
    // A descendant that left the group may hold the pipes open: what it still says is not waited for.
    await Promise.race([output, delay(graceMilliseconds, undefined, { ref: false })]);
    spec.signal.throwIfAborted();
    const seconds = (performance.now() - startedAt) / 1000;
    return { exitCode: code, exitSignal: signal, timedOut: limits.timedOut(), lastLines: lines.all(), seconds };
  } finally {
    limits.end();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Ends every process of the child's group; a group that is gone already is no error. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function whenEnded(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

function limitProcess(child: ChildProcess, spec: ProcessSpec, lastLine: () => string) {
  let timedOut = false;
  let hardKill: NodeJS.Timeout | undefined;
  const end = () => {
    killGroup(child, 'SIGTERM');
    hardKill ??= setTimeout(() => killGroup(child, 'SIGKILL'), graceMilliseconds);
  };
  const timeout =
    spec.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          end();
        }, spec.timeoutSeconds * 1000);
  const heartbeat = spec.progress && setInterval(() => spec.progress?.(lastLine()), heartbeatMilliseconds);
  spec.signal.addEventListener('abort', end, { once: true });
  return {
    timedOut: () => timedOut,
    end: () => {
      clearTimeout(timeout);
      clearTimeout(hardKill);
      clearInterval(heartbeat);
      spec.signal.removeEventListener('abort', end);
    },
  };
}

function lastLines() {
  const kept: string[] = [];
  return {
    add: (line: string) => {
      kept.push(line.length > keptCharacters ? `${line.slice(0, keptCharacters)} …` : line);
      if (kept.length > keptLines) kept.shift();
    },
    last: () => kept.at(-1) ?? '',
    all: () => [...kept],
  };
}

async function eachLine(stream: Readable, take: (line: string) => void): Promise<void> {
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) take(line);
  } catch (error) {
    // Destroyed while a descendant still held the pipe: everything that was said before is kept.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
