import { readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Ends a postmaster that a dead parent left on this data directory. A process is taken for it only when it is the one of
 * postmaster.pid and works in the directory: process ids are used again.
 */
export async function sweepStalePostmaster(dataDirectory: string, graceSeconds: number): Promise<void> {
  const pid = await postmasterPid(dataDirectory);
  if (pid === null) return;
  process.kill(pid, 'SIGINT');
  const end = Date.now() + graceSeconds * 1000;
  while ((await postmasterPid(dataDirectory)) === pid) {
    if (Date.now() > end) {
      process.kill(pid, 'SIGQUIT');
      return;
    }
    await sleep(20);
  }
}

async function postmasterPid(dataDirectory: string): Promise<number | null> {
  try {
    const pid = Number((await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8')).split('\n')[0]);
    if (!Number.isInteger(pid) || pid <= 1) return null;
    const [workingDirectory, own] = await Promise.all([readlink(`/proc/${pid}/cwd`), realpath(dataDirectory)]);
    return workingDirectory === own ? pid : null;
  } catch {
    return null; // no file, or no such process: nothing to sweep
  }
}
