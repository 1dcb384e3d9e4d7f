import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { HoneError } from '../domain/errors.ts';

/**
 * One stack per data folder. Answers how to let go; throws `conflict` while another stack is alive. The lock is an abstract
 * socket: the kernel releases it when its holder dies, so that there is no stale lock to judge. `stack.json` beside it only
 * tells people which process it is.
 */
export async function lockStack(dataDirectory: string): Promise<() => Promise<void>> {
  await mkdir(dataDirectory, { recursive: true });
  const file = join(dataDirectory, 'stack.json');
  const digest = createHash('sha256').update(await realpath(dataDirectory));
  const release = await tryListen(`\0hone-stack-${digest.digest('hex').slice(0, 40)}`);
  if (release === null) {
    throw new HoneError(
      'conflict',
      `A stack is running on ${dataDirectory} already${await holderOf(file)}.`,
      'Use that one (hone doctor shows it), or stop it first; HONE_DATA names another folder.',
    );
  }
  await writeFile(file, JSON.stringify({ pid: process.pid }));
  return async () => {
    await rm(file, { force: true });
    await release();
  };
}

/** Nothing when the holder has not written its file yet. */
async function holderOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = /"pid":(\d+)/.exec(text)?.[1];
  return pid === undefined ? '' : `: process ${pid}`;
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
