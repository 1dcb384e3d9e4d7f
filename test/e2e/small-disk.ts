import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small tmpfs in the place of a folder. */
export interface SmallDisk {
  /** Takes all the room that is left. */
  fill(): Promise<void>;
  makeRoom(): Promise<void>;
  /** Every file, relative to the folder. */
  files(): Promise<string[]>;
  unmount(): Promise<void>;
}

/** Mounts a tmpfs of so many mebibytes on the folder. Only root may: throws a sentence that says so. */
export async function mountSmallDisk(folder: string, mebibytes: number): Promise<SmallDisk> {
  if (process.getuid?.() !== 0)
    throw new Error('The tests of a full disk mount a tmpfs: run them as root (sudo npm test), or in a container.');
  await mkdir(folder, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0755`, 'hone-test', folder]);
  const filler = join(folder, 'filler');
  return {
    async fill() {
      const { bavail, bsize } = await statfs(folder);
      await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - 4096), 1)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error; // somebody wrote meanwhile: it is full all the same
      });
      await writeFile(`${filler}-rest`, Buffer.alloc(4096, 1)).catch(() => undefined);
    },
    async makeRoom() {
      await rm(filler, { force: true });
      await rm(`${filler}-rest`, { force: true });
    },
    async files() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    },
    unmount: async () => void (await run('umount', ['--lazy', folder])),
  };
}
