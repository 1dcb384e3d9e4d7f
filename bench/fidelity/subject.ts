import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { Tools } from '../../toolchains/clang/tools.ts';
import type { IncomingRequest } from '../../traffic/deidentify/stage.ts';

/** A program whose profiles are compared. */
export interface Subject {
  /** Also its program's. */
  readonly name: string;
  /** The folder of its Makefile, which puts everything into `BUILD`; compiled in a copy. */
  readonly source: string;
  /** Further variables of make, for example `SQLITE_DIR=…`. */
  readonly variables: readonly string[];
  /** How often a round goes through the held-out requests: a leg of less than some tenths of a second of CPU time measures the machine. */
  readonly passes: number;
  readonly rules: DeidentificationRules;
  /** The words after the program's name. @param store what `prepare` made; null without a store */
  readonly words: (port: number, store: string | null) => readonly string[];
  /** Makes what the traffic and the server need, with a plain build. */
  readonly prepare: (setting: PrepareSetting) => Promise<Prepared>;
}

export interface PrepareSetting {
  readonly binary: string;
  /** Exists and is empty. */
  readonly folder: string;
  /** How many there shall be; a program whose requests are long may make fewer. */
  readonly requests: { readonly training: number; readonly heldOut: number };
  readonly signal: AbortSignal;
}

/** What a subject is driven with. */
export interface Prepared {
  readonly training: readonly IncomingRequest[];
  /** Raw: they are measured on, and leave nothing. */
  readonly heldOut: readonly IncomingRequest[];
  /** Production's store; null for a program without one. */
  readonly store: string | null;
  /** The store whose rows went through the same pseudonyms as the requests; null for a program without one. @param file to make */
  readonly storeOf: ((pseudonymise: (line: string) => string, file: string) => Promise<void>) | null;
}

/** What every step needs. */
export interface Workshop {
  readonly tools: Tools;
  readonly searchPath: string;
  /** Of the bench; exists. */
  readonly folder: string;
  readonly random: () => number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A raw request as a corpus would hold it: what is replayed beside the de-identified one. */
export function rawRequest({ method, target, headers, body }: IncomingRequest): CorpusRequest {
  const request = { method, path: target, headers: Object.fromEntries(headers.filter(([name]) => !hopHeaders.has(name))) };
  return body.length === 0 ? request : { ...request, body: Buffer.from(body).toString('base64') };
}

/** The client that replays writes these itself. */
const hopHeaders: ReadonlySet<string> = new Set(['connection', 'content-length', 'host', 'transfer-encoding']);
