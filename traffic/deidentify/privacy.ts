import { percentDecode } from './parse.ts';
import { makeStage, type Stage, type StageBooks } from './stage.ts';
import { sampleDiscreteLaplace, type RandomSource } from './discrete-laplace.ts';

/** Stage 4: keeps the one aggregate that may leave the gateway, the histogram of request shapes, and releases it with noise. */
export interface PrivacyStage extends Stage {
  readonly epsilon: number;
  /** The exact counts, for the gateway's own snapshot; they never leave it. */
  exact(): Readonly<Record<string, number>>;
  /**
   * The noised counts: discrete Laplace with the stage's epsilon, one request being one contribution. A shape whose noised count is below the
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
  const stage = makeStage(
    'privacy',
    'privacy-1',
    ({ output }, count) => {
      if (output === null) throw new Error('privacy needs the request of structure');
      const shape = shapeOfRequest(output.method, output.path);
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

/** `GET /products/{number}`: method and path; whatever is no plain word of a route is replaced by its class. */
export function shapeOfRequest(method: string, target: string): string {
  const path = target.split('?', 1)[0] ?? '/';
  return `${method} ${path
    .split('/')
    .map((segment) => segmentClass(percentDecode(segment)))
    .join('/')}`;
}

function segmentClass(segment: string): string {
  if (segment === '' || /^[a-zA-Z][a-zA-Z_-]{0,30}(?:\.[a-z]{1,5})?$/.test(segment) || /^v\d{1,2}$/.test(segment)) return segment;
  return /^-?\d+$/.test(segment) ? '{number}' : '{token}';
}
