import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { replaceFile } from '../files.ts';
import type { SessionPaths } from './session-files.ts';

/**
 * The path of the unix socket that takes a session's mirrored requests, free to listen on. It is in a folder below the system's
 * temporary one, since nginx's workers, who run as another user, must reach it. The folder stays this user's until nginx is known to
 * mirror no longer: whatever it still sends while no gateway listens, no other process can take. Nobody can list it. The session's
 * folder names it before it is made: a gateway that is killed leaves none that the next one does not know of.
 */
export async function claimIntakeSocket(paths: SessionPaths): Promise<string> {
  const known = await readIntakeSocket(paths);
  if (known !== null) {
    await rm(known, { force: true });
    await open(known);
    return known;
  }
  const socketPath = join(tmpdir(), `hone-intake-${randomBytes(9).toString('base64url')}`, 'intake.sock');
  await replaceFile(paths.intakeSocket, socketPath, 0o600);
  await mkdir(dirname(socketPath), { mode: 0o700 });
  await open(socketPath);
  return socketPath;
}

/** Others may pass through its folder, whatever the umask. */
const open = (socketPath: string) => chmod(dirname(socketPath), 0o711);

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
