import type { BatchCanaries } from '../../../domain/model/batch-report.ts';
import type { CorpusRequest } from '../../../domain/model/collection.ts';
import type { Outcome } from '../../deidentify/pipeline.ts';
import type { IncomingRequest } from '../../deidentify/stage.ts';
import { readingsOf } from '../../deidentify/validate/readings.ts';
import { textsOf } from '../../deidentify/validate/texts.ts';
import { variants, type Variant } from './requests.ts';
import { canaryKinds, type CanaryKind } from './values.ts';

/** Sends canary values through a session's pipeline and sees that none comes out. */
export interface CanaryWatch {
  /** One of every kind; at the start of a session, before its first request. */
  plantAll(): void;
  /** Counts a request of production's; every so many of them are followed by a canary. */
  after(): void;
  report(): BatchCanaries;
}

export interface CanaryWatchSettings {
  /** The pipeline of the session itself; what comes out of it is neither replayed nor kept. */
  readonly run: (request: IncomingRequest) => Outcome;
  /** Fields of which the manifest says that they identify nobody. */
  readonly keptFields: readonly string[];
  /** Requests of production's between two canaries. */
  readonly every?: number;
  /** What an earlier gateway process counted. */
  readonly before?: BatchCanaries | undefined;
}

/** One in 1,000: a fraction of the work, and each kind within 24,000 requests, each in each place within half a million. */
const defaultEvery = 1000;
const mostLeaksNamed = 20;

const none: BatchCanaries = { planted: 0, replaced: 0, dropped: 0, leaked: 0, exempt: 0, byKind: {}, leaks: [] };

export function makeCanaryWatch(settings: CanaryWatchSettings): CanaryWatch {
  const { run, every = defaultEvery, before = none } = settings;
  const kept = new Set(settings.keptFields.map(plain));
  const counts = { ...before };
  const byKind = new Map(Object.entries(before.byKind));
  const leaks = new Set(before.leaks);
  let requests = 0;
  let turn = before.planted;

  const plant = (kind: CanaryKind, variant: Variant) => {
    if ([kind.field, ...(variant.around ?? [])].some((name) => kept.has(plain(name)))) {
      counts.exempt += 1;
      return;
    }
    const value = kind.make();
    const outcome = run(variant.request(kind.field, value));
    const known = byKind.get(kind.kind) ?? { planted: 0, leaked: 0 };
    counts.planted += 1;
    if ('dropped' in outcome) counts.dropped += 1;
    else if (comesOut(outcome.request, value)) {
      counts.leaked += 1;
      byKind.set(kind.kind, { planted: known.planted + 1, leaked: known.leaked + 1 });
      if (leaks.size < mostLeaksNamed) leaks.add(`${kind.kind} in ${variant.name}`);
      return;
    } else counts.replaced += 1;
    byKind.set(kind.kind, { ...known, planted: known.planted + 1 });
  };
  const next = () => {
    const pair = pairs[turn % pairs.length];
    turn += 1;
    if (pair !== undefined) plant(pair.kind, pair.variant);
  };
  return {
    plantAll() {
      for (let index = 0; index < canaryKinds.length; index += 1) next();
    },
    after() {
      requests += 1;
      if (requests % every === 0) next();
    },
    report: () => ({ ...counts, byKind: Object.fromEntries(byKind), leaks: [...leaks] }),
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
