import type { InstanceId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { BlobRef } from '../model/blob.ts';
import type { ProgramFiles } from '../model/build.ts';
import type { CorpusRefs, InstanceExit, InstanceRef } from '../model/collection.ts';
import type { EnvironmentRecord, HostFacts } from '../model/environment.ts';
import type { AnswerComparison, EvaluationPair } from '../model/evaluation.ts';
import type { SpeedComparison } from '../model/speed.ts';
import type { StressOrder, StressProgress, StressResult } from '../model/stress.ts';
import type { LongCall } from './toolchain.ts';

export interface InstanceSpec extends ProgramFiles {
  readonly instanceId: InstanceId;
  readonly manifest: Manifest;
  readonly elfBuildId: string;
  /** The source snapshot's archive, unpacked for {source}; null when nothing of the manifest names it. */
  readonly sourceArchive: BlobRef | null;
  /** The prepared data (a tar archive), unpacked for {data}; null: an empty folder. */
  readonly data: BlobRef | null;
  /** The logical core to pin to; null: not pinned. */
  readonly core: number | null;
  /** True for an instrumented build: the collection agent's socket folder and LLVM_PROFILE_FILE are set, and the agent must answer. */
  readonly instrumented: boolean;
}

export interface WindowMeasure {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly environment: EnvironmentRecord;
  readonly cpuNanoseconds: number;
}

/** A recording of the host's sensors, started before a window and ended after it. */
export interface EnvironmentRecording {
  finish(): Promise<WindowMeasure>;
  /** Ends the recording without a result. */
  abandon(): void;
}

export interface PairRequest {
  readonly index: number;
  readonly candidateFirst: boolean;
  readonly manifest: Manifest;
  readonly baseline: ProgramFiles & { readonly elfBuildId: string };
  readonly candidate: ProgramFiles & { readonly elfBuildId: string };
  readonly sourceArchive: BlobRef | null;
  readonly data: BlobRef | null;
  /** JSON lines of {@link CorpusRequest}; null for a command drive. */
  readonly heldOut: BlobRef | null;
}

export interface SpeedRequest extends Omit<PairRequest, 'index'> {
  /** Those of the pairs, as they name them; the baseline does not answer the others in time. */
  readonly measuredEndpoints: readonly string[];
}

export interface StressRequest {
  readonly instance: InstanceRef;
  readonly manifest: Manifest;
  readonly corpus: Pick<CorpusRefs, 'training' | 'heldOut'>;
  readonly order: StressOrder;
  /** Called every second. */
  readonly onProgress: (progress: StressProgress) => void;
}

/** A load-test host, seen from the worker that runs on it. */
export interface HostPort {
  readonly name: string;
  facts(): Promise<HostFacts>;
  /**
   * The logical cores to pin so many collecting instances to, different physical ones as far as there are, from the last of those that the worker
   * may use. Throws `host-unfit` when there are fewer.
   */
  collectionCores(count: number): Promise<readonly number[]>;
  /** The two logical cores that the builds of an evaluation run on. Throws `host-unfit` with a single core. */
  pairCores(): Promise<readonly [number, number]>;
  /** Starts and waits until ready; a second call with the same id finds the running instance. Throws `instance-not-started`, `instance-not-ready`, `agent-unreachable`. */
  deploy(spec: InstanceSpec, call: LongCall): Promise<InstanceRef>;
  /** Ends the whole process group; a second call finds nothing and answers null. */
  stop(instanceId: InstanceId): Promise<InstanceExit | null>;
  /** Throws `instance-lost` with how it ended when the instance is not running. */
  assertRunning(instanceId: InstanceId): Promise<void>;
  /** Sets every counter of the instance (and of its forked children, living or ended) to zero. Throws `instance-lost`, `agent-unreachable`. */
  resetCounters(instanceId: InstanceId): Promise<void>;
  /** Writes the counters now and answers the raw profiles: one per living process and shared object, and one per shared object for the processes that exited since the reset. */
  writeCounters(instanceId: InstanceId): Promise<readonly BlobRef[]>;
  /** For a command drive: one run of the instrumented program on each training input; counters are written at exit. */
  runInputs(
    spec: InstanceSpec,
    rounds: number,
    call: LongCall,
  ): Promise<{ readonly runs: number; readonly rawProfiles: readonly BlobRef[] }>;
  /** CPU time is that of all the instances; steal and foreign CPU time are those of their cores. */
  record(instances: readonly InstanceRef[], manifest: Manifest): Promise<EnvironmentRecording>;
  /** One pair of an evaluation: both builds at once, on different cores, on the same held-out work. Throws `evaluation-failed` when a build crashes or exits badly. */
  measurePair(request: PairRequest, call: LongCall): Promise<{ readonly pair: EvaluationPair; readonly answers: AnswerComparison }>;
  /** Throughput and latency, one build at a time. Throws `evaluation-failed` or `baseline-failed` when a build ends. */
  measureSpeed(request: SpeedRequest, call: LongCall): Promise<SpeedComparison>;
  /**
   * Replays a corpus to a running instance in an open loop, and records the host meanwhile. Throws `instance-lost` when the instance ends
   * before the replay does, `window-empty`, `input-invalid`, and what {@link CorpusPort} throws.
   */
  stress(request: StressRequest, call: LongCall): Promise<{ readonly result: StressResult; readonly measure: WindowMeasure }>;
  /** Ends what a dead worker of this host left; answers what it ended. What cannot be ended is logged and tried again by the next sweep. */
  sweep(): Promise<readonly InstanceId[]>;
}
