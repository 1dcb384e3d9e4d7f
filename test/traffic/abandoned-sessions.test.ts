import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import { type Gateway, makeGateway } from '../../traffic/gateway/gateway.ts';
import { sessionPaths } from '../../traffic/gateway/session-files.ts';
import { abandonedHours } from '../../traffic/gateway/session-registry.ts';
import { makeNoMirror } from '../../traffic/mirror/none.ts';
import { makeStagePool, type StagePool } from '../../traffic/stages/pool.ts';
import { epoch, folderBlobs, grant, makeManifest, silent, temporaryDirectory } from './support.ts';

const hour = 3_600_000;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let gateway: Gateway;
let now: Date;
let pool: StagePool;
beforeAll(() => void (pool = makeStagePool({ threads: 1 })));
afterAll(() => pool.close());
beforeEach(async () => {
  directory = await temporaryDirectory();
  now = new Date();
  gateway = await start();
});
afterEach(async () => {
  await gateway.suspend();
  await directory.remove();
});

const start = () =>
  makeGateway({
    dataDirectory: directory.path,
    controlSocket: join(directory.path, 'control.sock'),
    gatewayStart: 'test',
    blobs: folderBlobs(join(directory.path, 'blobs')),
    log: silent,
    clock: () => now,
    pool,
    makeMirror: makeNoMirror,
  });
const id = (name: string) => asId<SessionId>(name);
const open = (name: string) =>
  gateway.openSession({ sessionId: id(name), epoch, targetName: 'tiny', targetDirectory: directory.path, manifest: makeManifest() });
const later = (hours: number) => void (now = new Date(now.getTime() + hours * hour));
const folders = () => readdir(join(directory.path, 'sessions'));

test('a session that nobody calls any more is discarded, key and all; one that is called stays', async () => {
  await open('gone');
  await open('closed');
  await gateway.closeSession(id('closed'), grant);
  await open('lives');
  later(abandonedHours - 1);
  await gateway.discardAbandoned();
  expect(await folders()).toHaveLength(3);
  await gateway.state(id('lives'));
  later(2);
  await gateway.discardAbandoned();
  expect(await gateway.state(id('lives'))).toMatchObject({ phase: 'idle' });
  for (const name of ['gone', 'closed']) await expect(gateway.state(id(name))).rejects.toMatchObject({ code: 'not-found' });
  expect(await folders()).toHaveLength(1);
});

test('the time without a call goes on while the gateway is away', async () => {
  await open('gone');
  await gateway.suspend();
  const { request } = sessionPaths(directory.path, id('gone'));
  const before = new Date(now.getTime() - (abandonedHours + 1) * hour);
  await utimes(request, before, before);
  gateway = await start();
  expect(await folders()).toHaveLength(1);
  await gateway.discardAbandoned();
  expect(await folders()).toEqual([]);
});
