import type { CycleBasis } from '../../domain/contracts/control-activities.ts';
import type { RefreshCycleInput } from '../../domain/contracts/workflows.ts';
import { asId, type HostId, type InstanceId, type SessionId } from '../../domain/ids.ts';
import type { Build, SourceRef } from '../../domain/model/build.ts';
import type { Compensations } from '../compensations.ts';
import type { HostProxies } from '../options.ts';
import type { Progress } from '../progress.ts';

/** What every step of a cycle sees. */
export interface CycleContext {
  readonly input: RefreshCycleInput;
  readonly basis: CycleBasis;
  readonly host: HostProxies;
  readonly progress: Progress;
  readonly compensations: Compensations;
}

/** What `plan` found out. */
export interface CyclePlan {
  readonly source: SourceRef;
  readonly baseline: Build;
  readonly hostId: HostId;
  /** The cores that the instances under instrumentation are pinned to, one each. */
  readonly cores: readonly number[];
}

export function sessionIdOf(context: CycleContext): SessionId {
  return asId<SessionId>(context.input.cycleId);
}

/** @param index 0, 1, … */
export function instanceIdOf(context: CycleContext, index: number): InstanceId {
  return asId<InstanceId>(`${context.input.cycleId}-instrumented${index === 0 ? '' : `-${index + 1}`}`);
}

/** 12345 → `12,345`. */
export function counted(value: number): string {
  return value.toLocaleString('en-GB');
}
