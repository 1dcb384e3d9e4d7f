import { setTimeout as delay } from 'node:timers/promises';

import { diskFull, notReady, notStarted } from './instance-errors.ts';
import { instanceFolder, unpackInstance } from './instance-folder.ts';
import { findInstance, refOf } from './instance-table.ts';
import type { InstanceTable } from './instance-table.ts';
import { readLastLines } from './last-lines.ts';
import { launchProgram } from './launch.ts';
import { isRunning } from './members.ts';
import { isAlive, readBootId, readProcessStat } from './process-table.ts';
import { awaitReady } from './readiness.ts';
import type { InstanceRecord } from './records.ts';
import { stopInstance } from './stop-instance.ts';
import type { InstanceRef } from '../../domain/model/collection.ts';
import type { AgentPort } from '../../domain/ports/agent.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';

const agentAttempts = 20;
const agentPauseMilliseconds = 50;

/**
 * Starts an instance and waits until it is ready; finds the one that runs already. What is left of one that ended is cleared
 * first. A command drive's instance is its folder: nothing runs between two calls.
 */
export async function deployInstance(table: InstanceTable, spec: InstanceSpec, call: LongCall): Promise<InstanceRef> {
  const bootId = await readBootId();
  const found = await findInstance(table, spec.instanceId);
  table.inUse.add(spec.instanceId);
  if (found?.record.kind === 'command' && found.record.bootId === bootId) return refOf(table, found.record);
  if (found !== null && isRunning(found.record, bootId)) {
    await awaitStart(table, found.record, spec, call);
    return refOf(table, found.record);
  }
  if (found !== null) await stopInstance(table, spec.instanceId);
  table.inUse.add(spec.instanceId);
  try {
    return await startAnew(table, spec, bootId, call);
  } catch (error) {
    await stopInstance(table, spec.instanceId);
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? diskFull(error) : error;
  }
}

async function startAnew(table: InstanceTable, spec: InstanceSpec, bootId: string, call: LongCall): Promise<InstanceRef> {
  const serves = spec.manifest.drive.kind === 'http';
  const record = newRecord(table, spec, bootId, serves ? await table.ports.take() : null);
  // Before anything else: from here on a later worker finds what this one leaves, by the record and the instance's name.
  await table.records.write(record);
  await unpackInstance(instanceFolder(record.directory), spec, table, call.signal);
  if (!serves) return refOf(table, record);
  const started = await launch(table, spec, record);
  await awaitStart(table, started, spec, call);
  return refOf(table, started);
}

function newRecord(table: InstanceTable, spec: InstanceSpec, bootId: string, port: number | null): InstanceRecord {
  const { instanceId, core, elfBuildId, instrumented, manifest } = spec;
  const unstarted = { pid: null, startTicks: null, processGroup: null };
  const { signal: stopSignal, graceSeconds } = manifest.run.stop;
  const directory = table.records.directoryOf(instanceId);
  const kind = manifest.drive.kind;
  return { instanceId, bootId, directory, ...unstarted, port, core, elfBuildId, instrumented, kind, stopSignal, graceSeconds };
}

async function launch(table: InstanceTable, spec: InstanceSpec, record: InstanceRecord): Promise<InstanceRecord> {
  const program = await launchProgram({ ...spec, folder: instanceFolder(record.directory), port: record.port });
  table.programs.set(spec.instanceId, program);
  const stat = readProcessStat(program.pid);
  const started = { ...record, pid: program.pid, processGroup: program.pid, startTicks: stat?.startTicks ?? null };
  await table.records.write(started);
  return started;
}

async function awaitStart(table: InstanceTable, record: InstanceRecord, spec: InstanceSpec, call: LongCall): Promise<void> {
  const folder = instanceFolder(record.directory);
  const { path, timeoutSeconds } = spec.manifest.run.ready;
  const program = table.programs.get(record.instanceId);
  const readiness = await awaitReady({
    port: record.port ?? 0,
    path,
    timeoutSeconds,
    hasEnded: async () => (program === undefined ? !isAlive(record.pid ?? 0, record.startTicks ?? 0) : program.exit() !== null),
    onAsk: () => call.progress('waiting until the instance is ready'),
    signal: call.signal,
  });
  if (readiness === 'ended') throw notStarted(spec, program?.exit() ?? null, await readLastLines(folder.log));
  if (readiness === 'timeout') throw notReady(spec, await readLastLines(folder.log));
  if (spec.instrumented) await pingAgent(table.agent, folder.agent);
}

/** A program may be ready before the thread of its agent listens: asked again for a moment. */
async function pingAgent(agent: AgentPort, directory: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await agent.ping(directory);
      return;
    } catch (error) {
      if (attempt === agentAttempts) throw error;
      await delay(agentPauseMilliseconds);
    }
  }
}
