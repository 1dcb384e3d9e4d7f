import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeBooks, type Books } from '../../traffic/gateway/books.ts';
import { makeCopies, makeCopiesLog } from '../../traffic/gateway/copies.ts';
import { temporaryDirectory } from './support.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let file: string;
let books: Books;
let time: number;

beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory.path, 'copies.log');
  await makeCopiesLog(file);
  books = makeBooks();
  time = 0;
});
afterEach(() => directory.remove());

const open = (before?: Parameters<typeof makeCopies>[0]['before']) => makeCopies({ file, books, before, now: () => time });
/** As the session does: a copy that comes in is entered into both. */
const arrive = (copies: ReturnType<typeof open>, id: string) => {
  copies.arrived(id);
  books.arrive();
  books.settle('skipped');
};

test('copies that both sides saw leave nothing to account for', async () => {
  const copies = open();
  for (const id of ['a', 'b', 'c']) arrive(copies, id);
  expect(copies.unaccounted()).toBe(-3);
  await appendFile(file, 't\nt\nt\n');
  await copies.read();
  expect(copies.unaccounted()).toBe(0);
  await copies.settle('unaccounted');
  expect(books.counters()).toMatchObject({ received: 3, skipped: 3, dropped: {} });
});

test('what nginx gave up is counted by reason, unless it came in all the same, before or after', async () => {
  const copies = open();
  arrive(copies, 'early');
  await appendFile(file, 'gearly\nglate\nggone\nr\nr\ns\n');
  await copies.read();
  expect(books.counters()).toMatchObject({ received: 4, dropped: { 'rate-limited': 2, 'stopped-by-hand': 1 } });
  time += 1000;
  arrive(copies, 'late');
  time += 3000;
  await copies.read();
  expect(copies.unaccounted()).toBe(0);
  expect(books.counters()).toMatchObject({ received: 6, skipped: 2, dropped: { 'given-up': 1, 'rate-limited': 2, 'stopped-by-hand': 1 } });
});

test('what a killed gateway took and did not write down is found by the next one', async () => {
  const before = open();
  arrive(before, 'a');
  await appendFile(file, 't\ngx\n');
  await before.read();
  const written = before.totals();
  arrive(before, 'b');
  await appendFile(file, 't\nt\ngc\n');
  books = makeBooks({ ...books.counters(), received: 1, skipped: 1 });
  const after = open(written);
  await after.settle('gateway-killed');
  expect(books.counters()).toMatchObject({ received: 5, skipped: 1, dropped: { 'gateway-killed': 2, 'given-up': 2 } });
  await after.settle('unaccounted');
  expect(books.counters().received).toBe(5);
});

test('a line that is half there is read when it is whole, and a new file from its start', async () => {
  const copies = open();
  await appendFile(file, 't\nt');
  await copies.read();
  expect(copies.totals()).toEqual({ offset: 2, taken: 1, arrived: 0, late: 0 });
  await appendFile(file, '\n');
  await copies.read();
  expect(copies.totals()).toEqual({ offset: 4, taken: 2, arrived: 0, late: 0 });
  await rm(file);
  await writeFile(file, 't\n');
  await copies.read();
  expect(copies.totals()).toEqual({ offset: 2, taken: 3, arrived: 0, late: 0 });
});

test('more notes than one read takes', async () => {
  const copies = open();
  await writeFile(file, `${'t\n'.repeat(70_000)}${`g${'f'.repeat(32)}\n`.repeat(3)}`);
  await copies.settle('unaccounted');
  expect(copies.totals().offset).toBe((await readFile(file)).length);
  expect(books.counters().dropped).toEqual({ unaccounted: 70_000, 'given-up': 1 });
});

test('on a way that drops what is not taken, what does not come in after three seconds is lost for its reason', async () => {
  const copies = makeCopies({ file, books, before: undefined, lostReason: 'log-lost', now: () => time });
  await appendFile(file, 't\nt\nt\n');
  await copies.read();
  arrive(copies, 'a');
  time += 2000;
  await copies.read();
  arrive(copies, 'b');
  expect(books.counters().received).toBe(2);
  time += 1000;
  await copies.read();
  expect(books.counters()).toMatchObject({ received: 3, dropped: { 'log-lost': 1 } });
  expect(copies.unaccounted()).toBe(0);
});
