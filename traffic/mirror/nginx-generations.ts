import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { replaceFile } from '../files.ts';
import { askGeneration } from './nginx-command.ts';

/** One configuration with the mirror in it. */
export interface Generation {
  /** Letters and digits; the includes are written with it, and the socket answers it. */
  readonly generation: string;
  /** A unix socket that nginx listens on while it runs this configuration. */
  readonly backupSocket: string;
}

/** What nginx may be running: every generation that was given to it and is not known to be gone. On disk, so that it outlives the gateway. */
export interface Generations {
  read(): Promise<readonly Generation[]>;
  write(generations: readonly Generation[]): Promise<void>;
}

export function makeGenerations(stateFile: string): Generations {
  return {
    async read() {
      const text = await readFile(stateFile, 'utf8').catch(() => '[]');
      return JSON.parse(text) as readonly Generation[];
    },
    async write(generations) {
      if (generations.length === 0) await rm(stateFile, { force: true });
      else await replaceFile(stateFile, JSON.stringify(generations), 0o600);
    },
  };
}

/**
 * A new name and a folder for its socket, which is recorded beside the earlier ones before it is made: a gateway that is killed leaves none that
 * the next one does not know of. nginx's workers, who run as another user, must be able to reach it; its answers say nothing.
 */
export async function takeGeneration(generations: Pick<Generations, 'write'>, earlier: readonly Generation[]): Promise<Generation> {
  const directory = join(tmpdir(), `hone-mirror-${randomBytes(9).toString('base64url')}`);
  const fresh = { generation: randomBytes(6).toString('hex'), backupSocket: join(directory, 'backup.sock') };
  await generations.write([...earlier, fresh]);
  await mkdir(directory, { mode: 0o700 });
  await chmod(directory, 0o755); // whatever the umask
  return fresh;
}

/** Removes the sockets' folders. */
export async function removeSockets(generations: readonly Generation[]): Promise<void> {
  for (const { backupSocket } of generations) await rm(dirname(backupSocket), { recursive: true, force: true });
}

/** Whether nginx runs one of them. */
export async function isAnyRunning(generations: readonly Generation[]): Promise<boolean> {
  const answers = await Promise.all(generations.map(({ backupSocket }) => askGeneration(backupSocket)));
  return answers.some((answer) => answer !== null);
}
