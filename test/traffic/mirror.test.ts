import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import { askGeneration } from '../../traffic/mirror/nginx-command.ts';
import { useMirroredProduction } from '../support/mirrored-production.ts';
import { epoch, eventually, grant, fetchText, makeManifest } from './support.ts';

const sessionId = asId<SessionId>('refresh/mirrored 1');

const ground = useMirroredProduction();

const inDirectory = (name: string) => join(ground.directory, name);
const open = (mirror: object = {}) =>
  ground.client.openSession({
    sessionId,
    epoch,
    targetName: 'tiny',
    targetDirectory: ground.directory,
    manifest: makeManifest({ mirror }),
  });

/** Turns the mirror on and answers the question whether nginx runs this mirror. */
async function mirrorOn(): Promise<() => Promise<boolean>> {
  await ground.client.mirrorOn(sessionId);
  const socket = /listen unix:(\S+);/.exec(await readFile(inDirectory('http.conf'), 'utf8'))?.[1] ?? '';
  const isOn = async () => (await askGeneration(socket)) !== null;
  expect(await isOn()).toBe(true);
  return isOn;
}

/** The folder of the socket that nginx sends the session's requests to. */
async function intakeFolder(): Promise<string> {
  const sessions = inDirectory('gateway/sessions');
  const [name = ''] = await readdir(sessions);
  const folder = dirname(await readFile(join(sessions, name, 'intake-socket'), 'utf8'));
  expect((await stat(folder)).isDirectory()).toBe(true);
  return folder;
}

/** Makes nginx refuse its configuration, as a half-edited one; answers the repair. */
async function breakConfiguration(): Promise<() => Promise<void>> {
  const path = inDirectory('nginx.conf');
  const whole = await readFile(path, 'utf8');
  await writeFile(path, whole.replace('access_log off;', 'access_log off'));
  return () => writeFile(path, whole);
}

test('a mirror that nginx could not be made to give up is given up later, also after a vain attempt to turn it on again', async () => {
  await open();
  const isOn = await mirrorOn();
  const repair = await breakConfiguration();
  await expect(ground.client.mirrorOff(sessionId)).rejects.toMatchObject({
    code: 'mirror-unavailable',
    message: expect.stringContaining('nginx refuses its configuration'),
    details: expect.arrayContaining([expect.stringContaining('[emerg]')]),
  });
  await expect(ground.client.mirrorOn(sessionId)).rejects.toMatchObject({ code: 'mirror-configuration' });
  await expect(ground.client.mirrorOff(sessionId)).rejects.toMatchObject({ code: 'mirror-unavailable' });
  expect(await isOn()).toBe(true);
  await repair();
  await ground.client.mirrorOff(sessionId);
  expect(await isOn()).toBe(false);
});

test('a mirror that nginx could not be made to give up is replaced by the next one', async () => {
  await open();
  const isFirstOn = await mirrorOn();
  const repair = await breakConfiguration();
  await expect(ground.client.mirrorOff(sessionId)).rejects.toMatchObject({ code: 'mirror-unavailable' });
  await repair();
  const isSecondOn = await mirrorOn();
  expect(await isFirstOn()).toBe(false);
  await ground.client.mirrorOff(sessionId);
  expect(await isSecondOn()).toBe(false);
});

test('a session is not forgotten while nginx mirrors for it', async () => {
  await open();
  const isOn = await mirrorOn();
  const repair = await breakConfiguration();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(ground.client.discardSession(sessionId)).rejects.toMatchObject({ code: 'mirror-unavailable' });
  }
  await repair();
  await ground.client.discardSession(sessionId);
  expect(await isOn()).toBe(false);
});

test('a gateway that is started again turns off the mirror of a session that was closed while nginx could not be reloaded', async () => {
  await open();
  const isOn = await mirrorOn();
  const repair = await breakConfiguration();
  const report = await ground.client.closeSession(sessionId, grant);
  const socketFolder = await intakeFolder();
  await ground.gateway.kill();
  await repair();
  await ground.launchGateway();
  expect(await isOn()).toBe(false);
  await expect(stat(socketFolder)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await ground.client.closeSession(sessionId, grant)).toEqual(report);
});

test('nginx is never asked in vain for a mirror that it did not take', async () => {
  await open();
  const repair = await breakConfiguration();
  await expect(ground.client.mirrorOn(sessionId)).rejects.toMatchObject({ code: 'mirror-configuration' });
  await ground.client.mirrorOff(sessionId);
  await ground.client.discardSession(sessionId);
  await repair();
  expect((await fetchText(ground.production.url)).status).toBe(200);
});

test("production's own access logs go on while its requests are mirrored, and where Hone's line goes nobody else's does", async () => {
  const path = inDirectory('nginx.conf');
  const whole = await readFile(path, 'utf8');
  const logs = `access_log ${inDirectory('server.log')} main; access_log "${inDirectory('second.log')}" main if=$is_counted;`;
  await writeFile(
    path,
    whole
      .replace('access_log off;', `log_format main '"$request" {$status}'; access_log ${inDirectory('http.log')};`)
      .replace('server {', `map $uri $is_counted { default 0; ~^/counted 1; }\n  server { # "}\n    include ./logs*.conf;`),
  );
  await writeFile(inDirectory('logs-of-server.conf'), logs);
  await open();
  const isOn = await mirrorOn();
  const mirrored = ['/counted/1', '/2', '/counted/3'];
  for (const one of mirrored) await fetchText(ground.production.url + one);
  const lines = async (name: string) => (await readFile(inDirectory(name), 'utf8')).trim().split('\n');
  const logged = (paths: readonly string[]) => paths.map((one) => `"GET ${one} HTTP/1.1" {200}`);
  await eventually(async () => (await lines('server.log')).length === 3, 'the access log');
  await ground.client.mirrorOff(sessionId);
  expect(await isOn()).toBe(false);
  await fetchText(`${ground.production.url}/counted/4`);
  await eventually(async () => (await lines('second.log')).length === 3, 'the access log without the mirror');
  // nginx writes a line after its answer, each worker its own.
  expect((await lines('server.log')).toSorted()).toEqual(logged([...mirrored, '/counted/4']).toSorted());
  expect((await lines('second.log')).toSorted()).toEqual(logged(['/counted/1', '/counted/3', '/counted/4']).toSorted());
  expect(await readFile(inDirectory('http.log'), 'utf8')).toBe('');
});

test('a location whose requests would no longer be passed on unbuffered is not mirrored with bodies', async () => {
  const path = inDirectory('nginx.conf');
  await writeFile(path, (await readFile(path, 'utf8')).replace('server {', 'proxy_request_buffering off;\n  server {'));
  await open({ methods: ['GET', 'POST'] });
  await expect(ground.client.mirrorOn(sessionId)).rejects.toMatchObject({ code: 'mirror-configuration' });
  await ground.client.discardSession(sessionId);
  await open({ methods: ['GET'] });
  await ground.client.mirrorOn(sessionId);
});

test('where nginx sends requests and answers, nobody but the session listens, also while its gateway is away, until nginx is known to send no more', async () => {
  await open();
  await ground.client.mirrorOn(sessionId);
  const socket = /server unix:(\S+) max_fails/.exec(await readFile(inDirectory('http.conf'), 'utf8'))?.[1] ?? '';
  const port = Number(/syslog:server=127\.0\.0\.1:(\d+)/.exec(await readFile(inDirectory('location.conf'), 'utf8'))?.[1]);
  expect(port).toBeGreaterThanOrEqual(15_000);
  expect(port).toBeLessThan(32_768);
  await ground.gateway.kill();
  const folder = await stat(dirname(socket));
  expect({ uid: folder.uid, mode: folder.mode & 0o777 }).toEqual({ uid: userInfo().uid, mode: 0o711 });
  expect((await fetchText(ground.production.url)).status).toBe(200);
  await ground.launchGateway();
  await ground.client.mirrorOn(sessionId);
  expect(await readFile(inDirectory('http.conf'), 'utf8')).toContain(`server unix:${socket} `);
  expect((await stat(socket)).mode & 0o777).toBe(0o666);
  await eventually(async () => {
    await fetchText(ground.production.url);
    return (await ground.client.state(sessionId)).counters.received > 0;
  }, 'a mirrored request');
  const repair = await breakConfiguration();
  await ground.gateway.stop();
  expect((await stat(dirname(socket))).isDirectory()).toBe(true);
  await repair();
  await ground.launchGateway();
  await ground.gateway.stop();
  await expect(stat(dirname(socket))).rejects.toMatchObject({ code: 'ENOENT' });
});
