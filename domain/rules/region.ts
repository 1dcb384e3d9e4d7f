import { HoneError } from '../errors.ts';
import type { Manifest } from '../manifest/schema.ts';
import { packsOf } from '../privacy/offer.ts';
import { packsAgainst } from '../privacy/packs.ts';

/**
 * Throws `region-forbidden` when a rule pack of the manifest does not allow that corpora and keys lie in the country of this process (ISO 3166-1, two letters;
 * null: nobody says where it is). Only an http drive has either.
 */
export function confirmRegion(manifest: Manifest, country: string | null): void {
  if (country === null || manifest.drive.kind !== 'http') return;
  const against = packsAgainst(packsOf(manifest), country);
  if (against.length === 0) return;
  throw new HoneError('region-forbidden', `${regionSentence(country, against)}.`, regionAdvice);
}

/** What is said of packs that do not allow a country. */
export const regionSentence = (country: string, against: readonly string[]): string =>
  `Corpora and keys may not lie in ${country}, where this Hone is (HONE_REGION), by the rule ${against.length === 1 ? 'pack' : 'packs'} ${against.join(', ')}`;
export const regionAdvice =
  'Name in deidentification.packs the laws that your traffic falls under (without a choice all of them hold), or run Hone where they allow it.';
