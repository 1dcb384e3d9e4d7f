import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { Pool } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeGatewayActivities } from '../../activities/gateway.ts';
import { asId, type InstanceId, type SessionId } from '../../domain/ids.ts';
import { mirrorStopFile } from '../../domain/model/mirror-stop.ts';
import { gatewayUri, hostUriPrefix, type TransportIdentity } from '../../domain/ports/transport.ts';
import { makeEntrances, type Entrances } from '../../hosts/local/entrance.ts';
import { openAuthority } from '../../infra/certificates/authority.ts';
import { startIdentity, type RenewedIdentity } from '../../infra/certificates/identity.ts';
import { reportCryptography } from '../../traffic/audit/cryptography.ts';
import { secureConnector } from '../../traffic/gateway/secure-connector.ts';
import { runActivity } from '../activities/run-activity.ts';
import { useMirroredProduction } from '../support/mirrored-production.ts';
import { epoch, eventually, fetchText, makeManifest, silent } from './support.ts';

const sessionId = asId<SessionId>('refresh/secure 1');
const instanceId = asId<InstanceId>('instance/secure');
const ground = useMirroredProduction({ secure: true });

let host: RenewedIdentity;
let entrances: Entrances;
const identityOf = (folder: string, uri: string, use: 'clientAuth' | 'serverAuth') =>
  startIdentity(openAuthority(join(ground.directory, folder)), { uri, use }, silent);
beforeEach(async () => {
  host = await identityOf('certificates', `${hostUriPrefix}test`, 'serverAuth');
  entrances = makeEntrances(host);
});
afterEach(async () => {
  await entrances.close(instanceId);
  host.stop();
});

/** One request by the gateway's connector. */
async function ask(identity: TransportIdentity, port: number): Promise<number> {
  const pool = new Pool(`https://127.0.0.1:${port}`, { connections: 1, connect: secureConnector(identity, 2000) });
  try {
    const { statusCode, body } = await pool.request({ method: 'GET', path: '/greeting' });
    await body.dump();
    return statusCode;
  } finally {
    await pool.destroy();
  }
}

describe('the entrance of an instance', () => {
  test('lets the gateway in, with the certificate of the day, and closes with its connections', async () => {
    const gateway = await identityOf('certificates', gatewayUri, 'clientAuth');
    const port = await entrances.open(instanceId, ground.instance.port);
    expect(await entrances.open(instanceId, ground.instance.port)).toBe(port);
    expect(await ask(gateway, port)).toBe(200);
    await host.renew();
    await gateway.renew();
    expect(await ask(gateway, port)).toBe(200);
    expect(ground.instance.seen.map(({ url }) => url)).toEqual(['/greeting', '/greeting']);
    const held = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...secretsOf(gateway) });
    await once(held, 'secureConnect');
    expect(held.getPeerX509Certificate()?.toString()).toBe(host.current().certificate);
    expect(held.getProtocol()).toBe('TLSv1.3');
    const ended = once(held, 'close');
    await entrances.close(instanceId);
    await ended;
    await expect(ask(gateway, port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test.each([
    ['the gateway of another authority', 'others', gatewayUri, 'clientAuth'],
    ['a host', 'certificates', `${hostUriPrefix}other`, 'clientAuth'],
    ["the gateway's name on a certificate for servers", 'certificates', gatewayUri, 'serverAuth'],
  ] as const)('refuses %s', async (_who, folder, uri, use) => {
    const port = await entrances.open(instanceId, ground.instance.port);
    const stranger = await identityOf(folder, uri, use);
    const trusting = { ...stranger, current: () => ({ ...stranger.current(), authorities: host.current().authorities }) };
    await expect(ask(trusting, port)).rejects.toThrow();
    expect(ground.instance.seen).toEqual([]);
  });

  test('refuses whoever shows nothing, speaks no TLS, or an older one', async () => {
    const gateway = await identityOf('certificates', gatewayUri, 'clientAuth');
    const port = await entrances.open(instanceId, ground.instance.port);
    const answered = async (socket: ReturnType<typeof connectPlain>): Promise<string> => {
      const parts: Buffer[] = [];
      socket.on('data', (part: Buffer) => parts.push(part)).on('error', () => undefined);
      socket.write('GET /greeting HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
      await new Promise((resolve) => socket.once('close', resolve)); // once() would reject at its error
      return Buffer.concat(parts).toString('latin1');
    };
    const trust = { port, host: '127.0.0.1', rejectUnauthorized: false };
    for (const knock of [
      () => connect(trust),
      () => connectPlain(port, '127.0.0.1'),
      () => connect({ ...trust, ...secretsOf(gateway), maxVersion: 'TLSv1.2' }),
    ])
      expect(await answered(knock())).not.toContain('HTTP/1.1 200');
    expect(ground.instance.seen).toEqual([]);
  });
});

describe('the gateway', () => {
  test.each([
    ['of another authority', 'others', `${hostUriPrefix}test`],
    ['whose certificate names no host', 'certificates', 'urn:hone:printer'],
  ])('sends nothing to a server %s', async (_what, folder, uri) => {
    const gateway = await identityOf('certificates', gatewayUri, 'clientAuth');
    const stranger = await identityOf(folder, uri, 'serverAuth');
    let requests = 0;
    const server = createServer(
      { ...secretsOf(stranger), minVersion: 'TLSv1.3' },
      (socket) => void socket.on('data', () => (requests += 1)),
    );
    server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await expect(ask(gateway, (server.address() as { port: number }).port)).rejects.toThrow();
    expect(requests).toBe(0);
    server.close();
  });

  const open = () =>
    ground.client.openSession({ sessionId, epoch, targetName: 'tiny', targetDirectory: ground.directory, manifest: makeManifest() });
  const makeActivities = () =>
    makeGatewayActivities({ gateway: ground.client, store: undefined as never, cryptography: reportCryptography });

  test('replays by mutual TLS, and takes no address without', async () => {
    await open();
    await expect(ground.client.setInstances(sessionId, [ground.instance.url])).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('mutual TLS only'),
    });
    await makeActivities().startMirror({ sessionId, ports: [await entrances.open(instanceId, ground.instance.port)] });
    await eventually(async () => {
      await fetchText(`${ground.production.url}/`);
      return (await ground.client.state(sessionId)).counters.replayed > 0;
    }, 'a replayed request');
    expect(ground.instance.seen.length).toBeGreaterThan(0);
  });

  test('needs no more than the order to start mirroring, given again, after a restart', async () => {
    await open();
    const activities = makeActivities();
    const order = { sessionId, ports: [await entrances.open(instanceId, ground.instance.port)] };
    await activities.startMirror(order);
    await ground.gateway.kill();
    await expect(activities.startMirror(order)).rejects.toMatchObject({ code: 'gateway-unreachable', retryable: true });
    await ground.launchGateway();
    await activities.startMirror(order);
    await eventually(async () => {
      await fetchText(`${ground.production.url}/`);
      return (await ground.client.state(sessionId)).counters.replayed > 0;
    }, 'a replayed request');
  });

  test('lets the cycle that holds the mirror hear why it is off, and that cycle does not turn it on again when the file is gone', async () => {
    await open();
    const activities = makeActivities();
    await activities.startMirror({ sessionId, ports: [await entrances.open(instanceId, ground.instance.port)] });
    const held = runActivity(() => activities.holdMirror({ sessionId, leaseSeconds: 0.3 }));
    // Expected from now on: it may be refused while this test still waits for the mirror.
    const refused = expect(held).rejects.toMatchObject({ code: 'mirror-stopped', message: expect.stringContaining('deploying') });
    const file = join(ground.directory, 'gateway', mirrorStopFile);
    // There with its reason at once: a machine that is busy between the making and the writing would have it read without.
    await writeFile(`${file}.new`, 'deploying\n');
    await rename(`${file}.new`, file);
    // By the file and nothing else: gone before it is read, it would have stopped nothing.
    await eventually(async () => {
      const { mirror, mirrorOffBy } = await ground.client.state(sessionId);
      return mirror === 'off' && mirrorOffBy === 'stopped-by-hand';
    }, 'the mirror to be off by the file');
    await rm(file);
    await refused;
    expect((await ground.client.state(sessionId)).mirror).toBe('off');
    await expect(runActivity(() => activities.holdOut({ sessionId, requests: 1, seconds: 30 }))).rejects.toMatchObject({
      code: 'mirror-stopped',
    });
  });
});

function secretsOf(identity: TransportIdentity) {
  const { key, certificate, authorities } = identity.current();
  return { key, cert: certificate, ca: authorities };
}
