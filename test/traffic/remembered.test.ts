import { expect, test } from 'vitest';
import { remembered } from '../../traffic/deidentify/remembered.ts';

test('a key that comes again and again is made once, however many others come between', () => {
  const made: string[] = [];
  const upper = remembered((key: string) => {
    made.push(key);
    return key.toUpperCase();
  });
  for (let index = 0; index < 20_000; index += 1) {
    expect(upper('email')).toBe('EMAIL');
    expect(upper(`title ${index}`)).toBe(`TITLE ${index}`);
  }
  expect(made.filter((key) => key === 'email')).toHaveLength(1);
});

test('null is an answer too', () => {
  let calls = 0;
  const nothing = remembered((_key: string) => {
    calls += 1;
    return null;
  });
  expect([nothing('a'), nothing('a')]).toEqual([null, null]);
  expect(calls).toBe(1);
});
