import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeOwners, makeOwnersMemory } from '../../../traffic/deidentify/shapes/owners.ts';

const digest = (value: string) => createHash('sha256').update(value).digest();

test('the first who claims a pseudonym owns it, for everybody with the memory, and again when asked again', () => {
  const memory = makeOwnersMemory();
  const [here, there] = [makeOwners(memory), makeOwners(memory)];
  const names = Array.from({ length: 5000 }, (_, index) => `name\0n${index}`);
  for (const [index, name] of names.entries()) expect((index % 2 === 0 ? here : there).claim(name, digest(`first ${name}`))).toBe(true);
  for (const [index, name] of names.entries()) {
    const other = index % 2 === 0 ? there : here;
    expect(other.claim(name, digest(`second ${name}`))).toBe(false);
    expect(other.claim(name, digest(`first ${name}`))).toBe(true);
  }
});

test('a table that is full keeps what it has, and what found no place is nobody’s from then on', () => {
  const owners = makeOwners(makeOwnersMemory(4));
  for (const name of ['a', 'b', 'c', 'd']) expect(owners.claim(name, digest(name))).toBe(true);
  for (const value of ['e', 'f']) expect(owners.claim('e', digest(value))).toBe(true);
  expect(['a', 'b', 'c', 'd'].map((name) => owners.claim(name, digest('e')))).toEqual([false, false, false, false]);
});
