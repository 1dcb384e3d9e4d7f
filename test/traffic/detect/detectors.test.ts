import { describe, expect, test } from 'vitest';
import { detect, detectors } from '../../../traffic/deidentify/detect/detect.ts';
import { digitsIn, longestRun, marksOf } from '../../../traffic/deidentify/detect/marks.ts';
import { examples } from './examples.ts';

const see = (text: string) => detect(text).map(({ by, start, end }) => ({ by, part: text.slice(start, end) }));

test('every detector has examples of both sorts, and every example a detector', () => {
  expect(Object.keys(examples).toSorted()).toEqual(detectors.map(({ name }) => name).toSorted());
  expect(Object.values(examples).every(({ found, stays }) => found.length > 0 && stays.length > 0)).toBe(true);
});

describe.each(Object.entries(examples))('%s', (name, { found, stays }) => {
  test.each(found.map(([text, part = text]) => [text, part] as const))('finds %s', (text, part) => {
    expect(see(text)).toContainEqual({ by: name, part });
  });
  test.each(stays)('leaves %s', (text) => {
    expect(see(text).map(({ by }) => by)).not.toContain(name);
  });
});

test.each([
  'Ergonomic Rubber Chair',
  'SKU-12345-AB',
  'v2.10.3',
  '2024-01-15T10:30:00.000Z',
  '1700000000000',
  '4006381333931',
  '4444333322221112',
  '#ff00aa',
  'application/vnd.ms-excel',
  'Europe/Berlin',
  '38x78x5 cm',
  'report_final_2.pdf',
  '19.99',
  'awaiting-payment',
  'Batch 17 of 40 came back with a scratch on the left side',
  'Mozilla/5.0 (X11; Linux x86_64)',
  'en-GB,en;q=0.8',
])('nothing in %s', (text) => {
  expect(see(text)).toEqual([]);
});

test('marks tell what a text contains', () => {
  const marks = marksOf('ab-12 x');
  expect([digitsIn(marks), longestRun(marks)]).toEqual([2, 5]);
});

const nasty = [
  'a',
  'a.',
  '1',
  '1 ',
  'A',
  'Aa ',
  '1-',
  'a@',
  '12.',
  '::',
  'Anna ',
  'Ship to Aaaa, ',
  '12345 Aaaa, ',
  'user a.',
  'A<<',
  '1234567M',
  'My mother ',
  'Regards, ',
  'ab_',
  '+1',
  '(1',
  'Aaaa-',
  '1 Aaaa ',
  'a b ',
  '1.1234 ',
  '<',
  'P<',
  '/A1',
  '://',
  'eyJ',
  'bearer abcd ',
  '00-',
  'calle de ',
  '12 rue de ',
  'Mr. van ',
  'xn--',
  'DE89 ',
  '4111 ',
  "O'",
  'arn:aws:',
  'Dear A',
  '0x1f',
  '1/',
  'ä@',
  '"a"@',
];
test.each(nasty)('reads a long run of %j in time that grows with its length only', (part) => {
  // Milliseconds of this thread's own processor time: what else the machine does takes none of it, nor does another thread's collecting of garbage.
  const time = (length: number) => {
    const text = part.repeat(Math.ceil(length / part.length)).slice(0, length);
    return Math.min(
      ...[0, 1, 2].map(() => {
        const before = process.threadCpuUsage();
        detect(text);
        const { user, system } = process.threadCpuUsage(before);
        return (user + system) / 1000;
      }),
    );
  };
  time(2000);
  // Sixteen times the text: sixteen times the time and some noise, not 256 times.
  expect(time(256_000)).toBeLessThan(64 * Math.max(time(16_000), 2));
});
