import { deployInstance } from './deploy-instance.ts';
import { instanceLost } from './instance-errors.ts';
import { instanceFolder } from './instance-folder.ts';
import { findInstance, makeInstanceTable } from './instance-table.ts';
import type { FoundInstance, InstanceTable, InstanceTableOptions } from './instance-table.ts';
import { readLastLines } from './last-lines.ts';
import { describeExit } from './launch.ts';
import { isRunning } from './members.ts';
import { readBootId } from './process-table.ts';
import { stopInstance } from './stop-instance.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { InstanceExit, InstanceRef } from '../../domain/model/collection.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';
import { makeSerialiser } from '../../domain/serialise.ts';

/** The instances of one host: started, found again, ended. */
export interface Instances {
  deploy(spec: InstanceSpec, call: LongCall): Promise<InstanceRef>;
  stop(instanceId: InstanceId): Promise<InstanceExit | null>;
  find(instanceId: InstanceId): Promise<FoundInstance | null>;
  /** Throws `instance-lost` when it does not run. */
  assertRunning(instanceId: InstanceId): Promise<FoundInstance>;
  /** Rejects with `instance-lost` at the moment the program ends; never resolves. Only for a program of this worker. */
  lost(instanceId: InstanceId): Promise<never>;
  /** Stops what has a record but was neither deployed nor found again by this worker. */
  sweep(): Promise<readonly InstanceId[]>;
}

/** Keeps instances of a host under `dataDirectory`, one record file each, so that a later worker can end them. */
export function makeInstances(options: InstanceTableOptions): Instances {
  const table = makeInstanceTable(options);
  const oneAtATime = makeSerialiser();
  const stop = (instanceId: InstanceId) => oneAtATime(instanceId, () => stopInstance(table, instanceId));
  return {
    deploy: (spec, call) => oneAtATime(spec.instanceId, () => deployInstance(table, spec, call)),
    stop,
    find: (instanceId) => findInstance(table, instanceId),
    assertRunning: (instanceId) => assertRunning(table, instanceId),
    lost: (instanceId) => lost(table, instanceId),
    async sweep() {
      const left = (await table.records.list()).map(({ instanceId }) => instanceId).filter((instanceId) => !table.inUse.has(instanceId));
      for (const instanceId of left) await stop(instanceId);
      return left;
    },
  };
}

async function assertRunning(table: InstanceTable, instanceId: InstanceId): Promise<FoundInstance> {
  const found = await findInstance(table, instanceId);
  if (found === null) throw instanceLost(instanceId, 'is not deployed on this host', []);
  if (found.record.kind === 'command' || (await isRunning(found.record, await readBootId()))) return found;
  return lost(table, instanceId);
}

async function lost(table: InstanceTable, instanceId: InstanceId): Promise<never> {
  const exit = (await table.programs.get(instanceId)?.exited) ?? null;
  const { log } = instanceFolder(table.records.directoryOf(instanceId));
  throw instanceLost(instanceId, describeExit(exit), await readLastLines(log));
}
