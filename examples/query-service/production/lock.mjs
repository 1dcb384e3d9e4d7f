// One call at a time changes a production; the lock of a call that died is taken over.
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from './processes.mjs';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Makes the lock with its holder's id in one step; clears the lock of a holder that is gone. */
async function take(file) {
  const own = `${file}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  if (holder && !isAlive(holder)) await rm(file, { force: true });
  return false;
}

export async function withLock(directory, signal, work) {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'lock');
  await until(() => take(file), { seconds: 60, what: `another call's work on ${directory}`, signal });
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
