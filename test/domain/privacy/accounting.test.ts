import { expect, test } from 'vitest';
import { budgetOf, deltaOf, epsilonOf, epsilonSpent, microRhoWithin } from '../../../domain/privacy/accounting.ts';
import { cutEpoch, epochAt, epochNow } from '../../../domain/privacy/epoch.ts';
import { epochOf, privacyOffer } from '../../../domain/privacy/offer.ts';
import { sampleManifest } from '../../support/samples.ts';

/** δ(ε) of one Gaussian of sensitivity 1: Balle and Wang 2018, theorem 8. No conversion can promise less. */
function deltaOfGaussian(epsilon: number, rho: number): number {
  const sigma = Math.sqrt(1 / (2 * rho));
  return below(1 / (2 * sigma) - epsilon * sigma) - Math.exp(epsilon) * below(-1 / (2 * sigma) - epsilon * sigma);
}

/** The normal distribution function, by integration of its density (Simpson). */
function below(x: number): number {
  const [from, steps] = [-14, 4000];
  const width = (x - from) / steps;
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(from) + density(x);
  for (let step = 1; step < steps; step += 1) sum += (step % 2 === 1 ? 4 : 2) * density(from + step * width);
  return (sum * width) / 3;
}

test.each([
  [1_000, 1e-6],
  [100_000, 1e-6],
  [1_000_000, 1e-9],
  [5_000_000, 1e-5],
])('%d millionths of ρ at δ = %d: between what a Gaussian really gives and the simple conversion', (microRho, delta) => {
  const rho = microRho / 1e6;
  const epsilon = epsilonOf(microRho, delta);
  expect(epsilon).toBeLessThan(rho + 2 * Math.sqrt(rho * Math.log(1 / delta)));
  expect(deltaOfGaussian(epsilon, rho)).toBeLessThanOrEqual(delta);
  // Tight: a tenth less would already be too little to promise of some mechanism near the Gaussian.
  expect(deltaOfGaussian(epsilon * 0.85, rho)).toBeGreaterThan(delta);
});

test('nothing spent is no loss; more spent is more loss, and more than in proportion at first', () => {
  expect(epsilonOf(0, 1e-6)).toBe(0);
  expect(epsilonOf(10, 1e-6)).toBeLessThan(epsilonOf(20, 1e-6));
  expect(epsilonOf(2_000, 1e-6)).toBeLessThan(2 * epsilonOf(1_000, 1e-6));
});

test('a budget is the most that its ε allows, and its parts never add up to more', () => {
  for (const policy of [
    { epsilon: 8, delta: 1e-6, releasesPerEpoch: 14 },
    { epsilon: 0.5, delta: 1e-12, releasesPerEpoch: 50 },
    { epsilon: 20, delta: 1e-4, releasesPerEpoch: 1 },
  ]) {
    const { total, perRelease } = budgetOf(policy);
    expect(total.microRho).toBe(microRhoWithin(policy.epsilon, policy.delta / 2));
    expect(epsilonOf(total.microRho, policy.delta / 2)).toBeLessThanOrEqual(policy.epsilon);
    expect(epsilonOf(total.microRho + 1, policy.delta / 2)).toBeGreaterThan(policy.epsilon);
    expect(perRelease.microRho * policy.releasesPerEpoch).toBeLessThanOrEqual(total.microRho);
    // Enough for every mechanism, the smallest of which gets 2.5 %.
    expect(perRelease.microRho).toBeGreaterThanOrEqual(40);
    expect(deltaOf(perRelease.femtoDelta) * policy.releasesPerEpoch).toBeLessThanOrEqual(policy.delta / 2);
    expect(epsilonSpent(total, policy.delta)).toBeLessThanOrEqual(policy.epsilon);
  }
});

test('epochs follow each other from the registration on', () => {
  const registered = '2026-11-01T12:00:00.000Z';
  const at = (iso: string) => epochAt(registered, 7, new Date(iso));
  expect(at('2026-11-01T12:00:00.000Z')).toEqual({
    index: 1,
    startsAt: registered,
    endsAt: '2026-11-08T12:00:00.000Z',
    budgetFrom: registered,
  });
  expect(at('2026-11-08T11:59:59.999Z').index).toBe(1);
  expect(at('2026-11-08T12:00:00.000Z')).toMatchObject({ index: 2, startsAt: '2026-11-08T12:00:00.000Z' });
  // A clock that is behind the one that registered it.
  expect(at('2026-10-31T00:00:00.000Z').index).toBe(1);
});

test('an epoch keeps its bounds; the next begins where it ends, in its own length, and spans without any are counted', () => {
  const first = epochAt('2026-11-01T00:00:00.000Z', 7, new Date('2026-11-02T00:00:00.000Z'));
  expect(epochNow(first, 1, new Date('2026-11-07T23:59:59.999Z'))).toBe(first);
  expect(epochNow(first, 1, new Date('2026-11-08T00:00:00.000Z'))).toEqual({
    index: 2,
    startsAt: '2026-11-08T00:00:00.000Z',
    endsAt: '2026-11-09T00:00:00.000Z',
    budgetFrom: '2026-11-08T00:00:00.000Z',
  });
  expect(epochNow(first, 7, new Date('2026-11-30T00:00:00.000Z'))).toEqual(
    epochAt('2026-11-01T00:00:00.000Z', 7, new Date('2026-11-30T00:00:00.000Z')),
  );
});

test('an epoch that is cut short leaves the next the rest of its time and of its budget', () => {
  const running = epochAt('2026-11-01T00:00:00.000Z', 7, new Date('2026-11-02T00:00:00.000Z'));
  const { ended, next } = cutEpoch(running, new Date('2026-11-03T00:00:00.000Z'));
  expect(ended).toEqual({ ...running, endsAt: '2026-11-03T00:00:00.000Z' });
  expect(next).toEqual({ ...running, index: 2, startsAt: '2026-11-03T00:00:00.000Z' });
  const again = cutEpoch(next, new Date('2026-11-03T00:00:00.000Z'));
  expect(again.ended.startsAt < again.ended.endsAt).toBe(true);
  expect(again.next.budgetFrom).toBe(running.startsAt);
  expect(epochNow(again.next, 7, new Date('2026-11-08T00:00:00.000Z'))).toMatchObject({ index: 4, budgetFrom: '2026-11-08T00:00:00.000Z' });
});

test('a manifest of before there were budgets has the default one', () => {
  const { manifest, createdAt } = { manifest: sampleManifest('old'), createdAt: '2026-11-01T12:00:00.000Z' };
  const { privacy: _privacy, epochDays: _epochDays, ...before } = manifest.deidentification;
  const at = new Date('2026-11-09T12:00:00.000Z');
  const offerOf = (target: { manifest: typeof manifest; createdAt: string }) => privacyOffer(target, epochOf(target, null, at));
  const offer = offerOf({ manifest: { ...manifest, deidentification: before as typeof manifest.deidentification }, createdAt });
  expect(offer).toEqual(offerOf({ manifest, createdAt }));
  expect(offer).toMatchObject({ epoch: { index: 2 }, policy: { epsilon: 8 } });
});
