import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import { asId, type Digest, type TargetId } from '../../domain/ids.ts';
import { builder } from '../builder.ts';
import { reconcileSchedules } from '../schedules/reconcile.ts';
import { ChannelObject, CycleNode, ProfileVersionNode, TargetNode } from './nodes.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { ManifestInvalidError } from './errors.ts';
import { manyEach, oneEach } from './loading.ts';

TargetNode.implement({
  description: 'A program whose binary is optimised.',
  fields: (t) => ({
    rawId: t.exposeID('id', { description: 'The UUID, as logs and the workflow engine show it.' }),
    name: t.exposeString('name'),
    directory: t.exposeString('directory', { description: 'The folder of the manifest, absolute.' }),
    manifest: t.field({ type: 'JSON', description: 'The manifest with every default filled in.', resolve: ({ manifest }) => manifest }),
    manifestDigest: t.exposeString('manifestDigest', { description: 'SHA-256 of the text of the manifest.' }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
    updatedAt: t.field({ type: 'DateTime', resolve: ({ updatedAt }) => updatedAt }),
    latestProfileVersion: t.loadable({
      type: ProfileVersionNode,
      nullable: true,
      description: 'The newest version that is not rejected.',
      load: async (ids: TargetId[], { store }) => oneEach(ids, await store.profiles.latestOf(ids), ({ targetId }) => targetId),
      resolve: ({ id }) => id,
    }),
    activeCycle: t.loadable({
      type: CycleNode,
      nullable: true,
      description: 'The running cycle; there is one at most.',
      load: async (ids: TargetId[], { store }) => oneEach(ids, await store.cycles.activeOf(ids), ({ targetId }) => targetId),
      resolve: ({ id }) => id,
    }),
    channels: t.loadableList({
      type: ChannelObject,
      description: 'The channels that were ever moved.',
      load: async (ids: TargetId[], { store }) => manyEach(ids, await store.releases.channels(ids), ({ targetId }) => targetId),
      resolve: ({ id }) => id,
    }),
  }),
});

builder.queryFields((t) => ({
  target: t.field({
    type: TargetNode,
    nullable: true,
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, { store }) => store.targets.byName(name),
  }),
  targets: t.connection(
    {
      type: TargetNode,
      description: 'Newest first.',
      resolve: (_root, args, { store }) => connectionOf(args, (page) => store.targets.list(page)),
    },
    ...connectionNames('Target'),
  ),
}));

builder.mutationField('registerTarget', (t) =>
  t.field({
    type: TargetNode,
    description:
      'Registers a target, or replaces the manifest of the target of that name, and makes its schedules what the manifest says. When this fails because of the schedules, the manifest is registered; do it again.',
    errors: { types: [HoneError, ManifestInvalidError] },
    args: {
      directory: t.arg.string({ required: true, description: 'The folder of the manifest, absolute, where the build worker finds it.' }),
      manifest: t.arg.string({ required: true, description: 'The text of hone.yaml.' }),
    },
    resolve: async (_root, { directory, manifest: text }, { store, parseManifest, schedules, caller }) => {
      if (!isAbsolute(directory))
        throw new HoneError('input-invalid', `The directory "${directory}" is not absolute.`, 'Pass the whole path, starting with "/".');
      const parsed = parseManifest(text);
      if (!parsed.ok) throw new ManifestInvalidError(parsed.issues);
      const manifestDigest = asId<Digest>(createHash('sha256').update(text).digest('hex'));
      const target = await store.targets.register({ name: parsed.manifest.target, directory, manifest: parsed.manifest, manifestDigest });
      await reconcileSchedules({ store, schedules, target, actor: caller?.name ?? 'unknown' });
      return target;
    },
  }),
);
