import type { BatchReport } from '../model/batch-report.ts';
import { grouped } from '../rules/figures.ts';

/** What a batch is judged by. */
export type BatchFacts = Pick<BatchReport, 'canaries' | 'drops' | 'corpus' | 'requests'>;

/** One drop is no pattern: so few are allowed of any number. */
const alwaysAllowed = 1;

/**
 * True when more of the valid requests were dropped than may be. Dropping is no way out of de-identifying: what only a dropped request
 * would have shown is missing from the profile.
 */
export function isAboveLimit(dropped: number, valid: number, limit: number): boolean {
  return dropped > Math.max(alwaysAllowed, valid * limit);
}

/**
 * Why a batch may not be used, a sentence each; empty for a good one. A pure function of the report, so that the gateway, the control worker
 * and whoever verifies offline come to the same.
 */
export function judgeBatch({ canaries, drops, corpus, requests }: BatchFacts): readonly string[] {
  const reasons: string[] = [];
  if (canaries.leaked > 0) {
    reasons.push(`${grouped(canaries.leaked)} of ${grouped(canaries.planted)} canary values came out: ${canaries.leaks.join('; ')}.`);
  }
  if (canaries.planted === 0) reasons.push('No canary value was planted: nothing shows that the pipeline works.');
  const limit = `${(drops.limit * 100).toFixed(1)} %`;
  if (isAboveLimit(drops.dropped, drops.valid, drops.limit)) {
    reasons.push(`${grouped(drops.dropped)} of ${grouped(drops.valid)} valid requests were dropped; at most ${limit} may be.`);
  }
  for (const { shape, percent } of drops.above) {
    reasons.push(`About ${percent} % of the valid requests of the shape ${shape} were dropped; at most ${limit} may be.`);
  }
  if (corpus.training.requests > requests.deidentified || corpus.heldOut.requests > requests.deidentified) {
    reasons.push('The corpus has more requests than the pipeline passed.');
  }
  return reasons;
}
