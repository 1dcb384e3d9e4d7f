import type { CycleId, Digest, HostId, StressId, TargetId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { HostFacts } from './environment.ts';

/** A program whose binary is optimised. */
export interface Target {
  readonly id: TargetId;
  readonly name: string;
  /** The folder of the manifest, absolute; relative paths of the manifest start here. */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly manifestDigest: Digest;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A machine that runs instances under test. */
export interface Host {
  readonly id: HostId;
  readonly name: string;
  /** Hosts of one class may be compared: CPU model, microcode and cores. */
  readonly hardwareClass: string;
  readonly facts: HostFacts;
  readonly lastSeenAt: string;
}

/** One cycle or stress window at a time uses a host. */
export interface HostLease {
  readonly hostId: HostId;
  /** Null for a stress window's. */
  readonly cycleId: CycleId | null;
  /** Null for a cycle's. */
  readonly stressId: StressId | null;
  /** The holder renews it long before; afterwards anybody may take the host. */
  readonly expiresAt: string;
}
