import { expect, test } from 'vitest';
import { judgeBooks } from '../../../domain/rules/books.ts';

test.each([
  [0, 1000, true],
  [-15, 1000, true],
  [20, 100, true],
  [21, 100, false],
  [21, 3000, true],
  [31, 3000, false],
])('%d of %d requests', (unaccounted, requests, areEven) => {
  const rejections = judgeBooks(unaccounted, requests);
  expect(rejections).toHaveLength(areEven ? 0 : 1);
  if (!areEven) expect(rejections[0]).toContain(`${unaccounted} mirrored requests are unaccounted for`);
});
