// Processes that outlive the call that started them. One is known by its id and its start, so that an id that was given
// to another process later is never taken for it.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The state letter and the start (in ticks since the machine's) of a process; null when there is none. */
function look(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return { state: fields[0], startTicks: Number(fields[19]) };
  } catch {
    return null;
  }
}

/** A process that has ended but that nobody has waited for does not run. */
export function isRunning({ pid, startTicks }) {
  const now = look(pid);
  return now !== null && now.state !== 'Z' && now.state !== 'X' && now.startTicks === startTicks;
}

/** Starts a program in a process group of its own, its output in a file. Answers {pid, startTicks}. */
export async function startProcess([file, ...rest], logFile, directory) {
  const log = openSync(logFile, 'a');
  try {
    const child = spawn(file, rest, { cwd: directory, detached: true, stdio: ['ignore', log, log] });
    await new Promise((done, failed) => child.once('spawn', done).once('error', failed));
    child.unref();
    return { pid: child.pid, startTicks: look(child.pid)?.startTicks ?? -1 };
  } finally {
    closeSync(log);
  }
}

/** Asks every few milliseconds until the answer is true. Throws when the time is over or the signal comes. */
export async function until(condition, { seconds, what, signal }) {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`${what} did not happen within ${seconds} s`);
    await delay(10, undefined, { signal });
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Asks a process to end, and after the grace ends its whole group. No error when it has ended already. */
export async function stopProcess(known, signalName, graceSeconds) {
  if (isRunning(known)) {
    send(known.pid, signalName);
    await until(() => !isRunning(known), { seconds: graceSeconds, what: 'the end' }).catch(() => {});
  }
  const group = look(known.pid);
  if (group === null || group.startTicks === known.startTicks) send(-known.pid, 'SIGKILL');
  await until(() => !isRunning(known), { seconds: 5, what: `the end of process ${known.pid}` });
}
