import fc from 'fast-check';
import { expect, test } from 'vitest';
import { someWord } from '../../../traffic/deidentify/validate/raw-values.ts';
import { makeSeenMemory, makeSeenValues } from '../../../traffic/deidentify/validate/seen-values.ts';

/** What counts as a word, said by patterns: slow, and easy to check by eye. */
function wordsByPattern(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}][\p{L}\p{M}\p{N}.@_+'’~=-]{2,}/gu)) {
    if (word.length >= 4) words.add(word);
    for (const part of word.split(/[.@_+=~-]/)) if (part.length >= 4) words.add(part);
  }
  for (const [run] of text.matchAll(/\d(?:[ ()./-]{0,2}\d){6,18}/g)) words.add(run.replaceAll(/\D/g, ''));
  for (const [run] of text.matchAll(/\d{13,}/g)) {
    for (let size = 12; size <= 19 && size < run.length; size += 1)
      for (let start = 0; start + size <= run.length; start += 1) words.add(run.slice(start, start + size));
  }
  return words;
}

function wordsByScan(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  someWord(text, (of, start, end) => {
    words.add(of.slice(start, end));
    return false;
  });
  return words;
}

/** Two characters of two units each are a word to the scan: one more that is looked up for nothing. */
const withoutShort = (words: ReadonlySet<string>) => new Set([...words].filter((word) => Array.from(word).length > 2));

const pieces = fc.constantFrom(
  ...Array.from('aZ9é７жñ中𝒜𐐀😀\uD83D\uDC00\u0301.@_+\'’~=-/() ,:"\n'),
  'anna',
  'x.y@z',
  '079 346',
  '++49',
  'a\u0301b',
  '4929718547226586',
);

test('the scan finds the words that the patterns find', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('');
      expect(withoutShort(wordsByScan(text))).toEqual(withoutShort(wordsByPattern(text)));
    }),
    { numRuns: 3000 },
  );
});

test('a number is found with other digits on both sides', () => {
  expect(wordsByScan('1-1-749297185472265861-1')).toContain('4929718547226586');
});

test('the scan ends where its visitor has seen enough', () => {
  const seen: string[] = [];
  expect(someWord('first second third', (text, start, end) => seen.push(text.slice(start, end)) === 2)).toBe(true);
  expect(seen).toEqual(['first', 'second']);
});

test('the oldest values are forgotten first, also those that were said again', () => {
  const seen = makeSeenValues(makeSeenMemory(1));
  const known = (text: string) =>
    text
      .split('')
      .filter((value) => seen.has(value))
      .join('');
  for (const value of 'abcdefghai') seen.add(value);
  expect(known('abcdefghi')).toBe('bcdefghi');
  for (const value of 'ajkl') seen.add(value);
  expect(known('abcdefghijkl')).toBe('fghiajkl'.split('').toSorted().join(''));
});
