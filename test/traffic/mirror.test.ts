import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { makeGatewayClient } from '../../traffic/gateway/client.ts';
import { askGeneration } from '../../traffic/mirror/nginx-command.ts';
import {
  fetchText,
  makeManifest,
  startGatewayProcess,
  startOrigin,
  startProduction,
  temporaryDirectory,
  type GatewayProcess,
  type Origin,
  type Production,
} from './support.ts';

const sessionId = asId<SessionId>('refresh/mirrored 1');

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let origin: Origin;
let production: Production;
let gateway: GatewayProcess;
let client: GatewayPort;

beforeEach(async () => {
  directory = await temporaryDirectory();
  origin = await startOrigin();
  production = await startProduction(directory.path, origin.port);
  await launch();
});
afterEach(async () => {
  await gateway.stop();
  await production.stop();
  await origin.close();
  await directory.remove();
});

async function launch(): Promise<void> {
  gateway = await startGatewayProcess(directory.path);
  client = makeGatewayClient(gateway);
}
const inDirectory = (name: string) => join(directory.path, name);
const open = (mirror: object = {}) =>
  client.openSession({ sessionId, targetName: 'tiny', targetDirectory: directory.path, manifest: makeManifest({ mirror }) });

/** Turns the mirror on and answers the question whether nginx runs this mirror. */
async function mirrorOn(): Promise<() => Promise<boolean>> {
  await client.mirrorOn(sessionId);
  const socket = /listen unix:(\S+);/.exec(await readFile(inDirectory('http.conf'), 'utf8'))?.[1] ?? '';
  const isOn = async () => (await askGeneration(socket)) !== null;
  expect(await isOn()).toBe(true);
  return isOn;
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
  await expect(client.mirrorOff(sessionId)).rejects.toMatchObject({
    code: 'mirror-unavailable',
    message: expect.stringContaining('nginx refuses its configuration'),
    details: expect.arrayContaining([expect.stringContaining('[emerg]')]),
  });
  await expect(client.mirrorOn(sessionId)).rejects.toMatchObject({ code: 'mirror-configuration' });
  await expect(client.mirrorOff(sessionId)).rejects.toMatchObject({ code: 'mirror-unavailable' });
  expect(await isOn()).toBe(true);
  await repair();
  await client.mirrorOff(sessionId);
  expect(await isOn()).toBe(false);
});

test('a mirror that nginx could not be made to give up is replaced by the next one', async () => {
  await open();
  const isFirstOn = await mirrorOn();
  const repair = await breakConfiguration();
  await expect(client.mirrorOff(sessionId)).rejects.toMatchObject({ code: 'mirror-unavailable' });
  await repair();
  const isSecondOn = await mirrorOn();
  expect(await isFirstOn()).toBe(false);
  await client.mirrorOff(sessionId);
  expect(await isSecondOn()).toBe(false);
});

test('a session is not forgotten while nginx mirrors for it', async () => {
  await open();
  const isOn = await mirrorOn();
  const repair = await breakConfiguration();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(client.discardSession(sessionId)).rejects.toMatchObject({ code: 'mirror-unavailable' });
  }
  await repair();
  await client.discardSession(sessionId);
  expect(await isOn()).toBe(false);
});

test('a gateway that is started again turns off the mirror of a session that was closed while nginx could not be reloaded', async () => {
  await open();
  const isOn = await mirrorOn();
  const repair = await breakConfiguration();
  const report = await client.closeSession(sessionId);
  await gateway.kill();
  await repair();
  await launch();
  expect(await isOn()).toBe(false);
  expect(await client.closeSession(sessionId)).toEqual(report);
});

test('nginx is never asked in vain for a mirror that it did not take', async () => {
  await open();
  const repair = await breakConfiguration();
  await expect(client.mirrorOn(sessionId)).rejects.toMatchObject({ code: 'mirror-configuration' });
  await client.mirrorOff(sessionId);
  await client.discardSession(sessionId);
  await repair();
  expect((await fetchText(production.url)).status).toBe(200);
});
