/**
 * Every error that Hone throws on purpose. `retryable` says whether the same call may succeed later without
 * anybody changing anything: Temporal retries those, and only those.
 */
const errorKinds = {
  'manifest-invalid': { retryable: false },
  'target-not-found': { retryable: false },
  'not-found': { retryable: false },
  conflict: { retryable: false },
  'cycle-already-active': { retryable: false },
  'source-unreadable': { retryable: false },
  'tool-missing': { retryable: false },
  'build-failed': { retryable: false },
  'binary-missing': { retryable: false },
  'prepare-failed': { retryable: false },
  'instance-not-started': { retryable: false },
  'instance-not-ready': { retryable: false },
  'instance-lost': { retryable: false },
  'agent-unreachable': { retryable: false },
  'window-empty': { retryable: false },
  'gateway-unreachable': { retryable: true },
  'gateway-restarted': { retryable: false },
  /** A thread in which the gateway de-identifies requests ended: the sessions in it have failed. */
  'stages-lost': { retryable: false },
  'mirror-configuration': { retryable: false },
  'mirror-unavailable': { retryable: true },
  /** A person ordered that nothing be mirrored. */
  'mirror-stopped': { retryable: false },
  /** The guard saw production suffer while it was mirrored. */
  'production-disturbed': { retryable: false },
  'profile-tool-failed': { retryable: false },
  'profile-rejected': { retryable: false },
  'evaluation-failed': { retryable: false },
  'baseline-failed': { retryable: false },
  'windows-rejected': { retryable: false },
  'host-unfit': { retryable: false },
  /** Somebody else has the host, and what was asked for does not wait. */
  'host-busy': { retryable: false },
  /** The signed report of a batch does not verify, or says that it failed. */
  'batch-refused': { retryable: false },
  /** What is asked for was encrypted, or is pseudonymised, with a key that is gone for good. */
  'epoch-destroyed': { retryable: false },
  /** The rule packs of a manifest do not allow its corpora and keys where this process is. */
  'region-forbidden': { retryable: false },
  /** A corpus on disk is not what the gateway wrote. */
  'corpus-damaged': { retryable: false },
  'blob-corrupt': { retryable: false },
  'blob-missing': { retryable: false },
  'disk-full': { retryable: true },
  'store-unavailable': { retryable: true },
  'engine-unavailable': { retryable: true },
  'privacy-budget-spent': { retryable: false },
  'deploy-failed': { retryable: false },
  'not-permitted': { retryable: false },
  'input-invalid': { retryable: false },
  /** A defect in Hone, for which no other code fits. */
  internal: { retryable: false },
} as const satisfies Record<string, { retryable: boolean }>;

export type HoneErrorCode = keyof typeof errorKinds;

/** What crosses process borders of a {@link HoneError}: plain JSON. */
export interface HoneErrorData {
  readonly code: HoneErrorCode;
  /** One sentence: what was wrong, and where. */
  readonly message: string;
  /** One or two sentences: what to do about it. */
  readonly advice: string;
  /** Further lines worth showing, for example the compiler's last ones. */
  readonly details?: readonly string[];
}

/** An error that Hone throws on purpose; anything else is a defect and is masked at the API. */
export class HoneError extends Error {
  override readonly name = 'HoneError';
  readonly code: HoneErrorCode;
  readonly advice: string;
  readonly details: readonly string[];

  constructor(code: HoneErrorCode, message: string, advice: string, options: { details?: readonly string[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.advice = advice;
    this.details = options.details ?? [];
  }

  get retryable(): boolean {
    return errorKinds[this.code].retryable;
  }

  toData(): HoneErrorData {
    return { code: this.code, message: this.message, advice: this.advice, details: this.details };
  }

  static fromData(data: HoneErrorData): HoneError {
    return new HoneError(data.code, data.message, data.advice, { details: data.details ?? [] });
  }
}

/** True for a code that this release of Hone knows. */
export function isHoneErrorCode(code: string): code is HoneErrorCode {
  return Object.hasOwn(errorKinds, code);
}
