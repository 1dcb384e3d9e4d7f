import { expect, test } from 'vitest';
import type { Diagnostic } from '../../toolchains/clang/diagnostics.ts';
import { matchSource } from '../../toolchains/clang/optimise.ts';

const said = (message: string): Diagnostic => ({
  level: 'warning',
  message,
  option: 'backend-plugin',
  place: null,
  mainFile: 'main.cpp',
});
const stale = (name: string, hash: number) =>
  said(`main.cpp: function control flow change detected (hash mismatch) ${name} Hash = ${hash} up to 7 count discarded`);

test('names at most a thousand functions, each in 300 characters, and counts them all: a huge program fits into an event', () => {
  const long = `_ZN${'x'.repeat(5000)}`;
  const names = Array.from({ length: 1499 }, (_, index) => `f${String(index).padStart(4, '0')}`);
  const match = matchSource([...names, long].map(stale), 3000);
  expect(match.mismatchedCount).toBe(1500);
  expect(match.mismatched).toEqual([`${long.slice(0, 300)}…`, ...names.slice(0, 999)]);
  expect(match.mismatchedShare).toBe(0.5);
});

test('counts functions of one name and several shapes each, and a diagnostic that comes twice once', () => {
  const match = matchSource([stale('parse', 1), stale('parse', 2), stale('parse', 2)], 10);
  expect(match).toMatchObject({ mismatched: ['parse'], mismatchedCount: 2, mismatchedShare: 0.2 });
});
