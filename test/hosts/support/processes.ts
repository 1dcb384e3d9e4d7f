import { readFile } from 'node:fs/promises';

import { listProcesses } from '../../../hosts/local/process-table.ts';

/** How many living processes were started with a path below `folder` in their environment. */
export async function processesUnder(folder: string): Promise<number> {
  const environments = await Promise.all(
    (await listProcesses()).map(({ pid }) => readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')),
  );
  return environments.filter((environment) => environment.includes(folder)).length;
}
