import { expect, it } from 'vitest';

import { makeSerialiser } from '../../domain/serialise.ts';

it('runs the tasks of one key in order, one at a time, whatever became of the last; other keys do not wait', async () => {
  const serialise = makeSerialiser();
  const seen: string[] = [];
  const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
  const first = serialise('a', async () => {
    await gate;
    seen.push('first');
    throw new Error('failed');
  });
  const second = serialise('a', async () => seen.push('second'));
  await serialise('b', async () => seen.push('other'));
  open(undefined);
  await expect(first).rejects.toThrow('failed');
  await second;
  expect(seen).toEqual(['other', 'first', 'second']);
});
