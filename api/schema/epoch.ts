import { HoneError } from '../../domain/errors.ts';
import type { CycleId, EpochId, SessionId } from '../../domain/ids.ts';
import { asId } from '../../domain/ids.ts';
import { epochState, epochStates, type KeyEpoch } from '../../domain/model/epoch.ts';
import { builder } from '../builder.ts';
import { saidText, targetNamed } from './arguments.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { enumOf } from './enums.ts';
import { NotFoundError, notFoundTypes, withTypedErrors } from './errors.ts';
import { oneEach } from './loading.ts';
import { CycleNode, TargetNode } from './nodes.ts';

const State = enumOf(
  'EpochState',
  'Where an epoch stands. ENDED: its key waits for the end of the cycles that began in it, or for the next look.',
  epochStates,
);

const Epoch = builder.objectRef<KeyEpoch>('Epoch').implement({
  description:
    'A span of time of one target with one key: the same value has the same pseudonym within it, and its corpora can be read until the key is destroyed.',
  fields: (t) => ({
    rawId: t.exposeID('id', { description: 'Names the key at the gateway.' }),
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    index: t.exposeInt('index', { description: '1, 2, … since the target was registered.' }),
    startsAt: t.field({ type: 'DateTime', resolve: ({ startsAt }) => startsAt }),
    endsAt: t.field({ type: 'DateTime', description: 'When the next epoch begins.', resolve: ({ endsAt }) => endsAt }),
    state: t.field({ type: State, resolve: (epoch) => epochState(epoch, new Date()) }),
    keyMadeAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Null while no session was opened in it.',
      resolve: ({ keyMadeAt }) => keyMadeAt,
    }),
    cutBecause: t.exposeString('cutBecause', { nullable: true, description: 'Why a person ended it before its time.' }),
    destroyedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the gateway overwrote and removed the key.',
      resolve: ({ destroyedAt }) => destroyedAt,
    }),
    destroyedBecause: t.exposeString('destroyedBecause', { nullable: true }),
    corpora: t.loadable({
      type: 'Int',
      description: 'Corpora that are encrypted with its key, or were.',
      load: async (ids: EpochId[], { store }) => {
        const counts = oneEach(ids, await store.epochs.corporaOf(ids), ({ epochId }) => epochId);
        return counts.map((found) => found?.corpora ?? 0);
      },
      resolve: ({ id }) => id,
    }),
  }),
});

builder.objectField(CycleNode, 'epoch', (t) =>
  t.loadable({
    type: Epoch,
    nullable: true,
    description: "The epoch of the cycle's session; null before it was opened, and for a target that is not driven by mirrored requests.",
    load: async (ids: CycleId[], { store }) => {
      const found = await store.epochs.ofSessions(ids.map((id) => asId<SessionId>(id)));
      return oneEach(
        ids,
        found.map(({ sessionId, epoch }) => ({ ...epoch, cycleId: asId<CycleId>(sessionId) })),
        ({ cycleId }) => cycleId,
      );
    },
    resolve: ({ id }) => id,
  }),
);

// At top level: a connection within Target would be read once for each target of a list.
builder.queryField('epochs', (t) =>
  t.connection(
    {
      type: Epoch,
      description: 'The epochs of a target that were begun, newest first, with what became of their keys.',
      args: { target: t.arg.string({ required: true }) },
      resolve: (_root, args, { store }) =>
        connectionOf(args, async (page) => store.epochs.list({ targetId: (await targetNamed(store, args.target)).id }, page)),
    },
    ...connectionNames('Epoch'),
  ),
);

interface Rotation {
  readonly ended: KeyEpoch;
  readonly next: KeyEpoch;
  readonly waitsFor: string | null;
}

const RotationObject = builder.objectRef<Rotation>('EpochRotation').implement({
  description: 'The end of one epoch and the beginning of the next.',
  fields: (t) => ({
    ended: t.field({ type: Epoch, resolve: ({ ended }) => ended }),
    next: t.field({
      type: Epoch,
      description: 'Has the rest of the time, and of the budget of differential privacy.',
      resolve: ({ next }) => next,
    }),
    waitsFor: t.exposeString('waitsFor', {
      nullable: true,
      description: 'Why the key of the ended epoch is not destroyed yet, in a sentence; it will be without being asked again.',
    }),
  }),
});

builder.mutationField('rotateEpoch', (t) =>
  t.field({
    type: RotationObject,
    description:
      'Ends the epoch that runs and begins the next. The key is destroyed at once, or when the cycle that works with it has ended.',
    errors: { types: [NotFoundError, HoneError] },
    args: {
      target: t.arg.string({ required: true }),
      reason: t.arg.string({ required: true, description: 'Kept with the record.' }),
    },
    resolve: (_root, { target: name, reason }, { store, epochs }) =>
      withTypedErrors(notFoundTypes, async () => {
        const target = await targetNamed(store, name);
        const { ended, next } = await store.epochs.cut(target.id, new Date(), saidText('reason', reason));
        // The cut stands, whatever the engine says: the schedule destroys what this does not.
        const tended = await epochs.tend().catch((error: unknown) => {
          if (error instanceof HoneError) return error.message;
          throw error;
        });
        if (typeof tended === 'string') return { ended, next, waitsFor: tended };
        const destroyed = tended.destroyed.find(({ id }) => id === ended.id);
        if (destroyed !== undefined) return { ended: (await store.epochs.byId(ended.id)) ?? ended, next, waitsFor: null };
        const waiting = tended.waiting.find(({ id }) => id === ended.id)?.message;
        return { ended, next, waitsFor: waiting ?? 'A cycle that began in the epoch still runs.' };
      }),
  }),
);
