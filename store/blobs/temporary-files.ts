import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

export interface TemporaryFiles {
  /** A path that no other writer uses, in a folder that exists. */
  next(): Promise<string>;
}

/** Files of writers in progress, named by process. Those of processes that are gone are removed before the first is made. */
export function makeTemporaryFiles(folder: string): TemporaryFiles {
  let ready: Promise<void> | null = null;
  return {
    next: async () => {
      await (ready ??= prepare(folder).catch((error: unknown) => {
        ready = null;
        throw error;
      }));
      return path.join(folder, `${process.pid}-${randomUUID()}`);
    },
  };
}

async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const left = (await readdir(folder)).filter((name) => !isAlive(Number.parseInt(name, 10)));
  await Promise.all(left.map((name) => rm(path.join(folder, name), { force: true })));
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
