import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveApi, type ServedApi } from './support/served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
  await mkdir(join(api.folder, 'shop'));
  await writeFile(
    join(api.folder, 'shop', 'hone.yaml'),
    `target: shop
build: { command: make, binary: shop }
run: { command: ['{binary}'] }
drive: { kind: command, inputs: [{ name: one }, { name: two, heldOut: true }] }
schedules: { nightly: { cron: '30 2 * * *', timeZone: Europe/Berlin } }
`,
  );
});
afterAll(() => api.close());

test('hone schedule: from the manifest to pauses, changes and back', async () => {
  expect((await api.hone('schedule', 'list')).stdout).toBe('No target has a schedule.\n');
  const added = await api.hone('target', 'add', 'shop');
  expect(added.stdout).toContain('Schedule: nightly.');
  expect(added.stderr).toContain('hone schedule list shop');
  expect((await api.hone('schedule', 'list', 'shop')).stdout).toMatch(
    /^TARGET +SCHEDULE +WHEN +NEXT +LAST +DRIFT\nshop +nightly +cron 30 2 \* \* \* Europe\/Berlin +2027-03-27 01:30:00Z +- +-\n$/,
  );
  const { stdout: next } = await api.hone('schedule', 'next', 'shop', 'nightly');
  expect(next).toContain('2027-03-27 01:30:00Z  Sat 2027-03-27 02:30:00 GMT+01:00\n');
  expect(next).toContain('Mon 2027-03-29 02:30:00 GMT+02:00  the clocks change: GMT+01:00 before\n');

  const paused = await api.hone('schedule', 'pause', 'shop', 'nightly', '--note', 'the host is away');
  expect(paused.stdout).toBe('nightly of shop is paused.\n');
  expect(paused.stderr).toContain('hone schedule resume shop nightly');
  const set = await api.hone(
    'schedule',
    'set',
    'shop',
    'nightly',
    '--overlap',
    'buffer-one',
    '--limit',
    '3',
    '--every',
    '6h',
    '--note',
    'for now',
  );
  expect(set.stdout).toMatch(/^when +cron 30 2 \* \* \* +every 6h$/m);
  expect(set.stdout).toMatch(/^overlap +skip +buffer-one$/m);
  const { stdout: shown } = await api.hone('schedule', 'show', 'shop', 'nightly');
  expect(shown).toMatch(/^state +paused by .+ on \S+ \S+: the host is away$/m);
  expect(shown).toMatch(/^starts left +3 of 3$/m);
  expect(shown).toMatch(/updated +.+ +for now +.*overlap: skip → buffer-one/);
  const unset = await api.hone('schedule', 'set', 'shop', 'nightly', '--limit', 'none', '--start-at', 'none', '--offset', '1h');
  expect(unset.stdout).toMatch(/^starts left +any number$/m);
  expect(unset.stdout).toMatch(/^when +every 6h, offset 1h$/m);
  const reset = await api.hone('schedule', 'reset', 'shop', 'nightly');
  expect(reset.stdout).toContain('is as the manifest says.');
  expect(reset.stdout).toContain('It is still paused: the host is away.');
  expect((await api.hone('schedule', 'resume', 'shop', 'nightly')).stdout).toContain('nightly of shop goes on.');
  const json: unknown = JSON.parse((await api.hone('--json', 'schedule', 'show', 'shop', 'nightly')).stdout);
  expect(json).toMatchObject({ name: 'nightly', paused: false, drift: [], changes: [{ kind: 'resumed' }, {}, {}, {}, {}, {}] });
});

test('hone schedule: backfills, others than the manifest’s, and what is refused', async () => {
  const span = ['--from', '2026-11-01T00:00:00Z', '--to', '2026-11-02T00:00:00Z'];
  const backfilled = await api.hone('schedule', 'backfill', 'shop', 'nightly', ...span);
  expect(backfilled.stdout).toBe('One start is on its way:\n  2026-11-01T00:00:00.000Z\n');
  expect(api.schedules.started).toEqual(['shop/nightly buffer-all']);
  expect((await api.hone('schedule', 'create', 'shop', 'spare', '--cron', '0 5 * * sun')).stdout).toMatch(
    /^schedule +spare of shop, made by hand$/m,
  );
  expect(await api.hone('schedule', 'remove', 'shop', 'nightly')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('hone.yaml') as string,
  });
  expect((await api.hone('schedule', 'remove', 'shop', 'spare')).code).toBe(0);
  const refused = await api.hone('schedule', 'set', 'shop', 'nightly', '--cron', '0 25 * * *');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('"25" is not an hour: 0 to 23');
  expect((await api.hone('schedule', 'set', 'shop', 'nightly')).stderr).toContain('Nothing would change.');
  expect(await api.hone('schedule', 'show', 'shop', 'nigthly')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('Schedules are: nightly.') as string,
  });
  expect((await api.hone('schedule', 'backfill', 'shop', 'nightly', '--from', 'yesterday', '--to', 'now')).code).toBe(2);
});
