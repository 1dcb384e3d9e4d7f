import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../domain/errors.ts';
import { lockFolder } from './folder-lock.ts';

/**
 * One stack per data folder. Answers how to let go; throws `conflict` while another stack is alive. `stack.json` only tells
 * people which process it is.
 */
export async function lockStack(dataDirectory: string): Promise<() => Promise<void>> {
  const file = join(dataDirectory, 'stack.json');
  const release = await lockFolder('stack', dataDirectory);
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
