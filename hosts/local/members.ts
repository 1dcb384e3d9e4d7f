import { hasEnvironment, isAlive, listProcesses } from './process-table.ts';
import { instanceVariable } from './launch.ts';
import type { InstanceRecord } from './records.ts';

/** The living processes of the instance's group. The group's number is trusted only while a process of the instance holds it. */
export async function groupMembers(record: InstanceRecord): Promise<readonly number[]> {
  const { processGroup } = record;
  if (processGroup === null) return [];
  const inGroup = (await listProcesses()).filter((stat) => stat.processGroup === processGroup);
  if (record.pid !== null && record.startTicks !== null && (await isAlive(record.pid, record.startTicks)))
    return inGroup.map(({ pid }) => pid);
  const ours = await Promise.all(inGroup.map(({ pid }) => hasEnvironment(pid, instanceVariable, record.instanceId)));
  return ours.includes(true) ? inGroup.map(({ pid }) => pid) : [];
}

/** The group's processes, and those that left the group but carry the instance's name in their environment. */
export async function allMembers(record: InstanceRecord): Promise<readonly number[]> {
  const processes = await listProcesses();
  const named = await Promise.all(processes.map(({ pid }) => hasEnvironment(pid, instanceVariable, record.instanceId)));
  const pids = processes.filter((_, index) => named[index]).map(({ pid }) => pid);
  return [...new Set([...(await groupMembers(record)), ...pids])];
}

/** True while the instance's first process runs. */
export async function isRunning(record: InstanceRecord, bootId: string): Promise<boolean> {
  if (record.bootId !== bootId || record.pid === null || record.startTicks === null) return false;
  return isAlive(record.pid, record.startTicks);
}
