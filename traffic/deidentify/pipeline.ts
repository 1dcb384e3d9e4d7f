import type { DeidentificationReport, CorpusRequest, StageReport } from '../../domain/model/collection.ts';
import { defaultPrivacy } from '../../domain/manifest/privacy-schema.ts';
import type { PrivacyGrant } from '../../domain/model/privacy.ts';
import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import { makeFieldRules } from './fields.ts';
import { makeKeyedHash } from './keyed-hash.ts';
import type { PrivacySnapshot } from './privacy/ledger.ts';
import { makePrivacyStage, type PrivacyStage } from './privacy/stage.ts';
import { makeRawFilter, notingIndexed, type RawFilter } from './raw-filter.ts';
import { makeSanitiseStage } from './sanitise.ts';
import {
  DropRequest,
  makeEnvelope,
  makeEnvelopeAgain,
  makeEnvelopeRewritten,
  type Envelope,
  type IncomingRequest,
  type Stage,
  type StageBooks,
} from './stage.ts';
import { makePseudonyms, type Pseudonyms } from './shapes/collisions.ts';
import { makeStructureStage } from './structure.ts';
import { makeTokeniseStage } from './tokenise.ts';
import { makeSeenValues, type SeenValues } from './validate/seen-values.ts';
import { makeValidateStage } from './validate/stage.ts';

/** What became of a request. */
export type Outcome = { readonly request: CorpusRequest } | { readonly dropped: string };

/** How a request is watched on its way: a canary counts nowhere, and is no customer's; `onReplaced` is told of each pseudonym. */
export type Watch = Pick<Envelope, 'isCanary' | 'onReplaced'>;

/** The five stages, one after the other. */
export interface Pipeline {
  run(incoming: IncomingRequest, watch?: Watch): Outcome;
  reports(): readonly StageReport[];
}

/** The key of a customer's session; null to leave it out. */
type SessionOf = (customer: string) => string | null;

/** The keys that stand in the corpus. */
export function makeSessionOf(key: Uint8Array): SessionOf {
  const hash = makeKeyedHash(key);
  return (customer) => hash('session', customer).toString('base64url', 0, sessionBytes);
}

/** What an identifier found late may bring to light: a second one beside it. */
const mostPasses = 3;

/** A way through the stages. */
export interface Passage {
  readonly envelope: Envelope;
  /** Null for a request that went through. */
  readonly dropped: { readonly reason: string; readonly stage: Stage['name'] } | null;
}

/**
 * Sends a request through the stages; when `validate` refuses what would leave, once more with what it saw taken for identifiers. It looks at each pass
 * anew, and what it still refuses is dropped. Stage 4 counts a request once.
 * @param onPass told of each pass before it begins
 */
export function passThrough(stages: readonly Stage[], incoming: IncomingRequest, watch?: Watch, onPass?: (pass: number) => void): Passage {
  let envelope = makeEnvelope(incoming, watch);
  for (let pass = 1; ; pass += 1) {
    onPass?.(pass);
    const known = envelope.suspects.size;
    const dropped = onePass(stages, envelope);
    if (dropped?.stage !== 'validate') return { envelope, dropped };
    if (envelope.suspects.size === known || pass === mostPasses)
      return { envelope, dropped: areByChance(stages, envelope) ? null : dropped };
    envelope = makeEnvelopeAgain(envelope);
  }
}

/**
 * Whether the raw values that `validate` saw are other values' pseudonyms by chance: of two people's days of birth, one's pseudonym may be the other's day. The
 * request is written once more with other pseudonyms in the same places, and `validate` looks for the same words in that. What stands anywhere that stage 3 did not
 * write to, in whatever spelling, stands there again; what does not was no raw value's place. A value is never its own pseudonym (`shapes/collisions.ts`).
 *
 * A pseudonym that gave way to the raw values of its request would be another one in that request than elsewhere, and one that gave way to those of the
 * session would run out: after some thousand people every day of a decade is somebody's.
 */
function areByChance(stages: readonly Stage[], envelope: Envelope): boolean {
  if (envelope.rawWords.size === 0) return false;
  const writing = stages.filter(({ name }) => name === 'structure' || name === 'validate');
  return onePass(writing, makeEnvelopeRewritten(envelope)) === null;
}

function onePass(stages: readonly Stage[], envelope: Envelope): Passage['dropped'] {
  for (const stage of stages) {
    if (stage.name === 'privacy' && (envelope.isCanary === true || envelope.isAgain)) continue;
    try {
      stage.apply(envelope);
    } catch (error) {
      return { reason: error instanceof DropRequest ? error.reason : 'stage-error', stage: stage.name };
    }
  }
  return null;
}

/** A pipeline of given stages. A stage that throws drops the request; so does one that leaves no request at the end. */
export function makePipeline(stages: readonly Stage[], sessionOf: SessionOf = () => null): Pipeline {
  return {
    run(incoming, watch) {
      // What an earlier pass wrote is told to nobody.
      let replaced: Parameters<NonNullable<Envelope['onReplaced']>>[] = [];
      const noting = watch?.onReplaced && { onReplaced: (...one: (typeof replaced)[number]) => void replaced.push(one) };
      const { envelope, dropped } = passThrough(stages, incoming, { ...watch, ...noting }, () => (replaced = []));
      for (const one of replaced) watch?.onReplaced?.(...one);
      if (dropped !== null) return { dropped: dropped.reason };
      if (envelope.output === null) return { dropped: 'stage-error' };
      const session = envelope.customer === null ? null : sessionOf(envelope.customer);
      return { request: session === null ? envelope.output : { ...envelope.output, session } };
    },
    reports: () => stages.map((stage) => stage.report()),
  };
}

/** What a session's pipeline goes on from after the gateway was restarted. */
export interface PipelineSnapshot {
  readonly stages: readonly StageReport[];
  readonly privacy: PrivacySnapshot;
}

export interface SessionPipeline extends Pipeline {
  /** The stages by name, in their order. */
  readonly stages: readonly Stage[];
  snapshot(): PipelineSnapshot;
  /** The report for outside. What the grant has paid for is released once: the report is made once. */
  report(grant: PrivacyGrant): DeidentificationReport;
}

/** Of a session's key in the corpus: two of a million sessions have the same with a chance of 10^-17. */
const sessionBytes = 12;
/** The manifest's default of `mirror.maximumBodyBytes`. */
const defaultMaximumBodyBytes = 65_536;

/** What the stages of a session hold beside their books. */
export interface StageParts {
  readonly pseudonyms: Pseudonyms;
  readonly rawFilter: RawFilter;
  readonly seen: SeenValues;
  readonly privacy: Stage;
}

/** The session's stages under its key and its manifest's rules, over given parts. */
export function makeStages(
  rules: DeidentificationRules,
  key: Uint8Array,
  { pseudonyms, rawFilter, seen, privacy }: StageParts,
  books: (name: Stage['name']) => StageBooks | undefined = () => undefined,
): readonly Stage[] {
  const hash = makeKeyedHash(key);
  return [
    makeSanitiseStage(makeFieldRules(rules), rules.maximumBodyBytes ?? defaultMaximumBodyBytes, books('sanitise')),
    makeTokeniseStage(notingIndexed(hash, rawFilter), books('tokenise')),
    makeStructureStage(books('structure'), pseudonyms),
    privacy,
    makeValidateStage({ hash, rawFilter, seen }, books('validate')),
  ];
}

/** The stages of a session that has them to itself. */
export function makeSessionStages(
  rules: DeidentificationRules,
  key: Uint8Array,
  snapshot?: PipelineSnapshot,
  pseudonyms: Pseudonyms = makePseudonyms(),
): { readonly stages: readonly Stage[]; readonly privacy: PrivacyStage } {
  const books = (name: Stage['name']): StageBooks | undefined => snapshot?.stages.find((stage) => stage.stage === name);
  const privacy = makePrivacyStage({ privacy: rules.privacy ?? defaultPrivacy, before: snapshot?.privacy, books: books('privacy') });
  const parts = { pseudonyms, rawFilter: makeRawFilter(), seen: makeSeenValues(), privacy };
  return { stages: makeStages(rules, key, parts, books), privacy };
}

/** The pipeline of a session. @param pseudonyms shared with whoever else writes the session's pseudonyms */
export function makeSessionPipeline(
  rules: DeidentificationRules,
  key: Uint8Array,
  snapshot?: PipelineSnapshot,
  pseudonyms?: Pseudonyms,
): SessionPipeline {
  const { stages, privacy } = makeSessionStages(rules, key, snapshot, pseudonyms);
  const pipeline = makePipeline(stages, makeSessionOf(key));
  return {
    ...pipeline,
    stages,
    snapshot: () => ({ stages: pipeline.reports(), privacy: privacy.snapshot() }),
    report: (grant) => ({ stages: pipeline.reports(), privacy: privacy.privacyReport(grant) }),
  };
}
