import { isTelling } from './detect/telling.ts';
import { findingsOf, leavesOf, type Finding, type Leaf } from './document.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { phoneIdentity } from './shapes/numbers.ts';
import { selfMarkOf } from './shapes/collisions.ts';
import { orderedDate, orderedNumber } from './shapes/ordered.ts';
import { makeStage, type Stage, type StageBooks } from './stage.ts';

/** The key under which a raw value is looked for: 12 characters of its keyed hash. */
export function indexHash(hash: KeyedHash, value: string): string {
  return hash('index', value.toLowerCase()).toString('base64', 0, 9);
}

/** Stage 2: puts a keyed, irreversible digest in the place of each raw value. From here on no raw value is left in the request. */
export function makeTokeniseStage(hash: KeyedHash, books?: StageBooks): Stage {
  return makeStage(
    'tokenise',
    'tokenise-4',
    (envelope, count) => {
      if (envelope.document === null) throw new Error('tokenise needs what sanitise found');
      for (const leaf of leavesOf(envelope.document)) tokeniseLeaf(leaf, hash, envelope.rawHashes, count);
    },
    books,
  );
}

/** Up to a date: a longer value is its own pseudonym never in a session's life. */
const shortLength = 10;

/** Replaces the raw values of a leaf by digests and notes their index hashes. */
export function tokeniseLeaf(leaf: Leaf, hash: KeyedHash, rawHashes: Set<string> | null, count: (kind: string) => void): void {
  if (!leaf.touched) return;
  for (const finding of findingsOf(leaf)) {
    if (finding.raw === null) continue;
    count(finding.kind);
    const { raw } = finding;
    if (rawHashes !== null && isTelling(finding, raw)) rawHashes.add(indexHash(hash, raw));
    replaceRaw(finding, raw, hash);
  }
}

function replaceRaw(finding: Finding, raw: string, hash: KeyedHash): void {
  if (finding.shape.form === 'ordered') {
    finding.digest = Buffer.from((finding.shape.raw === 'date' ? orderedDate : orderedNumber)(raw, hash));
    finding.raw = null;
    return;
  }
  finding.digest = hash(`pseudonym:${finding.kind}`, finding.shape.form === 'phone' ? phoneIdentity(raw, finding.shape) : raw);
  if (raw.length <= shortLength) finding.selfMark = selfMarkOf(finding.digest, raw);
  if (finding.shape.form === 'email' && finding.shape.publicDomain === null) {
    finding.domainDigest = hash('pseudonym:email-domain', raw.slice(raw.lastIndexOf('@') + 1));
  }
  finding.raw = null;
}
