import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HoneError } from '../../domain/errors.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';
import { onDisk } from '../disk.ts';

/** The fixed places of one target's builds. Static functions carry their path in a profile: every phase is compiled here. */
export interface Workspace {
  /** The folder of all targets. */
  readonly root: string;
  readonly folder: string;
  readonly source: string;
  readonly profile: string;
  readonly diagnostics: string;
  /** TMPDIR of the build command. */
  readonly scratch: string;
}

/** Marks the processes of a build, so that those which a dead worker left can be told from all others. */
export const buildMarker = 'HONE_BUILD_FOLDER';

const lockPollMilliseconds = 200;

/**
 * Names the places, and makes the target's folder. Links in the path are resolved: build systems ask the system where they are, and the
 * compiler must see one path. Throws `input-invalid` when the path could not stand in CFLAGS.
 */
export async function openWorkspace(buildRoot: string, targetName: string): Promise<Workspace> {
  const root = await onDisk(`making ${buildRoot}`, async () => {
    await mkdir(join(buildRoot, targetName), { recursive: true });
    return realpath(buildRoot);
  });
  if (!/^\/[\w@%+./~-]*$/.test(root)) {
    throw new HoneError(
      'input-invalid',
      `The build folder "${root}" is not an absolute path of letters, digits and @ % + . / ~ _ - only.`,
      'Choose another data folder: the path stands in CFLAGS and LDFLAGS, which have no quoting.',
    );
  }
  const folder = join(root, targetName);
  return {
    root,
    folder,
    source: join(folder, 'source'),
    profile: join(folder, 'profile.profdata'),
    diagnostics: join(folder, 'diagnostics.plist'),
    scratch: join(folder, 'tmp'),
  };
}

/**
 * Runs `step` as the only build of the workspace on this machine. The lock is an abstract socket: the kernel releases it when its holder
 * dies, however it dies, so that there is no stale lock to judge. What a dead holder's build command left running is ended
 * first.
 */
export async function holdWorkspace<Result>(workspace: Workspace, call: LongCall, step: () => Promise<Result>): Promise<Result> {
  const release = await takeLock(workspace.folder, call);
  try {
    await endLeftovers(workspace);
    await prepare(workspace);
    return await step();
  } finally {
    await endLeftovers(workspace);
    await release();
  }
}

async function prepare(workspace: Workspace): Promise<void> {
  const home = join(workspace.folder, 'home');
  for (const path of [home, workspace.scratch, workspace.profile, workspace.diagnostics]) await rm(path, { recursive: true, force: true });
  await mkdir(home);
  await mkdir(workspace.scratch);
}

async function takeLock(folder: string, call: LongCall): Promise<() => Promise<void>> {
  const name = `\0hone-build-${createHash('sha256').update(folder).digest('hex').slice(0, 40)}`;
  for (let waited = 0; ; waited += lockPollMilliseconds) {
    const release = await tryListen(name);
    if (release) return release;
    if (waited % 2000 === 0) call.progress('waiting for another build of this target');
    await delay(lockPollMilliseconds, undefined, { signal: call.signal }).catch(() => call.signal.throwIfAborted());
  }
}

/** Null when another process, or another call in this one, holds the name. */
function tryListen(name: string): Promise<(() => Promise<void>) | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(name, () => {
      server.unref();
      resolve(() => new Promise((closed) => server.close(() => closed())));
    });
  });
}

/** Ends every process that bears the workspace's mark in its environment; called only while the lock is held. */
async function endLeftovers(workspace: Workspace): Promise<void> {
  const mark = `${buildMarker}=${workspace.folder}`;
  for (;;) {
    const left = await markedProcesses(mark);
    if (left.length === 0) return;
    for (const pid of left) killQuietly(pid);
    await delay(10);
  }
}

async function markedProcesses(mark: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked = await Promise.all(
    pids.map(async (pid) => {
      // Processes of other users, and those that have ended, cannot be read: they are not ours.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.split('\0').includes(mark);
    }),
  );
  return pids.filter((pid, index) => marked[index] && pid !== process.pid);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
