import { randomBytes } from 'node:crypto';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { makeLinePseudonymiser } from '../../traffic/deidentify/pseudonymise-line.ts';
import { makeSessionPipeline } from '../../traffic/deidentify/pipeline.ts';
import { makePseudonyms } from '../../traffic/deidentify/shapes/collisions.ts';
import { rawRequest, type Prepared, type Subject } from './subject.ts';

/** The traffic of one session as it leaves production's side. */
export interface Deidentified {
  /** By the place of the raw request; null for one that was dropped. */
  readonly requests: readonly (CorpusRequest | null)[];
  /** Drops by reason. */
  readonly drops: Readonly<Record<string, number>>;
  readonly store: string | null;
}

/** Sends the training requests through the five stages under a key of their own, and the store's rows through the same pseudonyms, as the gateway does. */
export async function deidentify(subject: Subject, { training, storeOf }: Prepared, storeFile: string): Promise<Deidentified> {
  const key = randomBytes(32);
  const pseudonyms = makePseudonyms();
  if (storeOf !== null) await storeOf(makeLinePseudonymiser(subject.rules, key, pseudonyms), storeFile);
  const pipeline = makeSessionPipeline(subject.rules, key, undefined, pseudonyms);
  const drops: Record<string, number> = {};
  const requests = training.map((incoming) => {
    const outcome = pipeline.run(incoming);
    if ('request' in outcome) return outcome.request;
    drops[outcome.dropped] = (drops[outcome.dropped] ?? 0) + 1;
    return null;
  });
  return { requests, drops, store: storeOf === null ? null : storeFile };
}

/** Bytes of the de-identified requests over those of the same raw ones, as lines of a corpus. */
export function bytesShare({ training }: Prepared, { requests }: Deidentified): number {
  let [before, after] = [0, 0];
  for (const [index, request] of requests.entries()) {
    if (request === null) continue;
    before += Buffer.byteLength(JSON.stringify(rawRequest(training[index]!)));
    after += Buffer.byteLength(JSON.stringify(request));
  }
  return after / before;
}

/** Null in the place of each request that kept its target and its body to the byte: what is left carried an identifier that code may branch on. */
export function changedOnly({ training }: Prepared, { requests }: Deidentified): readonly (CorpusRequest | null)[] {
  return requests.map((request, index) => {
    const { path, body } = rawRequest(training[index]!);
    return request === null || (request.path === path && request.body === body) ? null : request;
  });
}
