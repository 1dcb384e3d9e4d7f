import type { CycleId, HostId, InstanceId, WindowId } from '../ids.ts';
import type { BlobRef } from './blob.ts';
import type { EnvironmentRecord } from './environment.ts';
import type { PrivacyReport } from './privacy.ts';

/** One running build on a load-test host. */
export interface InstanceRef {
  readonly instanceId: InstanceId;
  readonly host: string;
  /** Loopback TCP port; null for a command drive, which serves nothing. */
  readonly port: number | null;
  /** TCP port of the way in from outside the host, mutual TLS in front of `port`; null where nothing comes from outside. */
  readonly entrancePort: number | null;
  readonly pid: number | null;
  /** The logical core that the instance is pinned to. */
  readonly core: number | null;
  readonly elfBuildId: string;
}

export interface InstanceExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** True when the grace time ran out and the process group was killed. */
  readonly killed: boolean;
  /** The last lines of standard output and error. */
  readonly lastLines: readonly string[];
}

/** One bounded period of collection on one instance. */
export interface Window {
  readonly id: WindowId;
  readonly cycleId: CycleId;
  readonly hostId: HostId;
  /** 1, 2, …: the place in the cycle; a repeated window keeps its index. */
  readonly index: number;
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Requests replayed (or runs made) inside the window. */
  readonly requests: number;
  /** CPU time of the instance inside the window, nanoseconds. */
  readonly cpuNanoseconds: number;
  readonly kept: boolean;
  /** Why the window was rejected; empty for a kept one. */
  readonly rejections: readonly string[];
  /** Null for a rejected window whose counters were not written. */
  readonly rawProfiles: readonly BlobRef[];
  readonly environment: EnvironmentRecord;
}

/** Counts of one session of the gateway. received = replayed + heldOut + skipped + failed + every drop + what still waits. */
export interface SessionCounters {
  readonly received: number;
  readonly deidentified: number;
  readonly replayed: number;
  readonly heldOut: number;
  /** Passed the pipeline while no phase wanted it. */
  readonly skipped: number;
  /** Sent to an instance that did not answer. */
  readonly failed: number;
  readonly waiting: number;
  /**
   * By reason, for example `queue-full`, `validation`, `body-too-large`, `stage-error`, `stages-lost`, `gateway-stopped`, `disk-full` (the gateway's).
   * By nginx's own count: `log-lost`, `given-up`, `rate-limited`, `stopped-by-hand` (not handed over), `gateway-killed` (handed over, not written
   * down), `unaccounted` (a defect).
   */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Production's answers beside the replay's, request by request. */
export interface ReplayComparison {
  /** Requests of which both answers are known. */
  readonly compared: number;
  readonly sameStatusClass: number;
  /** By status class, `2xx`: how many answers of each side. */
  readonly production: Readonly<Record<string, number>>;
  readonly replay: Readonly<Record<string, number>>;
  /** Ratio of the replay's mean answer size to production's; null without an answer. */
  readonly meanSizeRatio: number | null;
  /** Share of requests whose answer size is within a tenth of production's. */
  readonly similarSizeShare: number | null;
}

/** One stage's part of the de-identification report. */
export interface StageReport {
  readonly stage: 'sanitise' | 'tokenise' | 'structure' | 'privacy' | 'validate';
  readonly ruleVersion: string;
  readonly requests: number;
  readonly dropped: number;
  /** By kind of identifier, for example `email`. */
  readonly transformed: Readonly<Record<string, number>>;
  readonly microseconds: number;
}

export interface DeidentificationReport {
  readonly stages: readonly StageReport[];
  /** The aggregates that leave, with noise, and what they cost. */
  readonly privacy: PrivacyReport;
}

/** The stored, de-identified sample of a cycle: each part a file that is encrypted with a key of the cycle's epoch. */
export interface CorpusRefs {
  /** Inside: JSON lines, one {@link CorpusRequest} each. */
  readonly training: BlobRef;
  readonly trainingRequests: number;
  readonly heldOut: BlobRef;
  readonly heldOutRequests: number;
  /** What the prepare hook wrote for the replayed requests to find, a tar archive; null without a hook. Without it the corpus cannot be replayed. */
  readonly data: BlobRef | null;
}

/** One line of a corpus. */
export interface CorpusRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64; absent without a body. */
  readonly body?: string;
  /**
   * When it arrived, milliseconds: of a mirrored request, since the session was opened; of one of captured files, since the first that they have.
   * Absent where a capture does not say, and in a corpus of a gateway before it kept them.
   */
  readonly at?: number;
  /**
   * Its place in the order of arrival at the gateway, or in the captured files, from 1: the same place twice is the same request of a capture,
   * read again. Absent in a corpus of a gateway before it kept them. Not sent.
   */
  readonly place?: number;
  /**
   * Whose it is: equal for the requests of one customer within the epoch, made of the pseudonym that the request itself carries. Absent when
   * the request says nothing of its customer. Not sent.
   */
  readonly session?: string;
}
