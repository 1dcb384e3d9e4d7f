import { chmod, lstat, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { replaceFile } from '../files.ts';
import type { SessionPaths } from './session-files.ts';

/**
 * The path of the unix socket that takes a session's mirrored requests, free to listen on. It is in a folder below the system's
 * temporary one, since nginx's workers, who run as another user, must reach it. The folder stays this user's until nginx is known to
 * mirror no longer: whatever it still sends while no gateway listens, no other process can take. Nobody can list it.
 */
export async function claimIntakeSocket(paths: SessionPaths): Promise<string> {
  const known = await readIntakeSocket(paths);
  if (known !== null) {
    await rm(known, { force: true });
    return known;
  }
  const directory = await mkdtemp(join(tmpdir(), 'hone-intake-'));
  await chmod(directory, 0o711);
  const socketPath = join(directory, 'intake.sock');
  await replaceFile(paths.intakeSocket, socketPath, 0o600);
  return socketPath;
}

/** Removes the socket and its folder, unless nginx may still send to it. */
export async function releaseIntakeSocket(paths: SessionPaths): Promise<void> {
  const mayMirror = await lstat(paths.mirror).catch(() => null);
  if (mayMirror === null) await removeIntakeSocket(paths);
}

/** Removes the socket and its folder. */
export async function removeIntakeSocket(paths: SessionPaths): Promise<void> {
  const socketPath = await readIntakeSocket(paths);
  if (socketPath !== null) await rm(dirname(socketPath), { recursive: true, force: true });
}

/** Null when there is none, or when its folder is gone or not this user's. */
async function readIntakeSocket(paths: SessionPaths): Promise<string | null> {
  const socketPath = await readFile(paths.intakeSocket, 'utf8').catch(() => null);
  if (socketPath === null) return null;
  const folder = await lstat(dirname(socketPath)).catch(() => null);
  return folder?.isDirectory() === true && folder.uid === userInfo().uid ? socketPath : null;
}
