import type { TargetId } from '../../domain/ids.ts';
import type { PrivacyMechanism, PrivacyRelease, PrivacyReport, PrivacySpend, ShapeFields } from '../../domain/model/privacy.ts';
import { deltaOf, epsilonSpent, type PrivacyCost } from '../../domain/privacy/accounting.ts';
import { epochOf, type PrivacyOffer, privacyOffer } from '../../domain/privacy/offer.ts';
import { builder } from '../builder.ts';
import { targetNamed } from './arguments.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { NamedCountObject, namedCounts } from './named-count.ts';
import { inOrder } from './loading.ts';
import { TargetNode } from './nodes.ts';

/** What of a target's budget is spent in the epoch that runs. */
interface PrivacyBudget {
  readonly id: TargetId;
  readonly offer: PrivacyOffer;
  readonly spent: PrivacyCost;
  readonly releases: number;
}

const Budget = builder.objectRef<PrivacyBudget>('PrivacyBudget').implement({
  description: 'The budget of differential privacy of a target in the epoch that runs. The unit is one customer in one epoch.',
  fields: (t) => ({
    epoch: t.int({ description: '1, 2, … since the target was registered.', resolve: ({ offer }) => offer.epoch.index }),
    startsAt: t.field({ type: 'DateTime', resolve: ({ offer }) => offer.epoch.startsAt }),
    endsAt: t.field({ type: 'DateTime', description: 'When the next epoch begins.', resolve: ({ offer }) => offer.epoch.endsAt }),
    epsilon: t.float({ description: 'ε of the whole budget at delta, from the manifest.', resolve: ({ offer }) => offer.policy.epsilon }),
    delta: t.float({ resolve: ({ offer }) => offer.policy.delta }),
    budgetMicroRho: t.int({ description: 'The same as zero-concentrated ρ, in millionths.', resolve: ({ offer }) => offer.total.microRho }),
    spentMicroRho: t.int({ resolve: ({ spent }) => spent.microRho }),
    leftMicroRho: t.int({
      description: 'Never below zero; a manifest may have been tightened since.',
      resolve: ({ offer, spent }) => Math.max(0, offer.total.microRho - spent.microRho),
    }),
    epsilonSpent: t.float({
      description: 'The ε that what is spent comes to at delta. Not proportional to ρ.',
      resolve: ({ spent, offer }) => epsilonSpent(spent, offer.policy.delta),
    }),
    thresholdDeltaSpent: t.float({
      description: 'The part of delta that the thresholds of the releases have used; half of delta is theirs.',
      resolve: ({ spent }) => deltaOf(spent.femtoDelta),
    }),
    releases: t.exposeInt('releases', { description: 'Releases that were paid for in this epoch.' }),
    releasesLeft: t.int({
      description: 'How many more the rest pays for.',
      resolve: ({ offer: { total, perRelease }, spent }) =>
        Math.max(
          0,
          Math.min(
            Math.floor((total.microRho - spent.microRho) / perRelease.microRho),
            Math.floor((total.femtoDelta - spent.femtoDelta) / perRelease.femtoDelta),
          ),
        ),
    }),
  }),
});

builder.objectField(TargetNode, 'privacyBudget', (t) =>
  t.loadable({
    type: Budget,
    load: async (ids: TargetId[], { store }) => {
      const now = new Date();
      const [targets, begun] = await Promise.all([store.targets.byIds(ids), store.epochs.latestOf(ids)]);
      const lastOf = (id: TargetId) => begun.find(({ targetId }) => targetId === id) ?? null;
      const offers = targets.map((target) => ({ target, offer: privacyOffer(target, epochOf(target, lastOf(target.id), now)) }));
      const spent = await store.privacy.spentOf(offers.map(({ target, offer }) => ({ targetId: target.id, epoch: offer.epoch })));
      const budgets = offers.map(({ target, offer }): PrivacyBudget => {
        const { microRho = 0, femtoDelta = 0, releases = 0 } = spent.find(({ targetId }) => targetId === target.id) ?? {};
        return { id: target.id, offer, spent: { microRho, femtoDelta }, releases };
      });
      return inOrder(ids, budgets, 'target');
    },
    resolve: ({ id }) => id,
  }),
);

const Spend = builder.objectRef<PrivacySpend>('PrivacySpend').implement({
  description: 'A line of the ledger: one release, paid for before it was made. Kept for ever.',
  fields: (t) => ({
    rawId: t.exposeID('id'),
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    sessionId: t.exposeString('sessionId', { description: "The session's id, which is its cycle's or its sample's." }),
    purpose: t.exposeString('purpose', { description: '`session-report` of a cycle, or `traffic-sample` of a check of freshness.' }),
    epoch: t.int({ resolve: ({ epoch }) => epoch.index }),
    microRho: t.exposeInt('microRho', { description: 'Zero-concentrated ρ, in millionths.' }),
    thresholdDelta: t.float({ description: 'δ of its thresholds.', resolve: ({ femtoDelta }) => deltaOf(femtoDelta) }),
    budgetMicroRho: t.int({ description: "The epoch's whole budget when it was spent.", resolve: ({ budget }) => budget.microRho }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
  }),
});

// At top level: a connection within Target would be read once for each target of a list.
builder.queryField('privacySpends', (t) =>
  t.connection(
    {
      type: Spend,
      description: "A target's ledger of differential privacy, newest first, of all epochs.",
      args: { target: t.arg.string({ required: true }) },
      resolve: (_root, args, { store }) =>
        connectionOf(args, async (page) => store.privacy.list({ targetId: (await targetNamed(store, args.target)).id }, page)),
    },
    ...connectionNames('PrivacySpend'),
  ),
);

const Mechanism = builder.objectRef<PrivacyMechanism>('PrivacyMechanism').implement({
  description: 'How one aggregate was noised.',
  fields: (t) => ({
    aggregate: t.exposeString('aggregate'),
    distribution: t.exposeString('distribution', { description: 'discrete-gaussian or discrete-laplace.' }),
    sensitivity: t.exposeFloat('sensitivity', {
      description: 'The most that one customer can change: ℓ2 for the Gaussian, ℓ1 for Laplace.',
    }),
    scale: t.exposeFloat('scale', { description: 'σ of the Gaussian, or the scale of Laplace.' }),
    microRho: t.exposeInt('microRho'),
  }),
});

const Fields = builder.objectRef<ShapeFields>('ShapeFields').implement({
  description: 'What the requests of one shape look like, from noised counts.',
  fields: (t) => ({
    shape: t.exposeString('shape'),
    bodyShare: t.exposeFloat('bodyShare', { description: 'Share of the requests with a body.' }),
    bodySizes: t.field({ type: [NamedCountObject], resolve: ({ bodySizes }) => namedCounts(bodySizes) }),
    distinctTargets: t.exposeString('distinctTargets', { description: 'Different paths with queries, by powers of ten.' }),
  }),
});

const Release = builder.objectRef<PrivacyRelease>('PrivacyRelease').implement({
  description: 'The aggregates of one session that left, with noise.',
  fields: (t) => ({
    spentMicroRho: t.int({ resolve: ({ spent }) => spent.microRho }),
    thresholdDelta: t.float({ resolve: ({ spent }) => deltaOf(spent.femtoDelta) }),
    mechanisms: t.field({ type: [Mechanism], resolve: ({ mechanisms }) => mechanisms }),
    detail: t.exposeString('detail', {
      description: 'words: shapes have the words of their paths; kinds: there were too many of them; none: there were too many even so.',
    }),
    threshold: t.exposeInt('threshold', { description: 'Shapes with a lower noised count are left out.' }),
    shapes: t.field({
      type: [NamedCountObject],
      description: 'Noised counts of request shapes.',
      resolve: ({ shapes }) => namedCounts(shapes),
    }),
    fields: t.field({ type: [Fields], resolve: ({ fields }) => fields }),
    requestsPerMinute: t.exposeIntList('requestsPerMinute', { description: 'Noised counts, from the opening of the session.' }),
    customers: t.exposeInt('customers', { description: 'About how many there were.' }),
  }),
});

const Withheld = builder.objectRef<{ readonly code: string; readonly message: string }>('PrivacyWithheld').implement({
  description: 'Why nothing was released.',
  fields: (t) => ({ code: t.exposeString('code'), message: t.exposeString('message') }),
});

export const PrivacyReportObject = builder.objectRef<PrivacyReport>('PrivacyReport').implement({
  description: 'What of the aggregates of a session left, and on what terms.',
  fields: (t) => ({
    unit: t.exposeString('unit', { description: 'Who is protected: everything that one customer sent within one epoch.' }),
    maximumRequestsPerShape: t.exposeInt('maximumRequestsPerShape', { description: 'Of one customer; more do not count.' }),
    maximumShapesPerCustomer: t.exposeInt('maximumShapesPerCustomer'),
    customerKeys: t.exposeStringList('customerKeys'),
    requestsWithoutCustomer: t.field({
      type: 'BigInt',
      description: 'Each was protected as one of its own.',
      resolve: ({ requestsWithoutCustomer }) => requestsWithoutCustomer,
    }),
    requestsCounted: t.field({ type: 'BigInt', resolve: ({ requestsCounted }) => requestsCounted }),
    requestsClipped: t.field({
      type: 'BigInt',
      description: 'Did not count: their customer had enough.',
      resolve: ({ requestsClipped }) => requestsClipped,
    }),
    gatewayStarts: t.exposeInt('gatewayStarts', { description: 'The noise grows with them: each has forgotten who was counted before.' }),
    release: t.field({ type: Release, nullable: true, resolve: ({ release }) => release }),
    withheld: t.field({ type: Withheld, nullable: true, resolve: ({ withheld }) => withheld }),
  }),
});
