import type { ProfileMatch } from '../../domain/contracts/workflows.ts';
import { HoneError } from '../../domain/errors.ts';
import type { CodeDrift } from '../../domain/model/freshness.ts';
import { builder } from '../builder.ts';
import { targetNamed } from './arguments.ts';
import { NotFoundError, notFoundTypes, withTypedErrors } from './errors.ts';
import { ProfileVersionNode } from './nodes.ts';

const Lost = builder.objectRef<CodeDrift['heaviest'][number] & { readonly totalCount: number }>('LostFunction').implement({
  description: 'A function whose counts are of no use to the source as it is now.',
  fields: (t) => ({
    name: t.exposeString('name'),
    isGone: t.boolean({ description: 'False: it is there with another control flow.', resolve: ({ what }) => what === 'gone' }),
    share: t.float({
      description: "Of the profile's counts.",
      resolve: ({ count, totalCount }) => (totalCount === 0 ? 0 : count / totalCount),
    }),
  }),
});

const Match = builder.objectRef<ProfileMatch>('ProfileMatch').implement({
  description: 'How a profile version fits the source as it is now.',
  fields: (t) => ({
    version: t.field({ type: ProfileVersionNode, resolve: ({ versionId }) => versionId }),
    lostShare: t.float({
      description:
        "Of the profile's counts: those in functions whose control flow is another now, or that are gone. 1 for a profile without counts.",
      resolve: ({ drift: { totalCount, mismatchedCount, goneCount } }) =>
        totalCount === 0 ? 1 : (mismatchedCount + goneCount) / totalCount,
    }),
    functionsChanged: t.int({ resolve: ({ drift }) => drift.mismatchedFunctions }),
    functionsGone: t.int({ resolve: ({ drift }) => drift.goneFunctions }),
    functionsNew: t.int({
      description: 'Functions of the source that the profile does not know.',
      resolve: ({ drift }) => drift.newFunctions,
    }),
    heaviest: t.field({
      type: [Lost],
      description: 'Those which lost most, at most twenty.',
      resolve: ({ drift: { heaviest, totalCount } }) => heaviest.map((one) => ({ ...one, totalCount })),
    }),
  }),
});

const Matches = builder.objectRef<{ readonly matches: readonly ProfileMatch[] }>('ProfileMatches').implement({
  description: 'The versions that were compared, the one that fits best first.',
  fields: (t) => ({ matches: t.field({ type: [Match], resolve: ({ matches }) => matches }) }),
});

const mostVersions = 50;

builder.mutationField('matchProfiles', (t) =>
  t.field({
    type: Matches,
    description:
      'Compares the newest versions that are not rejected with the source as it is now, and answers when that is done: it may be compiled for it.',
    errors: { types: [NotFoundError, HoneError] },
    args: {
      target: t.arg.string({ required: true }),
      versions: t.arg.int({ defaultValue: 10, required: true, description: `How many, the newest first; ${mostVersions} at most.` }),
    },
    resolve: (_root, { target: name, versions }, { store, freshness }) =>
      withTypedErrors(notFoundTypes, async () => {
        if (versions < 1 || versions > mostVersions)
          throw new HoneError('input-invalid', `${versions} versions were asked for.`, `Ask for 1 to ${mostVersions}.`);
        return { matches: await freshness.match(await targetNamed(store, name), versions) };
      }),
  }),
);
