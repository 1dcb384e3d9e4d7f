import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../domain/errors.ts';

interface Holder {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: tells a process from a later one of the same id. */
  readonly startTicks: string;
}

/** One stack per data folder. Answers how to let go; throws `conflict` while another stack is alive. */
export async function lockStack(dataDirectory: string): Promise<() => Promise<void>> {
  await mkdir(dataDirectory, { recursive: true });
  const path = join(dataDirectory, 'stack.json');
  const mine: Holder = { pid: process.pid, startTicks: (await startTicksOf(process.pid)) ?? '' };
  for (;;) {
    try {
      await writeFile(path, JSON.stringify(mine), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = JSON.parse(await readFile(path, 'utf8').catch(() => 'null')) as Holder | null;
    if (holder && (await startTicksOf(holder.pid)) === holder.startTicks) {
      throw new HoneError(
        'conflict',
        `A stack is running on ${dataDirectory} already: process ${holder.pid}.`,
        'Use that one (hone doctor shows it), or stop it first; HONE_DATA names another folder.',
      );
    }
    await rm(path, { force: true });
  }
}

async function startTicksOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
