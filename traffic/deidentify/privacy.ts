import { createHash } from 'node:crypto';
import { findingsOf, leavesOfPieces, type RequestDocument } from './document.ts';
import { percentDecode } from './formats/target.ts';
import { makeStage, type Envelope, type Stage, type StageBooks } from './stage.ts';
import { sampleDiscreteLaplace, type RandomSource } from './discrete-laplace.ts';

/** Stage 4: keeps the one aggregate that may leave the gateway, the histogram of request shapes, and releases it with noise. */
export interface PrivacyStage extends Stage {
  readonly epsilon: number;
  /** The exact counts, for the gateway's own snapshot; they never leave it. */
  exact(): Readonly<Record<string, number>>;
  /**
   * The noised counts: discrete Laplace with the stage's epsilon. The unit of the noise is a request, not a person: who sent a
   * thousand requests is hidden a thousand times less. Which words of paths are shown is not noised: those that several clients
   * sent. A shape whose noised count is below the
   * threshold 1 + ln(1/δ)/ε, δ = 1e-6, is left out, since its mere presence would say that somebody sent it. Spends the
   * budget: call it once per session.
   */
  release(): Readonly<Record<string, number>>;
}

const delta = 1e-6;
/** More shapes than that are counted as one, `other`: a scanner must not fill the memory. */
const maximumShapes = 5000;

/** @param epsilonTenths the privacy parameter in tenths: 10 is ε = 1 */
export function makePrivacyStage(
  epsilonTenths: number,
  counts: Readonly<Record<string, number>> = {},
  books?: StageBooks,
  random?: RandomSource,
): PrivacyStage {
  const histogram = new Map(Object.entries(counts));
  const words = makeSharedWords(Object.keys(counts));
  const stage = makeStage(
    'privacy',
    'privacy-1',
    ({ output, document }, count) => {
      if (output === null || document === null) throw new Error('privacy needs the request of structure');
      const client = clientOf(output.headers);
      const shape = shapeOfRequest(output.method, document.target, (word) => words.isShared(word, client));
      const key = histogram.has(shape) || histogram.size < maximumShapes ? shape : 'other';
      histogram.set(key, (histogram.get(key) ?? 0) + 1);
      count('contribution');
    },
    books,
  );
  const epsilon = epsilonTenths / 10;
  const threshold = 1 + Math.log(1 / delta) / epsilon;
  return {
    ...stage,
    epsilon,
    exact: () => Object.fromEntries(histogram),
    release() {
      const noised = [...histogram].map(
        ([shape, exact]) => [shape, exact + Number(sampleDiscreteLaplace(BigInt(epsilonTenths), 10n, random))] as const,
      );
      return Object.fromEntries(noised.filter(([, count]) => count >= threshold).sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/**
 * `GET /products/{number}`: method and path. A segment in which an identifier was found is its kind, a number `{number}`, what is no
 * word `{token}`, and a word that only few clients sent `{word}`: it may be somebody's name.
 */
export function shapeOfRequest(method: string, target: RequestDocument['target'], isShared: (word: string) => boolean): string {
  let shape = `${method} `;
  for (const piece of target) {
    if (piece === '?') break;
    if (typeof piece === 'string') shape += piece;
    else {
      const touched = leavesOfPieces([piece]).find((leaf) => leaf.touched);
      shape +=
        touched === undefined
          ? segmentClass(percentDecode(piece.source), isShared)
          : `{${findingsOf(touched).next().value?.kind ?? 'token'}}`;
    }
  }
  return shape;
}

const plainWord = /^[a-zA-Z][a-zA-Z_-]{0,30}(?:\.[a-z]{1,5})?$/;

function segmentClass(segment: string, isShared: (word: string) => boolean): string {
  if (/^v\d{1,2}$/.test(segment)) return segment;
  if (plainWord.test(segment)) return isShared(segment) ? segment : '{word}';
  return /^-?\d+$/.test(segment) ? '{number}' : '{token}';
}

/** A word of a path is one of the route when that many clients sent it. */
const clientsOfARoute = 3;
const maximumWords = 5000;

/** Which words several clients sent: of each word the first few clients, by a digest of their pseudonyms; bounded. */
interface SharedWords {
  /** Notes the word for the client, null for one that no header tells apart. */
  isShared(word: string, client: string | null): boolean;
}

/** @param shapes those of the histogram so far: the words in them are known */
function makeSharedWords(shapes: readonly string[]): SharedWords {
  const shared = new Set(shapes.flatMap((shape) => shape.split(/[ /;=]/).slice(1)).filter((word) => plainWord.test(word)));
  const clients = new Map<string, Set<string>>();
  return {
    isShared(word, client) {
      if (shared.has(word)) return true;
      if (client === null) return false;
      const known = clients.get(word) ?? new Set();
      if (clients.size < maximumWords) clients.set(word, known);
      known.add(client);
      if (known.size < clientsOfARoute) return false;
      clients.delete(word);
      if (shared.size < maximumWords) shared.add(word);
      return true;
    },
  };
}

/** The client by the pseudonyms in its headers, which the session's key made; null without any. */
function clientOf(headers: NonNullable<Envelope['output']>['headers']): string | null {
  const told = ['x-forwarded-for', 'x-real-ip', 'authorization', 'cookie'].map((name) => headers[name] ?? '');
  if (told.every((value) => value === '')) return null;
  return createHash('sha256').update(told.join('\n')).digest('base64').slice(0, 12);
}
