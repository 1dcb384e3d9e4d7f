import { rm } from 'node:fs/promises';

import { endProcesses } from './end-processes.ts';
import { findInstance } from './instance-table.ts';
import type { InstanceTable } from './instance-table.ts';
import { readLastLines } from './last-lines.ts';
import { readBootId } from './process-table.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { InstanceExit } from '../../domain/model/collection.ts';

/**
 * Ends everything of an instance and removes its folder, the record last; null when there is none. Of a program that an
 * earlier worker started, code and signal are not known: both null.
 */
export async function stopInstance(table: InstanceTable, instanceId: InstanceId): Promise<InstanceExit | null> {
  const found = await findInstance(table, instanceId);
  table.inUse.delete(instanceId);
  if (found === null) return null;
  const { record, folder } = found;
  const program = table.programs.get(instanceId);
  // After a reboot nothing of it can run, and its pids may be others'.
  const { killed } = record.bootId === (await readBootId()) ? await endProcesses(record) : { killed: false };
  const exit = program === undefined ? { code: null, signal: null } : await program.exited;
  const lastLines = await readLastLines(folder.log);
  await rm(record.directory, { recursive: true, force: true });
  await table.records.remove(instanceId);
  table.programs.delete(instanceId);
  if (record.port !== null) table.ports.giveBack(record.port);
  return { ...exit, killed, lastLines };
}
