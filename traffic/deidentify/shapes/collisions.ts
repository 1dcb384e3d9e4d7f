import type { Finding } from '../document.ts';
import { normalise, renderPseudonym } from '../identifiers.ts';
import { hmacOnce } from '../keyed-hash.ts';

/** Gives each value of an epoch a pseudonym that no other value of its kind has. */
export interface Pseudonyms {
  /** The pseudonym of a finding that `tokenise` has given its digest. */
  of(finding: Finding): string;
  /** Values whose first pseudonym was another's, and those that had to share one: all of their short form were taken, or the index was full. */
  readonly resolved: () => number;
  readonly shared: () => number;
}

/** Values remembered per epoch: 16 bytes of text each beside the map's own, about 150 MB at most. */
const maximumValues = 1_000_000;
/** Tries before a value shares: of two letters there are 676, and a thousand values have no other way. */
const attempts = 16;
/** Characters of a pseudonym above which two values never meet: 62^22 is beyond the birthday bound of any session. */
const certainLength = 22;

/**
 * Short values have few pseudonyms: two of three letters meet after some hundred names. The index knows which digest has a
 * pseudonym; a second one goes on with the HMAC of its own digest and a counter until it finds a free one. The same for every spelling, since index and counter hang
 * on normalised forms. Holds digests only, and no value.
 */
export function makePseudonyms(maximum = maximumValues): Pseudonyms {
  const owners = new Map<string, string>();
  let resolved = 0;
  let shared = 0;
  /** Null when another value has the pseudonym. */
  const claim = (pseudonym: string, finding: Finding, owner: string): boolean => {
    const key = `${finding.kind}\0${normalise(finding.kind, pseudonym)}`;
    const known = owners.get(key);
    if (known === undefined && owners.size < maximum) owners.set(key, owner);
    return known === undefined || known === owner;
  };
  return {
    of(finding) {
      const { digest, shape, domainDigest, kind } = finding;
      if (digest === null) throw new Error('structure needs the digests of tokenise');
      const first = renderPseudonym(shape, digest, domainDigest);
      if (kind === 'mask' || kind === 'drop' || shape.form === 'ordered' || first.length >= certainLength) return first;
      const owner = digest.toString('latin1', 0, 12);
      if (claim(first, finding, owner)) return first;
      for (let attempt = 1; attempt < attempts; attempt += 1) {
        const next = hmacOnce(digest, `collision\0${String(attempt)}`);
        const other = renderPseudonym(shape, next, domainDigest);
        if (!claim(other, finding, owner)) continue;
        resolved += 1;
        return other;
      }
      shared += 1;
      return first;
    },
    resolved: () => resolved,
    shared: () => shared,
  };
}
