import { asId, type EvaluationId } from '../../domain/ids.ts';
import type { AnswerComparison, EndpointFigure, EvaluationPair, LegMeasure, RatioInterval } from '../../domain/model/evaluation.ts';
import type { BuildSpeed, SpeedComparison } from '../../domain/model/speed.ts';
import { builder } from '../builder.ts';
import { LatencyType } from './latency.ts';
import { BuildNode, CycleNode, EvaluationNode, ProfileVersionNode, ReleaseNode } from './nodes.ts';
import { readId } from '../global-id.ts';
import { enumOf } from './enums.ts';
import { manyEach, oneEach } from './loading.ts';

const VerdictEnum = enumOf('Verdict', 'What an evaluation came to; the gate reads the interval, not the mean.', [
  'pass',
  'fail',
  'inconclusive',
]);

const Interval = builder.objectRef<RatioInterval>('RatioInterval').implement({
  description: "Baseline's cost over candidate's: 1.2 means that the baseline needs 1.2 times the candidate's CPU time.",
  fields: (t) => ({ ratio: t.exposeFloat('ratio'), low: t.exposeFloat('low'), high: t.exposeFloat('high') }),
});

const Endpoint = builder.objectRef<EndpointFigure>('EndpointFigure').implement({
  fields: (t) => ({
    endpoint: t.exposeString('endpoint'),
    ratio: t.exposeFloat('ratio'),
    low: t.exposeFloat('low', { nullable: true, description: 'Null, as `high` is, while the pairs do not bound it.' }),
    high: t.exposeFloat('high', { nullable: true }),
    requests: t.exposeInt('requests'),
    pairs: t.exposeInt('pairs'),
  }),
});

const Answers = builder.objectRef<AnswerComparison>('AnswerComparison').implement({
  description: "Whether both builds answered equally, after the manifest's rules for what may vary.",
  fields: (t) => ({
    compared: t.exposeInt('compared'),
    different: t.exposeInt('different'),
    examples: t.stringList({ description: 'At most ten.', resolve: ({ examples }) => examples }),
  }),
});

type EndpointCost = { readonly endpoint: string; readonly cpuNanoseconds: number; readonly requests: number };

const Cost = builder.objectRef<EndpointCost>('EndpointCost').implement({
  fields: (t) => ({
    endpoint: t.exposeString('endpoint'),
    cpuNanoseconds: t.field({ type: 'BigInt', resolve: ({ cpuNanoseconds }) => cpuNanoseconds }),
    requests: t.exposeInt('requests'),
  }),
});

const Leg = builder.objectRef<LegMeasure>('LegMeasure').implement({
  description: 'One build of a pair on the held-out requests.',
  fields: (t) => ({
    cpuNanoseconds: t.field({ type: 'BigInt', resolve: ({ cpuNanoseconds }) => cpuNanoseconds }),
    requests: t.exposeInt('requests'),
    core: t.exposeInt('core'),
    endpoints: t.field({
      type: [Cost],
      resolve: ({ endpointCpuNanoseconds: costs }) => Object.entries(costs).map(([endpoint, cost]) => ({ endpoint, ...cost })),
    }),
    maximumResidentBytes: t.field({ type: 'BigInt', resolve: ({ maximumResidentBytes }) => maximumResidentBytes }),
  }),
});

const Pair = builder.objectRef<{ readonly pair: EvaluationPair; readonly answers: AnswerComparison }>('EvaluationPair').implement({
  description: 'One simultaneous run of both builds.',
  fields: (t) => ({
    index: t.int({ resolve: ({ pair }) => pair.index }),
    candidateFirst: t.boolean({ description: 'The fair coin.', resolve: ({ pair }) => pair.candidateFirst }),
    baseline: t.field({ type: Leg, resolve: ({ pair }) => pair.baseline }),
    candidate: t.field({ type: Leg, resolve: ({ pair }) => pair.candidate }),
    logRatio: t.float({ description: 'ln(baseline cost / candidate cost).', resolve: ({ pair }) => pair.logRatio }),
    startedAt: t.field({ type: 'DateTime', resolve: ({ pair }) => pair.startedAt }),
    answers: t.field({ type: Answers, resolve: ({ answers }) => answers }),
  }),
});

const BuildSpeedType = builder.objectRef<BuildSpeed>('BuildSpeed').implement({
  description: 'How fast one build is by itself, with nothing but the driver beside it.',
  fields: (t) => ({
    perSecond: t.exposeFloat('perSecond', { description: 'Whole answers a second in a closed loop; of a command: runs.' }),
    requests: t.exposeInt('requests', { description: 'What `perSecond` was counted over.' }),
    busyShare: t.exposeFloat('busyShare', {
      description:
        'Share of its core that the build used meanwhile. Below 0.9 something else was the limit, and `perSecond` is at least so much.',
    }),
    latency: t.field({
      type: LatencyType,
      nullable: true,
      description: 'At `askedPerSecond`; of a command, the wall time of a run. Null without an answer.',
      resolve: ({ latency }) => latency,
    }),
    latencyRequests: t.exposeInt('latencyRequests', { description: 'What `latency` was taken of.' }),
    serverErrors: t.exposeInt('serverErrors', { description: 'Answers of 5xx; they count as answers.' }),
    lost: t.exposeInt('lost', { description: 'Requests without a whole answer.' }),
    senderLagMilliseconds: t.exposeFloat('senderLagMilliseconds', {
      nullable: true,
      description: 'How late the driver was, the 99th percentile; it is in the latencies. Null for a command.',
    }),
  }),
});

const Speed = builder.objectRef<SpeedComparison>('SpeedComparison').implement({
  description: 'Throughput and latency of both builds, one at a time on the same core and the same requests. No verdict rests on them.',
  fields: (t) => ({
    candidateFirst: t.exposeBoolean('candidateFirst', { description: 'The fair coin: who had the first and the last turn.' }),
    core: t.exposeInt('core'),
    concurrency: t.exposeInt('concurrency', { description: 'Requests in flight in the closed loop.' }),
    askedPerSecond: t.exposeFloat('askedPerSecond', {
      nullable: true,
      description: 'The rate of the latencies: half of what was seen of the slower build. Null for a command.',
    }),
    baseline: t.field({ type: BuildSpeedType, resolve: ({ baseline }) => baseline }),
    candidate: t.field({ type: BuildSpeedType, resolve: ({ candidate }) => candidate }),
  }),
});

EvaluationNode.implement({
  description:
    'A paired, interleaved measurement of a candidate build against a baseline build. It ends with a verdict, or without one when its cycle ends before.',
  fields: (t) => ({
    rawId: t.exposeID('id'),
    cycle: t.field({ type: CycleNode, resolve: ({ cycleId }) => cycleId }),
    profileVersion: t.field({ type: ProfileVersionNode, resolve: ({ profileVersionId }) => profileVersionId }),
    baseline: t.field({ type: BuildNode, resolve: ({ baselineBuildId }) => baselineBuildId }),
    candidate: t.field({ type: BuildNode, resolve: ({ candidateBuildId }) => candidateBuildId }),
    verdict: t.field({
      type: VerdictEnum,
      nullable: true,
      description: 'Null while it runs, and for ever when it was broken off with its cycle: then `endedAt` is set.',
      resolve: ({ verdict }) => verdict,
    }),
    sentence: t.exposeString('sentence', {
      nullable: true,
      description: 'Why this verdict, or that it was broken off; null while it runs.',
    }),
    interval: t.field({ type: Interval, nullable: true, resolve: ({ interval }) => interval }),
    pairCount: t.exposeInt('pairs'),
    pairs: t.loadableList({
      type: Pair,
      load: async (ids: EvaluationId[], { store }) =>
        manyEach(ids, await store.evaluations.pairsOf(ids), ({ evaluationId }) => evaluationId),
      resolve: ({ id }) => id,
    }),
    endpoints: t.field({ type: [Endpoint], resolve: ({ endpoints }) => endpoints }),
    answers: t.field({ type: Answers, nullable: true, resolve: ({ answers }) => answers }),
    speed: t.field({
      type: Speed,
      nullable: true,
      description: 'Null when it was not measured: the manifest leaves it out, a build failed, or the answers differed.',
      resolve: ({ speed }) => speed,
    }),
    alpha: t.exposeFloat('alpha', { description: 'The chance of a false promotion that the interval allows.' }),
    minimumGain: t.exposeFloat('minimumGain', { description: 'The gain that is asked for.' }),
    startedAt: t.field({ type: 'DateTime', resolve: ({ startedAt }) => startedAt }),
    endedAt: t.field({ type: 'DateTime', nullable: true, description: 'Null while it runs.', resolve: ({ endedAt }) => endedAt }),
    release: t.loadable({
      type: ReleaseNode,
      nullable: true,
      load: async (ids: EvaluationId[], { store }) =>
        oneEach(ids, await store.releases.byEvaluationIds(ids), ({ evaluationId }) => evaluationId),
      resolve: ({ id }) => id,
    }),
  }),
});

builder.queryField('evaluation', (t) =>
  t.field({
    type: EvaluationNode,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The global id, or the UUID.' }) },
    resolve: (_root, { id }, { store }) => store.evaluations.byId(asId<EvaluationId>(readId(id, 'Evaluation'))),
  }),
);
