import { HoneError } from '../../domain/errors.ts';
import { asId, type StressId } from '../../domain/ids.ts';
import {
  type Recording,
  type Saturation,
  type StressEndpoint,
  type StressOrder,
  type StressProgress,
  type StressResult,
  type StressSecond,
  stressStates,
  type StressStep,
} from '../../domain/model/stress.ts';
import { builder } from '../builder.ts';
import { readId } from '../global-id.ts';
import { planStress, stressOf } from '../plan-stress.ts';
import { filterBy, targetNamed } from './arguments.ts';
import { cancellable } from './cancellable.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { enumOf } from './enums.ts';
import { EnvironmentSummaryObject } from './environment.ts';
import { NotFoundError, notFoundTypes, StoredFailure, withTypedErrors } from './errors.ts';
import { NamedCountObject, namedCounts } from './named-count.ts';
import { LatencyType } from './latency.ts';
import { BuildNode, CycleNode, StressWindowNode, TargetNode } from './nodes.ts';

const State = enumOf('StressState', 'Where a stress window stands; all but RUNNING are final.', stressStates);
const End = enumOf('StressEnd', 'What ended the replay.', ['corpus-over', 'time-over', 'count-over', 'saturated']);
const Because = enumOf('SaturationCause', 'What showed that the service no longer followed; SENDER: that the sender did not.', [
  'queue',
  'latency',
  'failures',
  'sender',
]);
/** What is measured under stress is no window of collection, and says so. */
const WindowKind = enumOf('WindowKind', 'What a window is for; a stress window is never part of a profile.', ['stress']);

const Order = builder.objectRef<StressOrder>('StressOrder').implement({
  fields: (t) => ({
    rate: t.exposeString('rate', { description: '`3x` of the recorded rate, or `50/s`.' }),
    seconds: t.exposeInt('seconds', { nullable: true, description: 'Null: the corpus once, or as long as the ramp goes on.' }),
    untilSaturation: t.exposeBoolean('untilSaturation'),
  }),
});

const Recorded = builder.objectRef<Recording>('Recording').implement({
  description: 'What was replayed, as it was recorded.',
  fields: (t) => ({
    requests: t.exposeInt('requests'),
    seconds: t.exposeFloat('seconds', { nullable: true, description: 'Null for a corpus without times of arrival.' }),
    perSecond: t.exposeFloat('perSecond', { nullable: true, description: 'Of the mirrored share, not of all that production has.' }),
    sessions: t.exposeInt('sessions', { description: 'Their order is kept.' }),
    withoutSession: t.exposeInt('withoutSession'),
    pausesCut: t.exposeInt('pausesCut', { description: 'Pauses in the recording that were cut short.' }),
    withoutTime: t.int({ resolve: ({ withoutTime }) => withoutTime ?? 0, description: 'Requests that do not say when they came.' }),
  }),
});

const SaturationObject = builder.objectRef<Saturation>('Saturation').implement({
  description: 'Where the service no longer followed.',
  fields: (t) => ({
    second: t.exposeInt('second'),
    askedPerSecond: t.exposeFloat('askedPerSecond'),
    achievedPerSecond: t.exposeFloat('achievedPerSecond'),
    because: t.field({ type: Because, resolve: ({ because }) => because }),
    sentence: t.exposeString('sentence'),
  }),
});

const Step = builder.objectRef<StressStep>('StressStep').implement({
  description: 'A part of a stress window with one rate.',
  fields: (t) => ({
    askedPerSecond: t.exposeFloat('askedPerSecond'),
    achievedPerSecond: t.exposeFloat('achievedPerSecond'),
    seconds: t.exposeFloat('seconds'),
    requests: t.exposeInt('requests'),
    latency: t.field({ type: LatencyType, nullable: true, resolve: ({ latency }) => latency }),
  }),
});

const Second = builder.objectRef<StressSecond>('StressSecond').implement({
  fields: (t) => ({
    second: t.exposeInt('second'),
    asked: t.exposeInt('asked', { description: 'Requests that were to be sent in it.' }),
    answered: t.exposeInt('answered', { description: 'Requests that ended in it.' }),
    failed: t.exposeInt('failed', { description: 'Of these: 5xx, broken connections, answers that were not whole in time.' }),
    waiting: t.exposeInt('waiting', { description: 'Requests that were due and had not ended.' }),
    latency: t.field({ type: LatencyType, nullable: true, resolve: ({ latency }) => latency }),
    senderLagMilliseconds: t.exposeFloat('senderLagMilliseconds', { description: 'How late the sender itself was, 99th percentile.' }),
  }),
});

const Endpoint = builder.objectRef<StressEndpoint>('StressEndpoint').implement({
  fields: (t) => ({
    endpoint: t.exposeString('endpoint'),
    requests: t.exposeInt('requests', { description: 'Requests that ended.' }),
    failed: t.exposeInt('failed', { description: 'Of these: 5xx, broken connections, answers that were not whole in time.' }),
    latency: t.field({ type: LatencyType, nullable: true, resolve: ({ latency }) => latency }),
  }),
});

const Progress = builder.objectRef<StressProgress>('StressProgress').implement({
  fields: (t) => ({
    second: t.exposeInt('second'),
    askedPerSecond: t.exposeFloat('askedPerSecond'),
    answeredPerSecond: t.exposeFloat('answeredPerSecond'),
    requests: t.exposeInt('requests'),
    answered: t.exposeInt('answered'),
    waiting: t.exposeInt('waiting'),
    p99: t.exposeFloat('p99', { nullable: true }),
  }),
});

const Result = builder.objectRef<StressResult>('StressResult').implement({
  fields: (t) => ({
    recording: t.field({ type: Recorded, resolve: ({ recording }) => recording }),
    askedPerSecond: t.exposeFloat('askedPerSecond', { description: 'Of the last step.' }),
    achievedPerSecond: t.exposeFloat('achievedPerSecond', { description: 'Over the whole window.' }),
    seconds: t.exposeFloat('seconds'),
    requests: t.exposeInt('requests', { description: 'Requests that were to be sent.' }),
    outcomes: t.field({
      type: [NamedCountObject],
      description: 'Answers by status class; `broken`, `late`, `unsent`.',
      resolve: ({ outcomes }) => namedCounts(outcomes),
    }),
    latency: t.field({ type: LatencyType, nullable: true, resolve: ({ latency }) => latency }),
    end: t.field({ type: End, resolve: ({ end }) => end }),
    saturation: t.field({ type: SaturationObject, nullable: true, resolve: ({ saturation }) => saturation }),
    steps: t.field({ type: [Step], resolve: ({ steps }) => steps }),
    perSecond: t.field({ type: [Second], resolve: ({ perSecond }) => perSecond }),
    endpoints: t.field({ type: [Endpoint], description: 'Those with the most requests first.', resolve: ({ endpoints }) => endpoints }),
    mostInFlight: t.exposeInt('mostInFlight'),
  }),
});

StressWindowNode.implement({
  description: "A cycle's corpus, replayed against a build faster than it was recorded. Never part of a profile.",
  fields: (t) => ({
    rawId: t.exposeID('id'),
    kind: t.field({ type: WindowKind, resolve: () => 'stress' as const }),
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    cycle: t.field({ type: CycleNode, description: 'Whose corpus is replayed.', resolve: ({ cycleId }) => cycleId }),
    build: t.field({ type: BuildNode, resolve: ({ buildId }) => buildId }),
    workflowId: t.exposeString('workflowId'),
    host: t.exposeString('host'),
    order: t.field({ type: Order, resolve: ({ order }) => order }),
    state: t.field({ type: State, resolve: ({ state }) => state }),
    progress: t.field({
      type: Progress,
      nullable: true,
      description: 'The last second that was told of.',
      resolve: ({ progress }) => progress,
    }),
    result: t.field({ type: Result, nullable: true, resolve: ({ result }) => result }),
    cpuNanoseconds: t.field({ type: 'BigInt', nullable: true, resolve: ({ measure }) => measure?.cpuNanoseconds ?? null }),
    environment: t.field({
      type: EnvironmentSummaryObject,
      nullable: true,
      resolve: ({ measure }) => measure?.environment.summary ?? null,
    }),
    environmentRecord: t.field({
      type: 'JSON',
      nullable: true,
      description: "The whole record: facts, and every sensor's value before, during and after.",
      resolve: ({ measure }) => measure?.environment ?? null,
    }),
    error: t.field({ type: StoredFailure, nullable: true, resolve: ({ error }) => error }),
    startedAt: t.field({ type: 'DateTime', resolve: ({ startedAt }) => startedAt }),
    endedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ endedAt }) => endedAt }),
  }),
});

builder.queryFields((t) => ({
  stressWindow: t.field({
    type: StressWindowNode,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The global id, or the UUID.' }) },
    resolve: (_root, { id }, { store }) => store.stress.byId(asId<StressId>(readId(id, 'StressWindow'))),
  }),
  stressWindows: t.connection(
    {
      type: StressWindowNode,
      description: 'Newest first; of one target, or of all.',
      args: { target: t.arg.string() },
      resolve: (_root, args, { store }) => connectionOf(args, async (page) => store.stress.list(await filterBy(store, args.target), page)),
    },
    ...connectionNames('StressWindow'),
  ),
}));

builder.mutationFields((t) => ({
  replayCorpus: t.field({
    type: StressWindowNode,
    description: "Replays a cycle's corpus against a build in an open loop: a stress window.",
    errors: { types: [NotFoundError, HoneError] },
    args: {
      target: t.arg.string({ required: true }),
      rate: t.arg.string({ required: true, description: '`3x` of the recorded rate, or `50/s`.' }),
      cycle: t.arg.id({ description: 'Whose corpus; the latest that has one when left out.' }),
      build: t.arg.id({ description: 'The build of the channel stable when left out, or the newest baseline.' }),
      seconds: t.arg.int({ description: 'Again and again for so long; the corpus once when left out.' }),
      untilSaturation: t.arg.boolean({ defaultValue: false, description: 'The rate rises until the service no longer follows.' }),
    },
    resolve: (_root, args, { store, stress }) =>
      withTypedErrors(notFoundTypes, async () => {
        const target = await targetNamed(store, args.target);
        return stressOf(store, await stress.start(target, await planStress(store, target, args)));
      }),
  }),
  cancelReplay: t.field({
    type: StressWindowNode,
    description: 'Asks a stress window to stop and clean up; it runs on until that is done.',
    errors: { types: [NotFoundError, HoneError] },
    args: { id: t.arg.id({ required: true, description: 'The global id, or the UUID.' }) },
    resolve: (_root, { id }, { store, stress }) =>
      withTypedErrors(notFoundTypes, async () => {
        const window = await stressOf(store, asId<StressId>(readId(id, 'StressWindow')));
        await stress.cancel(window.id);
        return stressOf(store, window.id);
      }),
  }),
}));

builder.subscriptionField('stressProgress', (t) =>
  t.field({
    type: StressWindowNode,
    description: 'The window now and whenever it has changed; completes when it has ended.',
    args: { id: t.arg.id({ required: true, description: 'The global id, or the UUID.' }) },
    subscribe: async (_root, { id }, { store }) => {
      const window = await stressOf(store, asId<StressId>(readId(id, 'StressWindow')));
      return cancellable((signal) => store.stress.follow(window.id, signal));
    },
    resolve: (window) => window,
  }),
);
