import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const prefix = 'exit-';

/** Where processes of an instance write their counters when they exit: one file per object, the runtime adds to what is there. */
export function exitProfilePattern(agentDirectory: string): string {
  return join(agentDirectory, `${prefix}%m.profraw`);
}

async function exitProfiles(agentDirectory: string): Promise<readonly string[]> {
  return (await readdir(agentDirectory)).filter((name) => name.startsWith(prefix)).toSorted();
}

/** Forgets the counts of the processes that have exited so far. */
export async function discardExitProfiles(agentDirectory: string): Promise<void> {
  await Promise.all((await exitProfiles(agentDirectory)).map((name) => rm(join(agentDirectory, name), { force: true })));
}

/** Moves the counts of the processes that have exited into `outputDirectory`; answers the raw profiles, none when none exited. */
export async function takeExitProfiles(agentDirectory: string, outputDirectory: string): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const name of await exitProfiles(agentDirectory)) {
    const target = join(outputDirectory, name);
    await rename(join(agentDirectory, name), target);
    // The runtime makes the file before it writes: an empty one is of a process that did not come to writing.
    if ((await stat(target)).size > 0) taken.push(target);
  }
  return taken;
}
