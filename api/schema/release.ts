import type { ReleaseId, TargetId } from '../../domain/ids.ts';
import { builder } from '../builder.ts';
import { filterBy } from './arguments.ts';
import { BuildNode, ChannelObject, EvaluationNode, ProfileVersionNode, ReleaseNode, TargetNode } from './nodes.ts';
import { connectionNames, connectionOf } from './connection.ts';

ReleaseNode.implement({
  description: 'An optimised build offered for promotion.',
  fields: (t) => ({
    rawId: t.exposeID('id'),
    number: t.exposeInt('number', { description: '1, 2, … within the target.' }),
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    build: t.field({ type: BuildNode, resolve: ({ buildId }) => buildId }),
    profileVersion: t.field({ type: ProfileVersionNode, resolve: ({ profileVersionId }) => profileVersionId }),
    evaluation: t.field({ type: EvaluationNode, resolve: ({ evaluationId }) => evaluationId }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
    channels: t.loadableList({
      type: ChannelObject,
      description: 'The channels that point to it now.',
      load: async (keys: string[], { store }) => {
        const wanted = keys.map((key) => key.split(' ') as [TargetId, ReleaseId]);
        const channels = await store.releases.channels([...new Set(wanted.map(([targetId]) => targetId))]);
        return wanted.map(([, releaseId]) => channels.filter((channel) => channel.releaseId === releaseId));
      },
      resolve: ({ targetId, id }) => `${targetId} ${id}`,
    }),
  }),
});

builder.queryFields((t) => ({
  release: t.field({
    type: ReleaseNode,
    nullable: true,
    args: { target: t.arg.string({ required: true }), number: t.arg.int({ required: true }) },
    resolve: async (_root, { target, number }, { store }) => {
      const found = await store.targets.byName(target);
      return found && store.releases.byNumber(found.id, number);
    },
  }),
  releases: t.connection(
    {
      type: ReleaseNode,
      description: 'Newest first; of one target, or of all.',
      args: { target: t.arg.string() },
      resolve: (_root, args, { store }) =>
        connectionOf(args, async (page) => store.releases.list(await filterBy(store, args.target), page)),
    },
    ...connectionNames('Release'),
  ),
}));
