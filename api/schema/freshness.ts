import { HoneError } from '../../domain/errors.ts';
import type { TargetId } from '../../domain/ids.ts';
import {
  dimensionStates,
  freshnessDimensions,
  freshnessStandings,
  freshnessVerdicts,
  type DimensionFinding,
  type FreshnessCheck,
  type RefreshDecision,
} from '../../domain/model/freshness.ts';
import type { Crossing } from '../../domain/statistics/crossing.ts';
import { builder } from '../builder.ts';
import { targetNamed } from './arguments.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { enumOf } from './enums.ts';
import { NotFoundError, notFoundTypes, withTypedErrors } from './errors.ts';
import { oneEach } from './loading.ts';
import { CycleNode, ProfileVersionNode, TargetNode } from './nodes.ts';

const Dimension = enumOf('FreshnessDimension', 'The ways in which a profile version goes stale.', freshnessDimensions);
const State = enumOf(
  'DimensionState',
  'RISING: above its threshold, not confirmed by enough checks in a row. UNAVAILABLE: not known, for the reason in its sentence.',
  dimensionStates,
);
const Verdict = enumOf('FreshnessVerdict', 'The worst of the dimensions. NO_PROFILE: there is no accepted version.', freshnessVerdicts);
const Standing = enumOf(
  'FreshnessStanding',
  'NEWER_NOT_PROMOTED: a vetted version waits for a person. GENERATION_BROKEN: cycle after cycle brought nothing newer.',
  freshnessStandings,
);

const Forecast = builder.objectRef<Crossing>('FreshnessForecast').implement({
  description: 'When a dimension will be above its threshold if it goes on as in the last checks, with an interval at 95 %.',
  fields: (t) => ({
    expected: t.field({ type: 'DateTime', resolve: ({ expected }) => expected }),
    earliest: t.field({ type: 'DateTime', resolve: ({ earliest }) => earliest }),
    latest: t.field({ type: 'DateTime', resolve: ({ latest }) => latest }),
  }),
});

const Finding = builder.objectRef<DimensionFinding>('FreshnessFinding').implement({
  description: 'One dimension in one check.',
  fields: (t) => ({
    dimension: t.field({ type: Dimension, resolve: ({ dimension }) => dimension }),
    state: t.field({ type: State, resolve: ({ state }) => state }),
    value: t.exposeFloat('value', { nullable: true, description: 'In its unit; null when it could not be measured.' }),
    unit: t.exposeString('unit', { description: '`days`, `share` (0..1) or `changes` (0: the same, 1: another).' }),
    threshold: t.exposeFloat('threshold', { description: 'Above it the profile is stale.' }),
    checksAbove: t.exposeInt('checksAbove', { description: 'Checks in a row, with this one, that found it above its threshold.' }),
    trendPerDay: t.exposeFloat('trendPerDay', {
      nullable: true,
      description: 'Slope of the last checks; null with fewer than three values.',
    }),
    forecast: t.field({
      type: Forecast,
      nullable: true,
      description: 'Null while too little is known (five values of two days), or when it does not rise.',
      resolve: ({ forecast }) => forecast,
    }),
    sentence: t.exposeString('sentence', { description: 'With the figure and the limit, or why there is none.' }),
    details: t.exposeStringList('details', { description: 'What it was made of, a line each.' }),
  }),
});

const Decision = builder.objectRef<RefreshDecision>('RefreshDecision').implement({
  description: 'What a check made of its verdict.',
  fields: (t) => ({
    start: t.exposeBoolean('start', { description: 'A refresh cycle was asked for.' }),
    because: t.exposeString('because'),
    notBefore: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a check may start one at the earliest.',
      resolve: ({ notBefore }) => notBefore,
    }),
  }),
});

const Check = builder.objectRef<FreshnessCheck>('FreshnessCheck').implement({
  description: 'One look at the freshness of the profile version in use: that of the release in channel stable, or else the newest.',
  fields: (t) => ({
    rawId: t.exposeID('id'),
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    version: t.field({ type: ProfileVersionNode, nullable: true, resolve: ({ profileVersionId }) => profileVersionId }),
    verdict: t.field({ type: Verdict, resolve: ({ verdict }) => verdict }),
    standing: t.field({ type: Standing, resolve: ({ standing }) => standing }),
    sentence: t.exposeString('sentence'),
    dimensions: t.field({ type: [Finding], resolve: ({ dimensions }) => dimensions }),
    refresh: t.field({ type: Decision, resolve: ({ refresh }) => refresh }),
    cycle: t.field({ type: CycleNode, nullable: true, description: 'The cycle that it started.', resolve: ({ cycleId }) => cycleId }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at }),
  }),
});

builder.objectField(TargetNode, 'freshness', (t) =>
  t.loadable({
    type: Check,
    nullable: true,
    description: 'The last check; null before the first.',
    load: async (ids: TargetId[], { store }) => oneEach(ids, await store.freshness.latestOf(ids), ({ targetId }) => targetId),
    resolve: ({ id }) => id,
  }),
);

// At top level: a connection within Target would be read once for each target of a list.
builder.queryField('freshnessChecks', (t) =>
  t.connection(
    {
      type: Check,
      description: 'The checks of a target, newest first: what a chart of its freshness is drawn from.',
      args: { target: t.arg.string({ required: true }) },
      resolve: (_root, args, { store }) =>
        connectionOf(args, async (page) => store.freshness.list({ targetId: (await targetNamed(store, args.target)).id }, page)),
    },
    ...connectionNames('FreshnessCheck'),
  ),
);

builder.mutationField('checkFreshness', (t) =>
  t.field({
    type: Check,
    description:
      'Looks at once, and answers when the check is stored: the source may be compiled for it. A check that is under way is waited for.',
    errors: { types: [NotFoundError, HoneError] },
    args: { target: t.arg.string({ required: true }) },
    resolve: (_root, { target: name }, { store, freshness }) =>
      withTypedErrors(notFoundTypes, async () => freshness.check(await targetNamed(store, name))),
  }),
);
