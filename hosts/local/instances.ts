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
import type { Log } from '../log.ts';
import type { HoneError } from '../../domain/errors.ts';
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
  /**
   * Stops what has a record but was neither deployed nor found again by this worker; answers what it ended. What cannot be
   * ended is logged and keeps its record for the next sweep: it must not keep the host from its work.
   */
  sweep(): Promise<readonly InstanceId[]>;
}

/** Keeps instances of a host under `dataDirectory`, one record file each, so that a later worker can end them. */
export function makeInstances(options: InstanceTableOptions & { readonly log: Log }): Instances {
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
      const ended = await Promise.all(left.map((instanceId) => endOrLog(instanceId, stop, options.log)));
      return left.filter((_, index) => ended[index]);
    },
  };
}

/** False when it could not be ended. */
async function endOrLog(instanceId: InstanceId, stop: Instances['stop'], log: Log): Promise<boolean> {
  try {
    await stop(instanceId);
    return true;
  } catch (error) {
    const { message, advice = null } = error as Partial<HoneError>;
    log.warn({ instanceId, error: message, advice }, 'an instance of an earlier worker could not be ended; it keeps its record');
    return false;
  }
}

async function assertRunning(table: InstanceTable, instanceId: InstanceId): Promise<FoundInstance> {
  const found = await findInstance(table, instanceId);
  if (found === null) throw instanceLost(instanceId, 'is not deployed on this host', []);
  if (found.record.kind === 'command' || isRunning(found.record, await readBootId())) return found;
  return lost(table, instanceId);
}

async function lost(table: InstanceTable, instanceId: InstanceId): Promise<never> {
  const exit = (await table.programs.get(instanceId)?.exited) ?? null;
  const { log } = instanceFolder(table.records.directoryOf(instanceId));
  throw instanceLost(instanceId, describeExit(exit), await readLastLines(log));
}
