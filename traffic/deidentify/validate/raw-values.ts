import type { RawFilter } from '../raw-filter.ts';
import type { KeyedHash } from '../keyed-hash.ts';
import { indexHash } from '../tokenise.ts';

/** A bounded set of keyed hashes, the oldest forgotten first. */
export interface SeenValues {
  add(hash: string): void;
  has(hash: string): boolean;
}

export function makeSeenValues(maximum: number): SeenValues {
  const values = new Set<string>();
  return {
    add(hash) {
      values.add(hash);
      if (values.size <= maximum) return;
      for (const oldest of values) {
        values.delete(oldest);
        break;
      }
    },
    has: (hash) => values.has(hash),
  };
}

/** Words that a raw value may be, or be a part of. */
const wordPattern = /[\p{L}\p{N}][\p{L}\p{M}\p{N}.@_+'’~=-]{2,}/gu;
const digitRun = /\d(?:[ ()./-]{0,2}\d){6,18}/g;
const minimumLength = 4;

/** Every word of a text, its parts, and each run of digits without what separates them; each once. */
export function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [word] of text.matchAll(wordPattern)) {
    if (word.length >= minimumLength) words.add(word);
    if (/[.@_+=~-]/.test(word)) for (const part of word.split(/[.@_+=~-]/)) if (part.length >= minimumLength) words.add(part);
  }
  for (const [run] of text.matchAll(digitRun)) words.add(run.replaceAll(/\D/g, ''));
  return words;
}

/** Values that stand in few requests by chance: only those are looked for in other requests than their own. */
function isStrong(word: string): boolean {
  return word.length >= 16 || word.includes('@') || (word.length >= 10 && /^\d+$/.test(word));
}

/** What is known of the raw values of a session. */
export interface RawIndex {
  readonly hash: KeyedHash;
  /** Knows every value that was ever indexed in this process. */
  readonly rawFilter: Pick<RawFilter, 'mayHave'>;
  /** The strong ones of the whole session. */
  readonly seen: SeenValues;
}

/** Looks words up among the raw values of the request and of the session. */
export function makeRawSearch({ hash, rawFilter, seen }: RawIndex, own: ReadonlySet<string>): (word: string) => 'own' | 'seen' | null {
  const known = new Map<string, 'own' | 'seen' | null>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    if (!rawFilter.mayHave(word)) return null;
    const key = indexHash(hash, word);
    const found = own.has(key) ? 'own' : isStrong(word) && seen.has(key) ? 'seen' : null;
    known.set(word, found);
    return found;
  };
}
