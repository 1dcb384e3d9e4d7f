// One set-up at a time in one checkout. The lock is the kernel's (flock): it ends with its holder, however that ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { SetupError } from './command.mjs';

/** Waits for the lock on `file`, runs `work`, gives the lock back. `onWait` is called once when another process holds it. */
export async function withLock(file, onWait, work) {
  await mkdir(path.dirname(file), { recursive: true });
  // The holder reads from a pipe that only this process writes to: it ends when this process does.
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const waiting = setTimeout(() => onWait(), 500);
  try {
    await Promise.race([
      once(holder.stdout, 'data'),
      once(holder, 'error').then(() => refuse(file)),
      once(holder, 'exit').then(() => refuse(file)),
    ]);
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}

function refuse(file) {
  throw new SetupError(
    `The lock ${file} cannot be taken.`,
    'Check that flock is installed (Debian: util-linux) and that you may write to the folder.',
  );
}
