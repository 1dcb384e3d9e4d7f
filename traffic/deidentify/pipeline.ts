import type { DeidentificationReport, CorpusRequest, StageReport } from '../../domain/model/collection.ts';
import { defaultPrivacy } from '../../domain/manifest/privacy-schema.ts';
import type { PrivacyGrant } from '../../domain/model/privacy.ts';
import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import { makeFieldRules } from './fields.ts';
import { makeKeyedHash } from './keyed-hash.ts';
import { makePrivacyStage, type PrivacySnapshot, type PrivacyStage } from './privacy/stage.ts';
import { makeRawFilter, notingIndexed } from './raw-filter.ts';
import { makeSanitiseStage } from './sanitise.ts';
import { DropRequest, type Envelope, type IncomingRequest, type Stage, type StageBooks } from './stage.ts';
import type { Pseudonyms } from './shapes/collisions.ts';
import { makeStructureStage } from './structure.ts';
import { makeTokeniseStage } from './tokenise.ts';
import { makeSeenValues } from './validate/raw-values.ts';
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

/** A pipeline of given stages. A stage that throws drops the request; so does one that leaves no request at the end. */
export function makePipeline(stages: readonly Stage[], sessionOf: SessionOf = () => null): Pipeline {
  return {
    run(incoming, watch) {
      const envelope: Envelope = {
        ...watch,
        incoming,
        document: null,
        rawHashes: new Set(),
        issued: new Set(),
        kept: new Set(),
        customer: null,
        output: null,
      };
      try {
        for (const stage of stages) if (watch?.isCanary !== true || stage.name !== 'privacy') stage.apply(envelope);
      } catch (error) {
        return { dropped: error instanceof DropRequest ? error.reason : 'stage-error' };
      }
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
const strongValuesRemembered = 100_000;
/** The manifest's default of `mirror.maximumBodyBytes`. */
const defaultMaximumBodyBytes = 65_536;

/** The session's stages under its key and its manifest's rules. */
export function makeSessionStages(
  rules: DeidentificationRules,
  key: Uint8Array,
  snapshot?: PipelineSnapshot,
  pseudonyms?: Pseudonyms,
): { readonly stages: readonly Stage[]; readonly privacy: PrivacyStage } {
  const hash = makeKeyedHash(key);
  const rawFilter = makeRawFilter();
  const books = (name: Stage['name']): StageBooks | undefined => snapshot?.stages.find((stage) => stage.stage === name);
  const privacy = makePrivacyStage({ privacy: rules.privacy ?? defaultPrivacy, before: snapshot?.privacy, books: books('privacy') });
  const stages = [
    makeSanitiseStage(makeFieldRules(rules), rules.maximumBodyBytes ?? defaultMaximumBodyBytes, books('sanitise')),
    makeTokeniseStage(notingIndexed(hash, rawFilter), books('tokenise')),
    makeStructureStage(books('structure'), pseudonyms),
    privacy,
    makeValidateStage({ hash, rawFilter, seen: makeSeenValues(strongValuesRemembered) }, books('validate')),
  ];
  return { stages, privacy };
}

/** The pipeline of a session. @param pseudonyms shared with whoever else writes the session's pseudonyms */
export function makeSessionPipeline(
  rules: DeidentificationRules,
  key: Uint8Array,
  snapshot?: PipelineSnapshot,
  pseudonyms?: Pseudonyms,
): SessionPipeline {
  const { stages, privacy } = makeSessionStages(rules, key, snapshot, pseudonyms);
  const hash = makeKeyedHash(key);
  const sessionOf = (customer: string) => hash('session', customer).toString('base64url', 0, sessionBytes);
  const pipeline = makePipeline(stages, sessionOf);
  return {
    ...pipeline,
    stages,
    snapshot: () => ({ stages: pipeline.reports(), privacy: privacy.snapshot() }),
    report: (grant) => ({ stages: pipeline.reports(), privacy: privacy.privacyReport(grant) }),
  };
}
