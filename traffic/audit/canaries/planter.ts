import type { CorpusRequest } from '../../../domain/model/collection.ts';
import type { Outcome } from '../../deidentify/pipeline.ts';
import type { IncomingRequest } from '../../deidentify/stage.ts';
import { readingsOf } from '../../deidentify/validate/readings.ts';
import { textsOf } from '../../deidentify/validate/texts.ts';
import { variants, type Variant } from './requests.ts';
import { canaryKinds, type CanaryKind } from './values.ts';
import type { CanaryNote } from './books.ts';

/** Sends a canary value through the stages and sees whether it comes out. */
export type CanaryPlanter = (turn: number) => CanaryNote;

export interface CanaryPlanterSettings {
  /** The stages of the session itself; what comes out of them is neither replayed nor kept. */
  readonly run: (request: IncomingRequest) => Outcome;
  /** Fields of which the manifest says that they identify nobody. */
  readonly keptFields: readonly string[];
}

export function makeCanaryPlanter({ run, keptFields }: CanaryPlanterSettings): CanaryPlanter {
  const kept = new Set(keptFields.map(plain));
  const became = (kind: CanaryKind, variant: Variant): CanaryNote['became'] => {
    if ([kind.field, ...(variant.around ?? [])].some((name) => kept.has(plain(name)))) return 'exempt';
    const value = kind.make();
    const outcome = run(variant.request(kind.field, value));
    if ('dropped' in outcome) return 'dropped';
    return comesOut(outcome.request, value) ? 'leaked' : 'replaced';
  };
  return (turn) => {
    const pair = pairs[turn % pairs.length];
    if (pair === undefined) throw new RangeError(`There is no canary ${turn}.`);
    return { kind: pair.kind.kind, place: pair.variant.name, became: became(pair.kind, pair.variant) };
  };
}

/** Every kind in every place that it may stand in; kinds first, so that each round has all of them, each in another place. */
const pairs: readonly { readonly kind: CanaryKind; readonly variant: Variant }[] = variants.flatMap((_, round) =>
  canaryKinds.flatMap((kind, index) => {
    const usable = variants.filter(({ isNamed }) => isNamed || kind.isByName !== true);
    const variant = usable[(round + index) % usable.length];
    return variant === undefined ? [] : [{ kind, variant }];
  }),
);

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Shorter parts of a value stand in a request by chance. */
const fewestCharacters = 7;

/**
 * True when the value, or a part of it that is long enough to tell somebody by, stands in the request in whatever spelling. Separators and case
 * do not count.
 */
export function comesOut(request: CorpusRequest, value: string): boolean {
  const needles = new Set(
    [value, ...value.split(/[@:/]+/)].map(plain).filter((needle) => needle.length >= fewestCharacters && needle !== 'example'),
  );
  const texts = textsOf(request);
  if (texts === null) return true;
  const headers = JSON.stringify(request.headers);
  return [...texts, headers].some((text) => readingsOf(text).some((reading) => includesAny(plain(reading), needles)));
}

function includesAny(text: string, needles: ReadonlySet<string>): boolean {
  for (const needle of needles) if (text.includes(needle)) return true;
  return false;
}
