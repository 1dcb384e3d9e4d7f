import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';

/**
 * Takes a folder for one purpose, under whatever name it is asked for, and makes it when it is not there. Answers how to let go;
 * null when another process, or another call in this one, has it. The lock is an abstract socket: the kernel releases it
 * when its holder dies, so that there is no stale lock to judge.
 */
export async function lockFolder(purpose: string, folder: string): Promise<(() => Promise<void>) | null> {
  await mkdir(folder, { recursive: true });
  const digest = createHash('sha256').update(await realpath(folder));
  return tryListen(`\0hone-${purpose}-${digest.digest('hex').slice(0, 40)}`);
}

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
