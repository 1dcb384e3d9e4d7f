import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../cli/main.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import { mirrorStopFile } from '../../domain/model/mirror-stop.ts';
import { makeFakeIo } from '../cli/support/fake-io.ts';
import { useMirroredProduction } from '../support/mirrored-production.ts';
import { epoch, eventually, fetchText, grant, makeManifest } from './support.ts';

const sessionId = asId<SessionId>('refresh/stopped 1');
const never = new AbortController().signal;

const ground = useMirroredProduction();

const open = () =>
  ground.client.openSession({ sessionId, epoch, targetName: 'tiny', targetDirectory: ground.directory, manifest: makeManifest() });
const received = async () => (await ground.client.state(sessionId)).counters.received;
const isMirroring = async () => (await readFile(join(ground.directory, 'location.conf'), 'utf8')) !== '';
/** Of the intake and of nginx's own 204, in the system's temporary folder. */
async function socketFolders(): Promise<readonly string[]> {
  const sessions = join(ground.directory, 'gateway', 'sessions');
  const [name = ''] = await readdir(sessions);
  const [intake, mirror] = await Promise.all(['intake-socket', 'mirror.json'].map((file) => readFile(join(sessions, name, file), 'utf8')));
  const generations = JSON.parse(mirror!) as readonly { readonly backupSocket: string }[];
  const folders = [intake!, ...generations.map(({ backupSocket }) => backupSocket)].map((socket) => dirname(socket));
  return folders.filter((folder) => existsSync(folder));
}
/** The command line without an API: only the gateway's folder. */
async function hone(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const io = makeFakeIo({ directory: ground.directory });
  const code = await run([...argv, '--data', ground.directory], io);
  return { code, out: io.stdout() };
}

test.each([
  ["the gateway's folder", 'gateway'],
  ["the folder of nginx's include", '.'],
])('a file in %s ends the mirror within a second, and none can be turned on until it is gone', async (_what, folder) => {
  await open();
  await ground.client.mirrorOn(sessionId);
  await eventually(async () => (await fetchText(ground.production.url)).status === 200 && (await received()) > 0, 'a mirrored request');
  const file = join(ground.directory, folder, mirrorStopFile);
  const waiting = ground.client.waitUntil(sessionId, 'replayed', 1_000_000, 60, never);
  const start = performance.now();
  await writeFile(file, 'checkout is slow\n');
  expect(await waiting).toMatchObject({
    mirror: 'off',
    mirrorOffBy: 'stopped-by-hand',
    mirrorReason: `stopped by hand: checkout is slow, says ${file}`,
  });
  await eventually(async () => !(await isMirroring()), 'empty includes', 1);
  expect(performance.now() - start).toBeLessThan(1000);
  await expect(ground.client.mirrorOn(sessionId)).rejects.toMatchObject({
    code: 'mirror-stopped',
    message: expect.stringContaining('checkout is slow'),
  });
  expect(await isMirroring()).toBe(false);
  await rm(file);
  expect(await ground.client.mirrorOn(sessionId)).toMatchObject({ mirror: 'on' });
});

test('nginx sees the file by itself, without a gateway', async () => {
  await open();
  await ground.client.mirrorOn(sessionId);
  await eventually(async () => (await fetchText(ground.production.url)).status === 200 && (await received()) > 0, 'a mirrored request');
  const before = { seen: ground.origin.seen.length, received: await received() };
  // Stopped, the gateway keeps what it gets in its socket, and counts it when it goes on.
  ground.gateway.process.kill('SIGSTOP');
  await writeFile(join(ground.directory, mirrorStopFile), '');
  for (let index = 0; index < 20; index += 1) await fetchText(`${ground.production.url}/after`);
  expect(ground.origin.seen.length - before.seen).toBe(20);
  ground.gateway.process.kill('SIGCONT');
  await eventually(async () => (await ground.client.state(sessionId)).mirrorOffBy === 'stopped-by-hand', 'the gateway to see it too');
  const { counters } = await ground.client.closeSession(sessionId, grant);
  expect(counters).toMatchObject({ received: before.received + 20, dropped: { 'stopped-by-hand': 20 } });
});

test('hone mirror stop works without an API, and says when nginx may still be mirroring', async () => {
  await open();
  await ground.client.mirrorOn(sessionId);
  expect(await hone('mirror', 'status')).toMatchObject({ code: 0, out: expect.stringContaining('for 1 session') });
  expect(await hone('mirror', 'stop', '--all', '--reason', 'checkout is slow')).toMatchObject({
    code: 0,
    out: expect.stringContaining('nginx mirrors for no session'),
  });
  expect(await isMirroring()).toBe(false);
  expect(await ground.client.state(sessionId)).toMatchObject({ mirrorOffBy: 'stopped-by-hand' });
  expect((await hone('mirror', 'status')).out).toContain('checkout is slow');
  expect((await hone('mirror', 'allow', '--all')).code).toBe(0);
  await ground.client.mirrorOn(sessionId);
  const sockets = await socketFolders();
  expect(sockets).toHaveLength(2);
  await ground.gateway.kill();
  expect(await hone('mirror', 'stop', '--all')).toMatchObject({ code: 1, out: expect.stringContaining('for 1 session') });
  await ground.launchGateway();
  expect(await isMirroring()).toBe(false);
  await ground.gateway.stop();
  for (const folder of sockets) expect(existsSync(folder), folder).toBe(false);
});
