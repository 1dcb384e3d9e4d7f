import { readFile, readlink, realpath } from 'node:fs/promises';

import { listProcesses } from '../../../hosts/local/process-table.ts';

/** How many living processes were started with a path below `folder` in their environment. */
export async function processesUnder(folder: string): Promise<number> {
  const environments = await Promise.all(
    (await listProcesses()).map(({ pid }) => readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')),
  );
  return environments.filter((environment) => environment.includes(folder)).length;
}

/** How many living processes run a program that lies below `folder`. */
export async function programsUnder(folder: string): Promise<number> {
  const real = await realpath(folder);
  const programs = await Promise.all((await listProcesses()).map(({ pid }) => readlink(`/proc/${pid}/exe`).catch(() => '')));
  return programs.filter((program) => program.startsWith(`${real}/`)).length;
}
