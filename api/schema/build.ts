import { asId, type BuildRecordId } from '../../domain/ids.ts';
import { type BuildLibrary, buildKinds, type ToolchainRef } from '../../domain/model/build.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import { artefactPath } from '../artefact-path.ts';
import { builder } from '../builder.ts';
import { readId } from '../global-id.ts';
import { filterBy } from './arguments.ts';
import { BuildNode, ProfileVersionNode, TargetNode } from './nodes.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { enumOf } from './enums.ts';

const BuildKindEnum = enumOf('BuildKind', 'What a build is for.', buildKinds);

export const ArtefactObject = builder.objectRef<BlobRef>('Artefact').implement({
  description: 'A file that can be downloaded.',
  fields: (t) => ({
    digest: t.exposeString('digest', { description: 'SHA-256 of the content, lower-case hexadecimal.' }),
    sizeBytes: t.field({ type: 'BigInt', resolve: ({ sizeBytes }) => sizeBytes }),
    downloadPath: t.string({
      description: "Below the API's address; GET and HEAD, with ranges; the bearer token is needed.",
      resolve: ({ digest }) => artefactPath(digest),
    }),
  }),
});

export const ToolchainObject = builder.objectRef<ToolchainRef>('Toolchain').implement({
  description: 'The compiler that made a build.',
  fields: (t) => ({
    kind: t.exposeString('kind'),
    version: t.exposeString('version', { description: 'The whole version, for example 22.1.5.' }),
    identity: t.exposeString('identity', { description: "The first line of the compiler's --version." }),
  }),
});

const BuildLibraryObject = builder.objectRef<BuildLibrary>('BuildLibrary').implement({
  description: 'A shared object that a build makes for its program.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'As the manifest names it (build.libraries): relative to the source directory.' }),
    elfBuildId: t.exposeString('elfBuildId', { description: 'The ELF build ID, lower-case hexadecimal.' }),
    file: t.field({ type: ArtefactObject, resolve: ({ file }) => file }),
  }),
});

BuildNode.implement({
  description: "One binary made from a target's source.",
  fields: (t) => ({
    rawId: t.exposeID('id'),
    kind: t.field({ type: BuildKindEnum, resolve: ({ kind }) => kind }),
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    key: t.exposeString('key', { description: 'Equal keys mean equal inputs: such a build is made once.' }),
    sourceDigest: t.exposeString('sourceDigest'),
    toolchain: t.field({ type: ToolchainObject, resolve: ({ toolchain }) => toolchain }),
    flags: t.stringList({ resolve: ({ flags }) => flags }),
    profileDigest: t.exposeString('profileDigest', { nullable: true }),
    profileVersion: t.field({ type: ProfileVersionNode, nullable: true, resolve: ({ profileVersionId }) => profileVersionId }),
    elfBuildId: t.exposeString('elfBuildId', { description: 'The ELF build ID, lower-case hexadecimal.' }),
    binary: t.field({ type: ArtefactObject, resolve: ({ binary }) => binary }),
    libraries: t.field({
      type: [BuildLibraryObject],
      description: "The shared objects of its own, in the manifest's order; most programs have none.",
      resolve: ({ libraries }) => libraries,
    }),
    textBytes: t.field({ type: 'BigInt', description: 'Size of the executable code.', resolve: ({ textBytes }) => textBytes }),
    seconds: t.exposeFloat('seconds', { description: 'Wall time of the build command.' }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
  }),
});

builder.queryFields((t) => ({
  build: t.field({
    type: BuildNode,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The global id, or the UUID.' }) },
    resolve: (_root, { id }, { store }) => store.builds.byId(asId<BuildRecordId>(readId(id, 'Build'))),
  }),
  builds: t.connection(
    {
      type: BuildNode,
      description: 'Newest first; of one target and kind, or of all.',
      args: { target: t.arg.string(), kind: t.arg({ type: BuildKindEnum }) },
      resolve: (_root, args, { store }) =>
        connectionOf(args, async (page) => store.builds.list({ ...(await filterBy(store, args.target)), kind: args.kind ?? null }, page)),
    },
    ...connectionNames('Build'),
  ),
}));
