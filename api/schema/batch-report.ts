import type { CycleId } from '../../domain/ids.ts';
import type { GatewayKey } from '../../domain/model/batch-report.ts';
import type { StoredBatchReport } from '../../domain/ports/store.ts';
import { builder } from '../builder.ts';
import { filterBy } from './arguments.ts';
import { ArtefactObject } from './build.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { oneEach } from './loading.ts';
import { CycleNode } from './nodes.ts';

const BatchReport = builder.objectRef<StoredBatchReport>('BatchReport').implement({
  description: "The signed report of a batch: the corpus of one cycle's session.",
  fields: (t) => ({
    cycle: t.field({ type: CycleNode, resolve: ({ cycleId }) => cycleId }),
    artefact: t.field({ type: ArtefactObject, description: 'The report as a file, to the byte.', resolve: ({ blob }) => blob }),
    text: t.exposeString('text', { description: 'The file itself: canonical JSON with digests and signature.' }),
    accepted: t.boolean({
      description: 'The control worker verified it by the key registered with the session, and its batch passed.',
      resolve: ({ problems }) => problems.length === 0,
    }),
    problems: t.stringList({ description: 'Why nothing of the session was published.', resolve: ({ problems }) => [...problems] }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
  }),
});

builder.objectField(CycleNode, 'privacyReport', (t) =>
  t.loadable({
    type: BatchReport,
    nullable: true,
    description: 'Null before the session was closed, and for a target that is not driven by mirrored requests.',
    load: async (ids: CycleId[], { store }) => oneEach(ids, await store.batches.ofCycles(ids), ({ cycleId }) => cycleId),
    resolve: ({ id }) => id,
  }),
);

const Key = builder.objectRef<GatewayKey & { readonly firstSeenAt: string }>('GatewayKey').implement({
  description: 'A public key with which a gateway signs its reports (Ed25519).',
  fields: (t) => ({
    keyId: t.exposeString('keyId', { description: "SHA-256 of the key's bytes." }),
    publicKey: t.exposeString('publicKey', { description: 'Base64 of the SubjectPublicKeyInfo.' }),
    firstSeenAt: t.field({ type: 'DateTime', resolve: ({ firstSeenAt }) => firstSeenAt }),
  }),
});

builder.queryFields((t) => ({
  gatewayKeys: t.field({
    type: [Key],
    description: 'Every key that a gateway registered with a session, the newest first.',
    resolve: (_root, _args, { store }) => store.batches.keys(),
  }),
  batchReports: t.connection(
    {
      type: BatchReport,
      description: 'Newest first; of one target, or of all.',
      args: { target: t.arg.string() },
      resolve: (_root, args, { store }) => connectionOf(args, async (page) => store.batches.list(await filterBy(store, args.target), page)),
    },
    ...connectionNames('BatchReport'),
  ),
}));
