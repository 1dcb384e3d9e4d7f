import { HoneError } from '../../domain/errors.ts';
import type { ReleaseId, TargetId } from '../../domain/ids.ts';
import type { Release } from '../../domain/model/release.ts';
import type { Target } from '../../domain/model/target.ts';
import type { Store } from '../../domain/ports/store.ts';
import { builder } from '../builder.ts';
import { BuildNode } from './build.ts';
import { ChannelObject } from './channel.ts';
import { connectionOf } from './connection.ts';
import { EvaluationNode } from './evaluation.ts';
import { inOrder } from './loading.ts';
import { ProfileVersionNode } from './profile-version.ts';
import { filterBy, TargetNode } from './target.ts';

export const ReleaseNode = builder.loadableNodeRef('Release', {
  id: { resolve: ({ id }: Release) => id },
  load: async (ids: ReleaseId[], { store }) => inOrder(ids, await store.releases.byIds(ids), 'release'),
});

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

/** Throws `not-found`. */
export async function releaseNumbered(store: Store, target: Target, number: number): Promise<Release> {
  const release = await store.releases.byNumber(target.id, number);
  if (release) return release;
  const message = `${target.name} has no release ${String(number)}.`;
  throw new HoneError('not-found', message, `See which there are: hone release list ${target.name}.`);
}

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
  releases: t.connection({
    type: ReleaseNode,
    description: 'Newest first; of one target, or of all.',
    args: { target: t.arg.string() },
    resolve: (_root, args, { store }) => connectionOf(args, async (page) => store.releases.list(await filterBy(store, args.target), page)),
  }),
}));
