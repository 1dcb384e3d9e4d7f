import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { IncomingRequest } from '../deidentify/stage.ts';
import { asOfNow } from '../replay/as-of-now.ts';
import type { Books } from './books.ts';
import type { Comparison } from './comparison.ts';
import type { ReceivedRequest } from './intake.ts';

/**
 * The conditions of RFC 9110, section 13.1. An entity tag leaves as a pseudonym, since a server may give each client its own; an instance's tags are others
 * anyway, and its files are of another time, over data with pseudonyms. So a condition comes out there as it happens to, where in production it came out
 * otherwise, and another path is taken.
 */
const conditional = new Set(['if-match', 'if-none-match', 'if-range', 'if-modified-since', 'if-unmodified-since']);

/** Before every change there was. */
const longAgo = new Date(0).toUTCString();

const isSafe = (method: string) => method === 'GET' || method === 'HEAD';

/**
 * The request whose conditions come out as they did in production, by the status of production's answer. `*` stands for every tag there is: with it a
 * representation that exists has not changed for `if-none-match`, and is the right one for `if-match`. A range whose condition held is asked for without.
 * What came out otherwise keeps its pseudonyms, which match nothing. A tag that leaves as it came, since the manifest keeps it, is the instance's to compare.
 * Dates become the moment of sending, since which nothing has changed, or one since which everything has: also beside a tag, since some servers heed both.
 */
export function answeredAlike(request: CorpusRequest, { headers: raw, method }: IncomingRequest, status: number | null): CorpusRequest {
  if (status === null) return request;
  let headers: Readonly<Record<string, string>> = request.headers;
  const isReplaced = (name: string) => headers[name] !== undefined && !raw.some(([one, value]) => one === name && value === headers[name]);
  const isUnchanged = status === 304 || (status === 412 && !isSafe(method));
  if (isUnchanged && isReplaced('if-none-match')) headers = { ...headers, 'if-none-match': '*' };
  if (status !== 412 && isReplaced('if-match')) headers = { ...headers, 'if-match': '*' };
  if (status === 206 && isReplaced('if-range'))
    headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'if-range'));
  const setDate = (name: string, value: string) => {
    if (headers[name] !== undefined) headers = { ...headers, [name]: value };
  };
  setDate('if-modified-since', status === 304 ? asOfNow : longAgo);
  setDate('if-unmodified-since', status === 412 ? longAgo : asOfNow);
  return headers === request.headers ? request : { ...request, headers };
}

/** Requests with such a condition that wait until production's answer is known. */
export interface ConditionsLine {
  readonly length: number;
  /** True when the request waits here; it is handed on once, in a later turn. */
  hold(received: ReceivedRequest, place: number): boolean;
  /** Counts all as dropped for a reason. */
  drop(reason: string): void;
}

export interface ConditionsSettings {
  readonly comparison: Pick<Comparison, 'statusOf' | 'onProduction'>;
  readonly books: Pick<Books, 'settle'>;
  readonly waitMilliseconds?: number | undefined;
  readonly handOn: (received: ReceivedRequest, place: number) => void;
}

/** What a conditional request is for is a quick answer. One that takes longer is replayed as if its condition had not held. */
const defaultWaitMilliseconds = 1000;

export function makeConditionsLine(settings: ConditionsSettings): ConditionsLine {
  const { comparison, books, waitMilliseconds = defaultWaitMilliseconds, handOn } = settings;
  const held = new Map<string, { readonly timer: NodeJS.Timeout; readonly go: () => void }>();
  comparison.onProduction((id) => held.get(id)?.go());
  return {
    get length() {
      return held.size;
    },
    hold(received, place) {
      const { requestId, captured, headers } = received;
      // A capture has its answer with it, or has none.
      if (requestId === null || captured !== undefined || held.has(requestId) || !headers.some(([name]) => conditional.has(name)))
        return false;
      if (comparison.statusOf(requestId) !== null) return false;
      const go = () => {
        clearTimeout(timer);
        held.delete(requestId);
        handOn(received, place);
      };
      const timer = setTimeout(go, waitMilliseconds);
      held.set(requestId, { timer, go });
      return true;
    },
    drop(reason) {
      for (const { timer } of held.values()) clearTimeout(timer);
      for (const id of held.keys()) if (held.delete(id)) books.settle({ dropped: reason });
    },
  };
}
