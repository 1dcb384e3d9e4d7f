import type { Finding } from '../document.ts';
import { normalise, renderPseudonym } from '../identifiers.ts';
import { hmacOnce } from '../keyed-hash.ts';
import { phoneIdentity } from './numbers.ts';
import { makeOwners, makeOwnersMemory, type OwnersMemory } from './owners.ts';

/** Gives each value of an epoch a pseudonym that no other value of its kind has. */
export interface Pseudonyms {
  /** The pseudonym of a finding that `tokenise` has given its digest. */
  readonly of: (finding: Finding) => string;
  /** Another pseudonym of the same form, which is nobody's: for a look at what of a request hangs on its pseudonyms. It never leaves. */
  readonly otherOf: (finding: Finding) => string;
  /** Values whose first pseudonym was another's, and those that had to share one, since all of their short form were taken; of this thread. */
  readonly resolved: () => number;
  readonly shared: () => number;
}

/** Tries before a value shares: of two letters there are 676, and a thousand values have no other way. */
const attempts = 16;
/** Characters of a pseudonym above which two values never meet: 62^22 is beyond the birthday bound of any session. */
const certainLength = 22;

/** Known of a value that its pseudonym is compared with: four bytes of an HMAC under the value's own digest. */
export function selfMarkOf(digest: Buffer, value: string): number {
  return hmacOnce(digest, value.slice(0, 32)).readUInt32LE(0);
}

/**
 * Short values have few pseudonyms: two of three letters meet after some hundred names. The index knows which digest has a
 * pseudonym; a second one goes on with the HMAC of its own digest and a counter until it finds a free one. The same for every spelling, since index and counter hang
 * on normalised forms.
 *
 * A value is never its own pseudonym, however few there are: of days in a decade there are 1,440.
 *
 * The same value has the same pseudonym in every thread: a digest's tries and their order hang on nothing else, and a try that another value
 * owned once it owns always. Two threads that ask for one value at the same time find the same first try that no other value owns.
 * @param memory shared by all who write the pseudonyms of a session
 */
export function makePseudonyms(memory: OwnersMemory = makeOwnersMemory()): Pseudonyms {
  const owners = makeOwners(memory);
  let resolved = 0;
  let shared = 0;
  const isItself = ({ kind, selfMark }: Finding, digest: Buffer, pseudonym: string) =>
    selfMark !== undefined && selfMarkOf(digest, normalise(kind, pseudonym)) === selfMark;
  /** False when another value has the pseudonym. */
  const claim = (pseudonym: string, { kind, shape }: Finding, digest: Buffer): boolean => {
    const value = normalise(kind, pseudonym);
    return owners.claim(`${kind}\0${shape.form === 'phone' ? phoneIdentity(value, shape) : value}`, digest);
  };
  return {
    of(finding) {
      const { digest, shape, domainDigest, kind } = finding;
      if (digest === null) throw new Error('structure needs the digests of tokenise');
      const first = renderPseudonym(shape, digest, domainDigest);
      if (kind === 'mask' || kind === 'drop' || shape.form === 'ordered' || first.length >= certainLength) return first;
      const isFirstItself = isItself(finding, digest, first);
      if (!isFirstItself && claim(first, finding, digest)) return first;
      let toShare = isFirstItself ? null : first;
      for (let attempt = 1; attempt < attempts; attempt += 1) {
        const next = hmacOnce(digest, `collision\0${String(attempt)}`);
        const other = renderPseudonym(shape, next, domainDigest);
        if (isItself(finding, digest, other)) continue;
        toShare ??= other;
        if (!claim(other, finding, digest)) continue;
        resolved += 1;
        return other;
      }
      shared += 1;
      return toShare ?? first;
    },
    otherOf({ digest, domainDigest, shape }) {
      if (digest === null) throw new Error('structure needs the digests of tokenise');
      if (shape.form === 'ordered') return renderPseudonym(shape, digest, null);
      const other = (of: Buffer) => hmacOnce(of, 'another');
      return renderPseudonym(shape, other(digest), domainDigest && other(domainDigest));
    },
    resolved: () => resolved,
    shared: () => shared,
  };
}
