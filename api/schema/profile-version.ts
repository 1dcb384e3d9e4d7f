import type { AcceptanceCheck, AcceptanceReport, ProfileSummary, Provenance, SourceMatch } from '../../domain/model/profile.ts';
import { builder } from '../builder.ts';
import { filterBy } from './arguments.ts';
import { CycleNode, ProfileVersionNode, TargetNode } from './nodes.ts';
import { ArtefactObject, ToolchainObject } from './build.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { enumOf } from './enums.ts';
import { ReplayComparisonObject } from './traffic.ts';

const State = enumOf('ProfileState', 'UNVETTED until an evaluation has vetted it.', ['unvetted', 'vetted', 'rejected']);

const Summary = builder.objectRef<ProfileSummary>('ProfileSummary').implement({
  description: 'What llvm-profdata knows of the merged profile.',
  fields: (t) => ({
    functions: t.exposeInt('functions'),
    functionsWithCounts: t.exposeInt('functionsWithCounts'),
    functionsWithCountsShare: t.float({
      description: 'functionsWithCounts over functions, 0..1.',
      resolve: ({ functions, functionsWithCounts }) => (functions === 0 ? 0 : functionsWithCounts / functions),
    }),
    totalCount: t.field({ type: 'BigInt', resolve: ({ totalCount }) => totalCount }),
    maximumCount: t.field({ type: 'BigInt', resolve: ({ maximumCount }) => maximumCount }),
    blocks: t.field({ type: 'BigInt', description: 'Counters in the profile.', resolve: ({ blocks }) => blocks }),
    coveredShare: t.exposeFloat('coveredShare', { description: 'Counters greater than zero, as a share of all.' }),
    density: t.exposeFloat('density', { description: 'Total count divided by counters.' }),
    binaryIds: t.stringList({ resolve: ({ binaryIds }) => binaryIds }),
  }),
});

const Check = builder.objectRef<AcceptanceCheck>('AcceptanceCheck').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    passed: t.exposeBoolean('passed'),
    sentence: t.exposeString('sentence', { description: 'With the figure and the limit.' }),
  }),
});

const Match = builder.objectRef<SourceMatch>('SourceMatch').implement({
  description: 'What a compile of the source with the profile said.',
  fields: (t) => ({
    mismatched: t.stringList({
      description: 'Functions whose CFG hash is no longer that of the profile, the first thousand names.',
      resolve: ({ mismatched }) => mismatched,
    }),
    mismatchedCount: t.exposeInt('mismatchedCount', { description: 'All of them: functions of one name and several shapes count each.' }),
    missing: t.stringList({
      description: 'Functions of the source that the profile does not know, the first thousand names.',
      resolve: ({ missing }) => missing,
    }),
    missingCount: t.exposeInt('missingCount', { description: 'All of them: functions of one name and several shapes count each.' }),
    mismatchedShare: t.exposeFloat('mismatchedShare'),
  }),
});

const Acceptance = builder.objectRef<AcceptanceReport>('AcceptanceReport').implement({
  description: 'What is known of a profile when it arrives.',
  fields: (t) => ({
    accepted: t.exposeBoolean('accepted'),
    checks: t.field({ type: [Check], resolve: ({ checks }) => checks }),
    summary: t.field({ type: Summary, resolve: ({ summary }) => summary }),
    windowOverlap: t.exposeFloat('windowOverlap', {
      nullable: true,
      description: 'The lowest overlap of a window with the merge of the others, 0..1; null with a single window.',
    }),
    lastVersionOverlap: t.exposeFloat('lastVersionOverlap', {
      nullable: true,
      description: "Overlap with the target's last version, 0..1; null without one.",
    }),
    source: t.field({ type: Match, nullable: true, resolve: ({ source }) => source }),
    replay: t.field({ type: ReplayComparisonObject, nullable: true, resolve: ({ replay }) => replay }),
  }),
});

const ProvenanceWindow = builder.objectRef<Provenance['windows'][number]>('ProvenanceWindow').implement({
  fields: (t) => ({
    index: t.exposeInt('index'),
    attempt: t.exposeInt('attempt'),
    host: t.exposeString('host'),
    kept: t.exposeBoolean('kept'),
    requests: t.exposeInt('requests'),
    rejections: t.stringList({ resolve: ({ rejections }) => rejections }),
    rawProfileDigests: t.stringList({ resolve: ({ rawProfiles }) => rawProfiles }),
  }),
});

const ProvenanceObject = builder.objectRef<Provenance>('Provenance').implement({
  description: 'Where a profile comes from: with the manifest of its cycle, whole enough to build it again.',
  fields: (t) => ({
    manifestDigest: t.exposeString('manifestDigest', { description: "SHA-256 of the text of the cycle's manifest." }),
    sourceDigest: t.exposeString('sourceDigest'),
    toolchain: t.field({ type: ToolchainObject, resolve: ({ toolchain }) => toolchain }),
    flags: t.stringList({ resolve: ({ flags }) => flags }),
    instrumentedBuildId: t.exposeString('instrumentedBuildId', { description: 'The ELF build ID of the instrumented build.' }),
    windows: t.field({ type: [ProvenanceWindow], resolve: ({ windows }) => windows }),
    trafficDigest: t.exposeString('trafficDigest', { nullable: true }),
    deidentificationRules: t.stringList({ resolve: ({ deidentificationRules }) => deidentificationRules }),
    parentVersion: t.exposeInt('parentVersion', { nullable: true, description: 'The number of the version before.' }),
  }),
});

ProfileVersionNode.implement({
  description: 'An immutable, numbered profile of a target.',
  fields: (t) => ({
    rawId: t.exposeID('id'),
    number: t.exposeInt('number', { description: '1, 2, … within the target.' }),
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    cycle: t.field({ type: CycleNode, resolve: ({ cycleId }) => cycleId }),
    state: t.field({ type: State, resolve: ({ state }) => state }),
    profile: t.field({ type: ArtefactObject, resolve: ({ profile }) => profile }),
    acceptance: t.field({ type: Acceptance, resolve: ({ acceptance }) => acceptance }),
    provenance: t.field({ type: ProvenanceObject, resolve: ({ provenance }) => provenance }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
  }),
});

builder.queryFields((t) => ({
  profileVersion: t.field({
    type: ProfileVersionNode,
    nullable: true,
    args: { target: t.arg.string({ required: true }), number: t.arg.int({ required: true }) },
    resolve: async (_root, { target, number }, { store }) => {
      const found = await store.targets.byName(target);
      return found && store.profiles.byNumber(found.id, number);
    },
  }),
  profileVersions: t.connection(
    {
      type: ProfileVersionNode,
      description: 'Newest first; of one target, or of all.',
      args: { target: t.arg.string() },
      resolve: (_root, args, { store }) =>
        connectionOf(args, async (page) => store.profiles.list(await filterBy(store, args.target), page)),
    },
    ...connectionNames('ProfileVersion'),
  ),
}));
