import type { Finding, RequestDocument } from './document.ts';
import type { CorpusRequest, StageReport } from '../../domain/model/collection.ts';
import type { IdentifierKind } from '../../domain/model/identifier-kinds.ts';

/** A mirrored request as it arrived; it exists only in the gateway's memory. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** What the stages hand on to each other about one request. */
export interface Envelope {
  readonly incoming: IncomingRequest;
  /** A request that the gateway made up to see what becomes of it: no stage counts it. */
  readonly isCanary?: boolean;
  /** Told of each pseudonym that `structure` writes. */
  readonly onReplaced?: (finding: Finding, pseudonym: string) => void;
  /** The request taken apart; set by `sanitise`, emptied of raw values by `tokenise`. */
  document: RequestDocument | null;
  /** Keyed hashes of the raw identifiers of this request; set by `tokenise`, used by `validate`. */
  rawHashes: Set<string>;
  /** Pseudonyms written into the request by `structure`. */
  issued: Set<string>;
  /** Values that a `keep` rule of the manifest declares harmless. */
  kept: Set<string>;
  /** Whose request it is, by a pseudonym in it; set by `privacy`, null when the request does not say. */
  customer: string | null;
  /** The de-identified request; set by `structure`. */
  output: CorpusRequest | null;
  /** True when an earlier pass of the same request was refused by `validate`. */
  readonly isAgain: boolean;
  /** What `validate` saw in what would have left, in this pass and earlier ones: `sanitise` takes it for found. */
  readonly suspects: Map<string, SuspectKind>;
  /** Raw values of the request that `validate` saw in it, when it refused the request for nothing else. */
  rawWords: ReadonlySet<string>;
  /** Given to a second writing of the same request with other pseudonyms: the words that are looked for in it. It never leaves. */
  readonly wordsBefore: ReadonlySet<string> | null;
  /** Why `validate` refused the request: the kind of its first suspicion. */
  refusal: string | null;
}

/** What a suspect is; `raw-value` for a value that stands in another place as an identifier. */
export type SuspectKind = IdentifierKind | 'raw-value';

/** A request on its first pass. */
export function makeEnvelope(incoming: IncomingRequest, watch: Pick<Envelope, 'isCanary' | 'onReplaced'> = {}): Envelope {
  return {
    ...watch,
    incoming,
    document: null,
    rawHashes: new Set(),
    issued: new Set(),
    kept: new Set(),
    customer: null,
    output: null,
    isAgain: false,
    suspects: new Map(),
    rawWords: new Set(),
    wordsBefore: null,
    refusal: null,
  };
}

/** The same request once more, with what is suspected of it. It is the same customer's. */
export function makeEnvelopeAgain({ incoming, isCanary, onReplaced, customer, suspects }: Envelope): Envelope {
  const watch = { ...(isCanary === undefined ? {} : { isCanary }), ...(onReplaced === undefined ? {} : { onReplaced }) };
  return { ...makeEnvelope(incoming, watch), customer, suspects, isAgain: true };
}

/** The same request to be written with other pseudonyms, from what `tokenise` made of it; nobody is told of them. */
export function makeEnvelopeRewritten(envelope: Envelope): Envelope {
  const { onReplaced: _, ...rest } = envelope;
  return {
    ...rest,
    suspects: new Map(rest.suspects),
    issued: new Set(),
    output: null,
    refusal: null,
    isAgain: true,
    wordsBefore: envelope.rawWords,
  };
}

/** One stage of the pipeline, with its own books. */
export interface Stage {
  readonly name: StageReport['stage'];
  readonly ruleVersion: string;
  /** Throws {@link DropRequest} to drop the request for a named reason; any other error drops it as `stage-error`. */
  apply(envelope: Envelope): void;
  report(): StageReport;
}

/** Counts one transformation of a kind, for example `email`. */
export type Count = (kind: string) => void;

/** Ends a request's way through the pipeline; the reason is one of a fixed list, never a value of the request. */
export class DropRequest extends Error {
  override readonly name = 'DropRequest';
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** The books of a stage, as a gateway that starts again finds them. */
export type StageBooks = Omit<StageReport, 'stage' | 'ruleVersion'>;

/** Wraps a stage's work with its counters and its time. */
export function makeStage(
  name: Stage['name'],
  ruleVersion: string,
  work: (envelope: Envelope, count: Count) => void,
  books: StageBooks = { requests: 0, dropped: 0, transformed: {}, microseconds: 0 },
): Stage {
  let { requests, dropped } = books;
  let nanoseconds = books.microseconds * 1000;
  const transformed = new Map(Object.entries(books.transformed));
  const add = (kind: string, by: number) => void transformed.set(kind, (transformed.get(kind) ?? 0) + by);
  /** What the last call counted: a request that comes again is counted once, as it went out. */
  let last: string[] = [];
  let hasDropped = false;
  const count: Count = (kind) => {
    last.push(kind);
    add(kind, 1);
  };
  return {
    name,
    ruleVersion,
    apply(envelope) {
      if (envelope.isCanary === true) return work(envelope, () => undefined);
      const start = process.hrtime.bigint();
      if (envelope.isAgain) {
        for (const kind of last) add(kind, -1);
        if (hasDropped) dropped -= 1;
      } else requests += 1;
      last = [];
      hasDropped = false;
      try {
        work(envelope, count);
      } catch (error) {
        dropped += 1;
        hasDropped = true;
        throw error;
      } finally {
        nanoseconds += Number(process.hrtime.bigint() - start);
      }
    },
    report: () => ({
      stage: name,
      ruleVersion,
      requests,
      dropped,
      transformed: Object.fromEntries([...transformed].filter(([, times]) => times > 0)),
      microseconds: Math.round(nanoseconds / 1000),
    }),
  };
}
