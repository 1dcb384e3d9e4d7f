import { HoneError } from '../../domain/errors.ts';
import type { ReleaseId, TargetId } from '../../domain/ids.ts';
import type { Channel, ChannelMove } from '../../domain/model/release.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { channelName, releaseNumbered, saidText, targetNamed } from './arguments.ts';
import { ChannelObject, ReleaseNode, TargetNode } from './nodes.ts';
import { enumOf } from './enums.ts';
import { ChannelConflictError, DeployFailedError, NotFoundError, notFoundTypes, withTypedErrors } from './errors.ts';
import { manyEach } from './loading.ts';

const MoveKind = enumOf('ChannelMoveKind', 'Which way a channel was moved.', ['promotion', 'rollback']);

const Move = builder.objectRef<ChannelMove>('ChannelMove').implement({
  description: 'One promotion or rollback, kept for ever.',
  fields: (t) => ({
    kind: t.field({ type: MoveKind, resolve: ({ kind }) => kind }),
    from: t.field({ type: ReleaseNode, nullable: true, description: 'Null: the baseline served.', resolve: (move) => move.fromReleaseId }),
    to: t.field({ type: ReleaseNode, nullable: true, description: 'Null: the baseline serves.', resolve: (move) => move.toReleaseId }),
    revision: t.exposeInt('revision'),
    actor: t.exposeString('actor'),
    reason: t.exposeString('reason'),
    servingBuildId: t.exposeString('servingBuildId', {
      nullable: true,
      description: 'The ELF build ID that served after the deploy hook; null when no hook ran.',
    }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at }),
  }),
});

ChannelObject.implement({
  description: "What a target's users get: a name that points to a release, or to none: then the baseline serves.",
  fields: (t) => ({
    name: t.exposeString('name'),
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    release: t.field({ type: ReleaseNode, nullable: true, resolve: ({ releaseId }): ReleaseId | null => releaseId }),
    revision: t.exposeInt('revision', { description: 'Grows by one with every move.' }),
    updatedAt: t.field({ type: 'DateTime', resolve: ({ updatedAt }) => updatedAt }),
    moves: t.loadableList({
      type: Move,
      description: 'Every move, oldest first.',
      load: async (keys: string[], { store }) => {
        const targetIds = [...new Set(keys.map((key) => key.split(' ')[0] as TargetId))];
        return manyEach(keys, await store.releases.movesOf(targetIds), (move) => `${move.targetId} ${move.channel}`);
      },
      resolve: ({ targetId, name }) => `${targetId} ${name}`,
    }),
  }),
});

builder.queryField('channel', (t) =>
  t.field({
    type: ChannelObject,
    description: 'The channel as it is; one that was never moved has revision 0 and no release.',
    args: { target: t.arg.string({ required: true }), name: t.arg.string({ required: true }) },
    resolve: async (_root, { target, name }, { store }) => {
      const { id } = await targetNamed(store, target);
      return store.releases.channel(id, channelName(name));
    },
  }),
);

const actorDescription = 'Who asks; the holder of the local token when left out.';

const moveErrors = { types: [ChannelConflictError, DeployFailedError, NotFoundError, HoneError] };

/** Moves a channel of the named target; `release` is its number, null for a rollback. */
function moveChannel(
  { store, promotion, caller }: Pick<ApiContext, 'store' | 'promotion' | 'caller'>,
  args: { target: string; channel: string; reason: string; actor?: string | null | undefined },
  release: number | null,
): Promise<Channel> {
  return withTypedErrors(notFoundTypes, async () => {
    const target = await targetNamed(store, args.target);
    const releaseId = release === null ? null : (await releaseNumbered(store, target, release)).id;
    const channel = channelName(args.channel);
    const request = {
      targetId: target.id,
      channel,
      releaseId,
      kind: releaseId === null ? ('rollback' as const) : ('promotion' as const),
      actor: saidText('actor', args.actor ?? caller?.name ?? ''),
      reason: saidText('reason', args.reason),
    };
    const types = {
      conflict: (error: HoneError) => new ChannelConflictError(error, target.id, channel),
      'deploy-failed': (error: HoneError) => new DeployFailedError(error),
    };
    return withTypedErrors(types, () => promotion.move(request));
  });
}

builder.mutationFields((t) => ({
  promoteRelease: t.field({
    type: ChannelObject,
    description: 'Moves a channel to a release: deploy hook, check of the serving build, compare-and-set.',
    errors: moveErrors,
    args: {
      target: t.arg.string({ required: true }),
      number: t.arg.int({ required: true, description: "The release's number." }),
      channel: t.arg.string({ required: true }),
      reason: t.arg.string({ required: true }),
      actor: t.arg.string({ description: actorDescription }),
    },
    resolve: (_root, args, context) => moveChannel(context, args, args.number),
  }),
  rollbackRelease: t.field({
    type: ChannelObject,
    description: 'Moves a channel back to where it pointed before the release that it points to now; at last to the baseline.',
    errors: moveErrors,
    args: {
      target: t.arg.string({ required: true }),
      channel: t.arg.string({ required: true }),
      reason: t.arg.string({ required: true }),
      actor: t.arg.string({ description: actorDescription }),
    },
    resolve: (_root, args, context) => moveChannel(context, args, null),
  }),
}));
