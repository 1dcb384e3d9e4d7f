import { realpath } from 'node:fs/promises';

import { hasEnvironment, isAlive, listProcesses, pointsBelow } from './process-table.ts';
import type { ProcessStat } from './process-table.ts';
import { instanceVariable } from './launch.ts';
import type { InstanceRecord } from './records.ts';

/** The living processes of the instance's group. The group's number is trusted only while a process of the instance holds it. */
export async function groupMembers(record: InstanceRecord): Promise<readonly number[]> {
  const { processGroup } = record;
  if (processGroup === null) return [];
  const inGroup = (await listProcesses()).filter((stat) => stat.processGroup === processGroup);
  const pids = inGroup.map(({ pid }) => pid);
  if (record.pid !== null && record.startTicks !== null && isAlive(record.pid, record.startTicks)) return pids;
  return (await belonging(inGroup, record)).length > 0 ? pids : [];
}

/** The group's processes, and those that left the group but show that they are the instance's. */
export async function allMembers(record: InstanceRecord): Promise<readonly number[]> {
  const found = await belonging(await listProcesses(), record);
  return [...new Set([...(await groupMembers(record)), ...found])];
}

/** Those of the processes that are the instance's, whatever group they are in. */
async function belonging(processes: readonly ProcessStat[], record: InstanceRecord): Promise<readonly number[]> {
  const directory = await realpath(record.directory).catch(() => record.directory);
  const ours = await Promise.all(processes.map((stat) => belongs(stat, record, directory)));
  return processes.filter((_, index) => ours[index]).map(({ pid }) => pid);
}

/**
 * By the instance's name in the environment, or, where a program wrote over its environment (a title for ps does), by a
 * program or a working directory in the instance's folder. A person's shell that stands there has a terminal.
 */
async function belongs({ pid, terminal }: ProcessStat, record: InstanceRecord, directory: string): Promise<boolean> {
  if (await hasEnvironment(pid, instanceVariable, record.instanceId)) return true;
  if (await pointsBelow(pid, 'exe', directory)) return true;
  return terminal === 0 && (await pointsBelow(pid, 'cwd', directory));
}

/** True while the instance's first process runs. */
export function isRunning(record: InstanceRecord, bootId: string): boolean {
  if (record.bootId !== bootId || record.pid === null || record.startTicks === null) return false;
  return isAlive(record.pid, record.startTicks);
}
