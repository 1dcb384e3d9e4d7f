import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HoneError } from '../../domain/errors.ts';
import { startPostgres, type RunningPostgres } from '../../infra/postgres/embedded.ts';
import { makeStore, type OpenStore } from '../../store/index.ts';
import { applyMigrations, defaultMigrationsDirectory } from '../../store/migrate.ts';
import { seed } from '../support/seed.ts';

let folder: string;
let server: RunningPostgres;
let open: OpenStore;

const start = (port?: number) =>
  startPostgres({ dataDirectory: path.join(folder, 'data'), settings: { fsync: 'off' }, ...(port === undefined ? {} : { port }) });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hone-outage-'));
  server = await start();
  const admin = new pg.Client({ connectionString: server.url('postgres') });
  await admin.connect();
  await admin.query('CREATE DATABASE hone');
  await admin.end();
  await applyMigrations(server.url('hone'), defaultMigrationsDirectory);
  open = await makeStore({ databaseUrl: server.url('hone'), poolSize: 4, log: { warn: () => {} } });
});
afterEach(async () => {
  await open.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('while Postgres is gone every call is store-unavailable, retryable and with advice; afterwards the same store works', async () => {
  const { target, cycle } = await seed(open.store).target();
  const running = await cycle();
  await server.stop();
  const calls = [
    () => open.health(),
    () => open.store.targets.byId(target.id),
    () => open.store.targets.list({ first: 10, after: null }),
    () => running.event(1),
    () => running.profile(),
    () => open.store.hosts.lease('host-a', running.cycle.id, 5),
  ];
  for (const call of calls) {
    const error = await call().then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(HoneError);
    expect(error).toMatchObject({ code: 'store-unavailable', retryable: true, advice: expect.stringContaining('Check') });
  }
  server = await start(server.port);
  await open.health();
  expect(await open.store.targets.byId(target.id)).toEqual(target);
});

test('calls under way when Postgres goes down at once are store-unavailable', async () => {
  const { build } = await seed(open.store).target();
  const calls = Promise.allSettled(Array.from({ length: 40 }, () => build('baseline')));
  await server.stop();
  for (const outcome of await calls)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'HoneError', code: 'store-unavailable' });
  server = await start(server.port);
});

test('a follower that waits through an outage loses nothing', async () => {
  const running = await (await seed(open.store).target()).cycle();
  await running.event(1);
  const seen: number[] = [];
  const followed = (async () => {
    for await (const event of open.store.cycles.follow(running.cycle.id, 0, new AbortController().signal)) seen.push(event.sequence);
  })();
  await expect.poll(() => seen).toEqual([1]);
  await server.stop();
  server = await start(server.port);
  const other = await makeStore({ databaseUrl: server.url('hone'), poolSize: 2, log: { warn: () => {} } });
  const record = (sequence: number) =>
    other.store.cycles.recordEvent({ cycleId: running.cycle.id, sequence, stage: 'windows', state: 'progress', message: 'after' });
  await record(2);
  await record(3);
  await other.store.cycles.close(running.cycle.id, 'succeeded', null);
  await other.close();
  await followed;
  expect(seen).toEqual([1, 2, 3]);
});

test('a store that cannot be reached is not made', async () => {
  const making = makeStore({ databaseUrl: 'postgresql://hone:x@127.0.0.1:1/hone', poolSize: 1, log: { warn: () => {} } });
  await expect(making).rejects.toMatchObject({ code: 'store-unavailable' });
});
