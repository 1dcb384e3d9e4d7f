import type { BlobRef } from '../../domain/model/blob.ts';
import type { DeidentificationReport, ReplayComparison, SessionCounters, StageReport } from '../../domain/model/collection.ts';
import type { PrivacyReport } from '../../domain/model/privacy.ts';
import type { CycleCorpus } from '../../domain/ports/store.ts';
import { builder } from '../builder.ts';
import { NamedCountObject, namedCounts } from './named-count.ts';
import { PrivacyReportObject } from './privacy.ts';

const CorpusPart = builder.objectRef<{ readonly blob: BlobRef; readonly requests: number }>('CorpusPart').implement({
  description:
    'De-identified requests, encrypted with a key of the epoch; not for download. The digest is that of the file as it is stored.',
  fields: (t) => ({
    digest: t.string({ resolve: ({ blob }) => blob.digest }),
    sizeBytes: t.field({ type: 'BigInt', resolve: ({ blob }) => blob.sizeBytes }),
    requests: t.exposeInt('requests'),
  }),
});

const Counters = builder.objectRef<SessionCounters>('SessionCounters').implement({
  description: 'Counts of the gateway: received = replayed + heldOut + skipped + failed + every drop + waiting.',
  fields: (t) => ({
    received: t.field({ type: 'BigInt', resolve: ({ received }) => received }),
    deidentified: t.field({ type: 'BigInt', resolve: ({ deidentified }) => deidentified }),
    replayed: t.field({ type: 'BigInt', resolve: ({ replayed }) => replayed }),
    heldOut: t.field({ type: 'BigInt', resolve: ({ heldOut }) => heldOut }),
    skipped: t.field({ type: 'BigInt', resolve: ({ skipped }) => skipped }),
    failed: t.field({ type: 'BigInt', resolve: ({ failed }) => failed }),
    waiting: t.field({ type: 'BigInt', resolve: ({ waiting }) => waiting }),
    dropped: t.field({ type: [NamedCountObject], description: 'By reason.', resolve: ({ dropped }) => namedCounts(dropped) }),
  }),
});

export const ReplayComparisonObject = builder.objectRef<ReplayComparison>('ReplayComparison').implement({
  description: "Production's answers beside the replay's, request by request.",
  fields: (t) => ({
    compared: t.exposeInt('compared', { description: 'Requests of which both answers are known.' }),
    sameStatusClass: t.exposeInt('sameStatusClass'),
    production: t.field({ type: [NamedCountObject], description: 'Answers by status class.', resolve: (of) => namedCounts(of.production) }),
    replay: t.field({ type: [NamedCountObject], description: 'Answers by status class.', resolve: (of) => namedCounts(of.replay) }),
    meanSizeRatio: t.exposeFloat('meanSizeRatio', { nullable: true, description: "Mean answer size, the replay's over production's." }),
    similarSizeShare: t.exposeFloat('similarSizeShare', {
      nullable: true,
      description: "Share of requests whose answer size is within a tenth of production's.",
    }),
  }),
});

const Stage = builder.objectRef<StageReport>('DeidentificationStage').implement({
  fields: (t) => ({
    stage: t.exposeString('stage', { description: 'sanitise, tokenise, structure, privacy or validate.' }),
    ruleVersion: t.exposeString('ruleVersion'),
    requests: t.field({ type: 'BigInt', resolve: ({ requests }) => requests }),
    dropped: t.field({ type: 'BigInt', resolve: ({ dropped }) => dropped }),
    transformed: t.field({
      type: [NamedCountObject],
      description: 'By kind of identifier.',
      resolve: ({ transformed }) => namedCounts(transformed),
    }),
    microseconds: t.field({ type: 'BigInt', resolve: ({ microseconds }) => microseconds }),
  }),
});

const Deidentification = builder.objectRef<DeidentificationReport>('DeidentificationReport').implement({
  fields: (t) => ({
    stages: t.field({ type: [Stage], resolve: ({ stages }) => stages }),
    privacy: t.field({
      type: PrivacyReportObject,
      nullable: true,
      description: 'The aggregates that left, with noise, and what they cost; null in a report of a gateway that kept no budget.',
      // A report that was stored before there was a budget has none.
      resolve: ({ privacy }): PrivacyReport | null => (privacy as PrivacyReport | undefined) ?? null,
    }),
  }),
});

const StoredBlob = builder.objectRef<BlobRef>('StoredBlob').implement({
  description: 'Stored bytes that are not for download.',
  fields: (t) => ({
    digest: t.exposeString('digest', { description: 'SHA-256 of the content, lower-case hexadecimal.' }),
    sizeBytes: t.field({ type: 'BigInt', resolve: ({ sizeBytes }) => sizeBytes }),
  }),
});

export const CorpusObject = builder.objectRef<CycleCorpus>('Corpus').implement({
  description: "What a cycle's mirrored traffic came to: the stored, de-identified sample, and the reports about it.",
  fields: (t) => ({
    training: t.field({ type: CorpusPart, resolve: ({ corpus }) => ({ blob: corpus.training, requests: corpus.trainingRequests }) }),
    heldOut: t.field({ type: CorpusPart, resolve: ({ corpus }) => ({ blob: corpus.heldOut, requests: corpus.heldOutRequests }) }),
    data: t.field({
      type: StoredBlob,
      nullable: true,
      description: 'What the prepare hook wrote for the replayed requests to find; null without a hook.',
      resolve: ({ corpus }) => corpus.data,
    }),
    counters: t.field({ type: Counters, resolve: ({ counters }) => counters }),
    comparison: t.field({ type: ReplayComparisonObject, resolve: ({ comparison }) => comparison }),
    deidentification: t.field({ type: Deidentification, resolve: ({ deidentification }) => deidentification }),
  }),
});
