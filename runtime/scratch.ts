import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.ts';

export interface Scratch {
  readonly directory: string;
  /** Removes it with all that is in it. */
  close(): Promise<void>;
}

/**
 * A folder below `root` for what this process writes and needs no longer than it lives. It is the process's own by a lock that the
 * kernel releases when the process dies, however it dies: what such a one left is removed here, by the next.
 */
export async function openScratch(root: string): Promise<Scratch> {
  await mkdir(root, { recursive: true });
  await sweepScratch(root);
  return makeOwn(root);
}

/** Another process may take the folder for a dead one's before it is locked: then this one makes another. */
async function makeOwn(root: string): Promise<Scratch> {
  for (;;) {
    const directory = await mkdtemp(join(root, 'process-'));
    const release = await hold(directory);
    if (release === null) continue;
    await mkdir(directory, { recursive: true }); // it may have been swept before it was locked, and is not any more
    return {
      directory,
      async close() {
        await rm(directory, { recursive: true, force: true });
        await release();
      },
    };
  }
}

/** Removes what nobody holds: folders of processes that are dead, and whatever else is there. */
async function sweepScratch(root: string): Promise<void> {
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    const release = entry.isDirectory() ? await hold(path) : async () => {};
    if (release === null) continue;
    await rm(path, { recursive: true, force: true });
    await release();
  }
}

/** Null when another process has it, or has just removed it. */
async function hold(directory: string): Promise<(() => Promise<void>) | null> {
  return lockFolder('scratch', directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
