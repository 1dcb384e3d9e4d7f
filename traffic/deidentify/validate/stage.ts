import type { CorpusRequest } from '../../../domain/model/collection.ts';
import { DropRequest, makeStage, type Envelope, type Stage, type StageBooks } from '../stage.ts';
import { suspicionOf } from './looks.ts';
import { noteSuspects } from './suspects.ts';
import { makeRawSearch, someWord, type RawIndex, type RawSearch } from './raw-values.ts';
import { textsOf } from './texts.ts';
import { asFormReads, readingsOf } from './readings.ts';

/**
 * Stage 5: an independent second look at what would leave. It shares no detector and no parser with stage 1: it decodes the whole request as often
 * as it can, takes out the pseudonyms that stage 3 issued, and refuses the request when anything left looks like an identifier,
 * or when any word of it is a raw value that stage 1 has seen (by keyed hash). It notes what it saw, so that the request may come again
 * without it.
 * @param index what is known of the session's raw values, shared by its requests
 */
export function makeValidateStage(index: RawIndex, books?: StageBooks): Stage {
  return makeStage(
    'validate',
    'validate-7',
    (envelope, count) => {
      const { output } = envelope;
      if (output === null) throw new Error('validate needs the request of structure');
      for (const value of envelope.rawHashes) index.seen.add(value);
      const { reason, rawWords, isRawAlone } = findLeaks(output, envelope, index);
      const { wordsBefore } = envelope;
      if (reason === null || (wordsBefore !== null && ![...wordsBefore].some((word) => rawWords.has(word)))) {
        for (const kind of new Set(envelope.suspects.values())) count(`replaced-${kind}`);
        return;
      }
      count(reason);
      envelope.refusal = reason;
      if (isRawAlone) envelope.rawWords = rawWords;
      throw new DropRequest('validation');
    },
    books,
  );
}

/** What was seen in a request. */
interface Leaks {
  /** The kind of the first; null for none. */
  readonly reason: string | null;
  /** In lower case. */
  readonly rawWords: ReadonlySet<string>;
  /** Nothing was seen but them. */
  readonly isRawAlone: boolean;
}

function findLeaks(output: CorpusRequest, envelope: Envelope, index: RawIndex): Leaks {
  const rawWords = new Set<string>();
  const texts = textsOf(output);
  if (texts === null) return { reason: 'unreadable', rawWords, isRawAlone: false };
  const kept = spellings([...envelope.kept]);
  const issued = spellings([...envelope.issued]);
  const shortNames = shortNamesIn(envelope.issued);
  const search = makeRawSearch(index, envelope.rawHashes);
  let first: string | null = null;
  let isRawAlone = true;
  for (const text of texts) {
    for (const reading of readingsOf(text)) {
      const judged = without(reading, kept);
      const long = without(judged, issued);
      const rest = shortNames === null ? long : long.replaceAll(shortNames, takenOut);
      // The request's own raw values are looked for in the pseudonyms too: one that hides the value it stands for is none.
      const isRaw = () => someWord(rest, search.any) || (rest !== judged && someWord(judged, search.own));
      const looksLike = suspicionOf(rest);
      const reason = looksLike ?? (isRaw() ? 'raw-value' : null);
      if (reason === null) continue;
      first ??= reason;
      isRawAlone &&= looksLike === null;
      noteWords(judged, search.own, rawWords);
      noteWords(rest, search.any, rawWords);
      noteSuspects(rest, search, envelope.suspects);
    }
  }
  return { reason: first, rawWords, isRawAlone };
}

function noteWords(text: string, isRaw: RawSearch['any'], words: Set<string>): void {
  someWord(text, (word, start, end) => {
    if (isRaw(word, start, end)) words.add(word.slice(start, end).toLowerCase());
    return false;
  });
}

/** Pseudonyms of three letters, as words: cut out of longer ones they would hide what stands there. */
function shortNamesIn(issued: ReadonlySet<string>): RegExp | null {
  const names = [...issued].filter((value) => /^\p{L}{3}$/u.test(value));
  return names.length === 0 ? null : new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${names.join('|')})(?![\p{L}\p{N}])`, 'gu');
}

/** In the place of a pseudonym: a blank to every look, but none that anybody writes behind a word that a secret comes after. */
const takenOut = '\f';

function without(text: string, values: readonly string[]): string {
  return values.reduce((left, value) => (left.includes(value) ? left.replaceAll(value, takenOut) : left), text);
}

/** The values as they stand in a text, plain or percent-encoded; the longest first, so that none is cut by a part of it. */
function spellings(values: readonly string[]): string[] {
  const all = new Set<string>();
  for (const value of values) {
    if (value.length < 4) continue;
    all.add(value);
    all.add(asFormReads(value));
    // What a form's escapes leave of it when they are decoded first.
    if (value.includes(' ')) all.add(value.replaceAll(' ', '+'));
    if (/^[\w.!~*'()-]*$/.test(value)) continue;
    const encoded = encodeURIComponent(value);
    for (const spelling of [value, encoded, encoded.replaceAll('%40', '@')]) all.add(spelling);
  }
  return [...all].sort((a, b) => b.length - a.length);
}
