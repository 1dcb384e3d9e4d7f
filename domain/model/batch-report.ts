import type { Digest, EpochId, SessionId } from '../ids.ts';

/** Names the format and its version; signed with the report. */
export const batchReportFormat = 'hone-batch-report/1';

/** Stored content of a batch: what a file of it must hash to. */
export interface BatchPart {
  /**
   * SHA-256 of the file as it is stored, encrypted: it can be checked without any key, also after the epoch's is destroyed, and says nothing of
   * the text, where a digest of the text would confirm every right guess of it for ever.
   */
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Requests in it; 0 for the prepared data, which is an archive. */
  readonly requests: number;
}

/** How the pipeline's drops lie over the shapes of requests. Requests that nothing could have passed (broken, of a refused type, too many) are not counted. */
export interface BatchDrops {
  /** Every drop of the session by reason, as the gateway counted them. */
  readonly byReason: Readonly<Record<string, number>>;
  /** Of valid requests, at most this share may be dropped, in all and of each shape. */
  readonly limit: number;
  /** Requests that the pipeline had to pass. */
  readonly valid: number;
  /** Of these, those that it dropped. */
  readonly dropped: number;
  /** Shapes of requests that were told apart. */
  readonly shapes: number;
  /**
   * The shapes above the limit, the worst first. A shape is written without any word of a path, and its share in whole hundredths, rounded
   * up: what leaves of the counts by shape otherwise leaves with noise.
   */
  readonly above: readonly { readonly shape: string; readonly percent: number }[];
}

/** What became of the canary values that the gateway sent through its own pipeline. */
export interface BatchCanaries {
  readonly planted: number;
  /** Came out as something else. */
  readonly replaced: number;
  /** The request that carried it was dropped. */
  readonly dropped: number;
  /** Came out, in whatever spelling: the batch has failed. */
  readonly leaked: number;
  /** Not planted, since the manifest says that the field identifies nobody. */
  readonly exempt: number;
  readonly byKind: Readonly<Record<string, { readonly planted: number; readonly leaked: number }>>;
  /** Places and spellings of what leaked, for example `email in query, base64`. Never a value. */
  readonly leaks: readonly string[];
}

/** How much of what the optimiser needs was kept; of a sample of the requests, compared inside the gateway. */
export interface BatchUtility {
  /** Requests that were compared. */
  readonly sampled: number;
  /** Share of them with the same skeleton before and after; null without a sample. */
  readonly shapeKeptShare: number | null;
  /** Distance (total variation, 0..1) of the distributions of the lengths of words before and after; null without a sample. */
  readonly lengthDistance: number | null;
  /** By kind of identifier: distinct pseudonyms over distinct values; 1 when no two values became one. */
  readonly cardinalityRatio: Readonly<Record<string, number>>;
}

/** What a gateway says of one batch: the corpus of one session. Written as canonical JSON and signed. */
export interface BatchReport {
  readonly format: typeof batchReportFormat;
  readonly target: string;
  /** The session, which has its cycle's id. */
  readonly session: SessionId;
  /** ISO 8601: when the session was closed. */
  readonly closedAt: string;
  /** SHA-256 of the canonical JSON of the manifest with its defaults. */
  readonly manifestDigest: Digest;
  /** Version of each stage's rules. */
  readonly rules: Readonly<Record<string, string>>;
  /** Requests that arrived, that left the pipeline, that were replayed, that were held out. */
  readonly requests: { readonly received: number; readonly deidentified: number; readonly replayed: number; readonly heldOut: number };
  /** Identifiers replaced, by kind. */
  readonly replaced: Readonly<Record<string, number>>;
  readonly drops: BatchDrops;
  readonly canaries: BatchCanaries;
  readonly utility: BatchUtility;
  /** What of the session's aggregates was released, and what it cost. */
  readonly privacy: { readonly [name: string]: unknown };
  /** The epoch whose key made the pseudonyms and encrypts the corpus: its number and id, and when its key was made. */
  readonly epoch: { readonly index: number; readonly id: EpochId; readonly keyMadeAt: string };
  readonly corpus: { readonly training: BatchPart; readonly heldOut: BatchPart; readonly data: BatchPart | null };
  /** SHA-256 of the canonical JSON of `corpus`: names the batch. */
  readonly batchDigest: Digest;
  /** The gateway's own judgement; whoever reads the report makes it again. */
  readonly verdict: { readonly passed: boolean; readonly reasons: readonly string[] };
}

/** A report with the signature of the gateway that made it. */
export interface SignedBatchReport {
  readonly report: BatchReport;
  /** SHA-256 of the canonical JSON of each member of the report. They are what is signed, so that a changed member can be named. */
  readonly digests: Readonly<Record<keyof BatchReport, Digest>>;
  readonly signature: {
    readonly algorithm: 'ed25519';
    /** SHA-256 of the public key's bytes. */
    readonly keyId: Digest;
    /** Base64 of the public key in SubjectPublicKeyInfo (DER). */
    readonly publicKey: string;
    /** Base64 of the signature of {@link signedText}. */
    readonly value: string;
  };
}

/** A gateway's public key. */
export interface GatewayKey {
  readonly keyId: Digest;
  readonly publicKey: string;
}
