import { HoneError } from '../../domain/errors.ts';
import { asId, type CycleId } from '../../domain/ids.ts';
import { type CycleEvent, type CycleProgress, cycleStages, cycleStates } from '../../domain/model/cycle.ts';
import { builder } from '../builder.ts';
import { cycleOf, filterBy, saidText, targetNamed } from './arguments.ts';
import { cancellable } from './cancellable.ts';
import { CycleNode, EvaluationNode, ProfileVersionNode, TargetNode, WindowNode } from './nodes.ts';
import { readId } from '../global-id.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { enumOf } from './enums.ts';
import { CycleAlreadyActiveError, NotFoundError, notFoundTypes, StoredFailure, withTypedErrors } from './errors.ts';
import { manyEach, oneEach } from './loading.ts';
import { CorpusObject } from './traffic.ts';

const Stage = enumOf('CycleStage', 'The steps of a refresh cycle, in their order.', cycleStages);
const State = enumOf('CycleState', 'Where a refresh cycle stands; all but RUNNING are final.', cycleStates);
const EventState = enumOf('CycleEventState', 'What a line of progress says of its stage.', ['started', 'progress', 'done', 'failed']);

const CycleEventObject = builder.objectRef<CycleEvent>('CycleEvent').implement({
  description: "One line of a cycle's progress.",
  fields: (t) => ({
    cycleRawId: t.exposeID('cycleId'),
    sequence: t.exposeInt('sequence', { description: '1, 2, … within the cycle.' }),
    stage: t.field({ type: Stage, resolve: ({ stage }) => stage }),
    state: t.field({ type: EventState, resolve: ({ state }) => state }),
    message: t.exposeString('message'),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at }),
  }),
});

const Progress = builder.objectRef<CycleProgress>('CycleProgress').implement({
  description: 'What the running workflow says of itself.',
  fields: (t) => ({
    stage: t.field({ type: Stage, resolve: ({ stage }) => stage }),
    state: t.field({ type: State, resolve: ({ state }) => state }),
    message: t.exposeString('message'),
    windowsKept: t.exposeInt('windowsKept'),
    windowsRejected: t.exposeInt('windowsRejected'),
  }),
});

CycleNode.implement({
  description: 'One run of the loop for one target.',
  fields: (t) => ({
    rawId: t.exposeID('id', { description: 'The UUID, as logs and the workflow engine show it.' }),
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    workflowId: t.exposeString('workflowId'),
    reason: t.exposeString('reason'),
    directory: t.exposeString('directory', { description: "The target's folder when the cycle was opened." }),
    manifest: t.field({
      type: 'JSON',
      description: 'The manifest that it runs with, every default filled in: the one that was registered when it was opened.',
      resolve: ({ manifest }) => manifest,
    }),
    manifestDigest: t.exposeString('manifestDigest', { description: 'SHA-256 of the text of that manifest.' }),
    state: t.field({ type: State, resolve: ({ state }) => state }),
    stage: t.field({ type: Stage, resolve: ({ stage }) => stage }),
    error: t.field({ type: StoredFailure, nullable: true, resolve: ({ error }) => error }),
    startedAt: t.field({ type: 'DateTime', resolve: ({ startedAt }) => startedAt }),
    endedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ endedAt }) => endedAt }),
    progress: t.field({
      type: Progress,
      nullable: true,
      description: 'Asked from the workflow engine; null when the cycle does not run.',
      resolve: async (cycle, _args, context) => {
        if (cycle.state !== 'running') return null;
        const target = await TargetNode.getDataloader(context).load(cycle.targetId);
        return context.engine.progress(target.name, cycle.id);
      },
    }),
    events: t.loadableList({
      type: CycleEventObject,
      load: async (ids: CycleId[], { store }) => manyEach(ids, await store.cycles.eventsOf(ids), ({ cycleId }) => cycleId),
      resolve: ({ id }) => id,
    }),
    windows: t.loadableList({
      type: WindowNode,
      load: async (ids: CycleId[], { store }) => manyEach(ids, await store.windows.ofCycles(ids), ({ cycleId }) => cycleId),
      resolve: ({ id }) => id,
    }),
    corpus: t.loadable({
      type: CorpusObject,
      nullable: true,
      description: 'Null before the mirror is off, and for a target that is not driven by mirrored requests.',
      load: async (ids: CycleId[], { store }) => oneEach(ids, await store.cycles.corporaOf(ids), ({ cycleId }) => cycleId),
      resolve: ({ id }) => id,
    }),
    profileVersion: t.loadable({
      type: ProfileVersionNode,
      nullable: true,
      load: async (ids: CycleId[], { store }) => oneEach(ids, await store.profiles.byCycleIds(ids), ({ cycleId }) => cycleId),
      resolve: ({ id }) => id,
    }),
    evaluation: t.loadable({
      type: EvaluationNode,
      nullable: true,
      load: async (ids: CycleId[], { store }) => oneEach(ids, await store.evaluations.byCycleIds(ids), ({ cycleId }) => cycleId),
      resolve: ({ id }) => id,
    }),
  }),
});

builder.queryFields((t) => ({
  cycle: t.field({
    type: CycleNode,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The global id, or the UUID.' }) },
    resolve: (_root, { id }, { store }) => store.cycles.byId(asId<CycleId>(readId(id, 'RefreshCycle'))),
  }),
  cycles: t.connection(
    {
      type: CycleNode,
      description: 'Newest first; of one target, or of all.',
      args: { target: t.arg.string() },
      resolve: (_root, args, { store }) => connectionOf(args, async (page) => store.cycles.list(await filterBy(store, args.target), page)),
    },
    ...connectionNames('RefreshCycle'),
  ),
}));

builder.mutationFields((t) => ({
  startRefreshCycle: t.field({
    type: CycleNode,
    description: 'Starts the loop for a target; one cycle of a target runs at a time.',
    errors: { types: [CycleAlreadyActiveError, NotFoundError, HoneError] },
    args: { target: t.arg.string({ required: true }), reason: t.arg.string({ required: true }) },
    resolve: (_root, args, { store, engine }) =>
      withTypedErrors(notFoundTypes, async () => {
        const reason = saidText('reason', args.reason);
        const target = await targetNamed(store, args.target);
        const active = (error: HoneError) => new CycleAlreadyActiveError(error, target.id);
        return cycleOf(store, await withTypedErrors({ 'cycle-already-active': active }, () => engine.startCycle(target, reason)));
      }),
  }),
  cancelRefreshCycle: t.field({
    type: CycleNode,
    description: 'Asks a cycle to stop and clean up; it runs on until that is done.',
    errors: { types: [NotFoundError, HoneError] },
    args: { cycle: t.arg.id({ required: true, description: 'The global id, or the UUID.' }) },
    resolve: (_root, { cycle: text }, { store, engine }) =>
      withTypedErrors(notFoundTypes, async () => {
        const cycle = await cycleOf(store, text);
        const target = await store.targets.byId(cycle.targetId);
        if (target) await engine.cancelCycle(target.name, cycle.id);
        return cycleOf(store, cycle.id);
      }),
  }),
}));

builder.subscriptionField('cycleProgress', (t) =>
  t.field({
    type: CycleEventObject,
    description: 'Events as they are recorded, those after afterSequence first; completes when the cycle has ended.',
    args: {
      cycle: t.arg.id({ required: true, description: 'The global id, or the UUID.' }),
      afterSequence: t.arg.int({ defaultValue: 0 }),
    },
    subscribe: async (_root, args, { store }) => {
      const { id } = await cycleOf(store, args.cycle);
      return cancellable((signal) => store.cycles.follow(id, args.afterSequence ?? 0, signal));
    },
    resolve: (event: CycleEvent) => event,
  }),
);
