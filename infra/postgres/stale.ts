import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pauseMilliseconds = 20;

/**
 * Ends a postmaster that a dead parent left on this data directory, and takes away the lock file of one that was killed.
 * Postgres itself refuses to start while the lock file's process id exists, even as a zombie that nobody has waited for, or as
 * an unrelated process that was given the same id since; what tells is whether any process works in the directory.
 */
export async function sweepStalePostmaster(dataDirectory: string, graceSeconds: number): Promise<void> {
  const directory = await realpath(dataDirectory).catch(() => null);
  if (directory === null) return;
  const lockFile = path.join(directory, 'postmaster.pid');
  const locked = await lockedBy(lockFile);
  if (locked === null) return;
  let working = await postgresIn(directory);
  if (working.includes(locked)) signal(locked, 'SIGINT');
  const end = Date.now() + graceSeconds * 1000;
  while (working.length > 0) {
    if (Date.now() > end) {
      for (const pid of working) signal(pid, 'SIGQUIT');
      return;
    }
    await sleep(pauseMilliseconds);
    working = await postgresIn(directory);
  }
  await rm(lockFile, { force: true });
}

async function lockedBy(lockFile: string): Promise<number | null> {
  const pid = Number((await readFile(lockFile, 'utf8').catch(() => '')).split('\n')[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** The postmaster and its children have the data directory as their working directory; a zombie has none. */
async function postgresIn(directory: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const directories = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => null)));
  const here = pids.filter((_, index) => directories[index] === directory);
  const names = await Promise.all(here.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  return here.filter((_, index) => names[index]!.startsWith('postgres'));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
