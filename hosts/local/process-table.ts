import { readFileSync } from 'node:fs';
import { readFile, readdir, readlink } from 'node:fs/promises';

/** One line of /proc/PID/stat, as far as Hone needs it. Times are clock ticks (10 ms on every Linux of today). */
export interface ProcessStat {
  readonly pid: number;
  /** `R`, `S`, `Z`, …: proc(5). */
  readonly state: string;
  readonly parent: number;
  readonly processGroup: number;
  /** The device number of its controlling terminal; 0: none, as of all that Hone starts. */
  readonly terminal: number;
  /** Since boot; with the pid it names a process for ever (until the next boot). */
  readonly startTicks: number;
  /** User and system time of the process itself, ended threads included. */
  readonly ownTicks: number;
  /** The same of its ended children that it waited for, and of theirs. */
  readonly waitedTicks: number;
}

/**
 * A file of /proc that the kernel answers from its own tables; null when there is no such process or thread. It takes microseconds and
 * waits for nobody, so it is read in place: a promise costs five trips through the thread pool and 64 KiB, for each process of the machine.
 */
export function readAtOnce(file: `/proc/${number}/stat` | `/proc/${number}/task/${string}/schedstat`): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Reads /proc/PID/stat; null when there is no such process. The name in it may hold spaces and parentheses. */
export function readProcessStat(pid: number): ProcessStat | null {
  const text = readAtOnce(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index]);
  return {
    pid,
    state: fields[0] ?? '?',
    parent: number(1),
    processGroup: number(2),
    terminal: number(4),
    startTicks: number(19),
    ownTicks: number(11) + number(12),
    waitedTicks: number(13) + number(14),
  };
}

/** True while the process runs: a zombie, or another process with the same pid, is not it. */
export function isAlive(pid: number, startTicks: number): boolean {
  const stat = readProcessStat(pid);
  return stat !== null && stat.startTicks === startTicks && stat.state !== 'Z' && stat.state !== 'X';
}

/** Every process of the machine that is not a zombie. */
export async function listProcesses(): Promise<readonly ProcessStat[]> {
  const names = await readdir('/proc');
  const stats = names.filter((name) => /^\d+$/.test(name)).map((name) => readProcessStat(Number(name)));
  return stats.filter((stat): stat is ProcessStat => stat !== null && stat.state !== 'Z' && stat.state !== 'X');
}

/** True when the process was started with `variable=value` in its environment (a fork keeps its parent's). */
export async function hasEnvironment(pid: number, variable: string, value: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return `\0${environment}`.includes(`\0${variable}=${value}\0`);
}

/** True when the link of /proc/PID (`exe`, `cwd`) points at the directory or below it. A path without links in it. */
export async function pointsBelow(pid: number, link: 'exe' | 'cwd', directory: string): Promise<boolean> {
  // Not to be read: a kernel thread, a process of another user, one that has ended.
  const target = await readlink(`/proc/${pid}/${link}`).catch(() => '');
  return target === directory || target.startsWith(`${directory}/`);
}

/** Changes with every boot: pids and start times of another boot mean nothing. */
export async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
}

/** Sends a signal to a process or (negative) a process group; false when it is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
