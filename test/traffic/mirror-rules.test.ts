import { once } from 'node:events';
import { request } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { SessionCounters } from '../../domain/model/collection.ts';
import { useMirroredProduction } from '../support/mirrored-production.ts';
import { epoch, eventually, fetchText, grant, makeManifest } from './support.ts';

const sessionId = asId<SessionId>('refresh/ruled 1');

let failing = false;
const ground = useMirroredProduction({ origin: () => (failing ? { status: 500, body: '' } : { status: 200, body: 'hello' }) });
beforeEach(() => void (failing = false));

async function mirror(rules: object): Promise<void> {
  const manifest = makeManifest({ mirror: { methods: ['GET', 'POST'], ...rules } });
  await ground.client.openSession({ sessionId, epoch, targetName: 'tiny', targetDirectory: ground.directory, manifest });
  await ground.client.setInstances(sessionId, [ground.instance.url]);
  await ground.client.setPhase(sessionId, 'training');
  await ground.client.mirrorOn(sessionId);
}
const ask = (path: string, options?: Parameters<typeof fetchText>[1]) => fetchText(ground.production.url + path, options);
const counters = async () => (await ground.client.state(sessionId)).counters;
const lost = ({ dropped }: SessionCounters) => Object.values(dropped).reduce((sum, count) => sum + count, 0);

/**
 * Asks until it was copied: on a busy machine nginx gives a copy up now and then, as it should. A path that must not be copied is asked
 * between two that must.
 */
async function replayedPaths(wanted: readonly string[], others: readonly string[]): Promise<readonly string[]> {
  const seen = () => new Set(ground.instance.seen.map(({ url }) => url));
  await eventually(async () => {
    for (const path of [...others, ...wanted]) await askRaw(path);
    return wanted.every((path) => seen().has(path));
  }, 'the paths to be replayed');
  return [...seen()].toSorted();
}

/** As it is written: `fetch` would put the dots of a path away. */
async function askRaw(path: string): Promise<void> {
  const { hostname, port } = new URL(ground.production.url);
  const asking = request({ hostname, port, path, agent: false });
  asking.end();
  const [answer] = (await once(asking, 'response')) as [NodeJS.ReadableStream];
  answer.resume();
  await once(answer, 'end');
}

test('only the named paths are mirrored, however they are written', async () => {
  await mirror({ paths: { include: ['/shop/'], exclude: ['/shop/admin'] } });
  const wanted = ['/shop/a', '/shop/b?x=/shop/admin'];
  const others = ['/', '/other', '/shop/admin/1', '/shop/%61dmin/2', '/shop/x/../admin/3', '//shop//admin/4', '/other?/shop/'];
  expect(await replayedPaths(wanted, others)).toEqual(wanted);
});

test('only bodies of the named types are mirrored; a request without a body has none', async () => {
  await mirror({ contentTypes: ['application/json'] });
  const post = (type: string) => ask('/orders', { method: 'POST', headers: { 'content-type': type }, body: '{"a":1}' });
  await eventually(async () => {
    for (const type of ['text/json', 'application/jsonx', 'application/json; charset=utf-8', 'Application/JSON']) await post(type);
    await ask('/plain');
    return new Set(ground.instance.seen.map(({ method }) => method)).size === 2 && ground.instance.seen.length > 6;
  }, 'both kinds of request');
  const types = new Set(ground.instance.seen.filter(({ method }) => method === 'POST').map(({ headers }) => headers['content-type']));
  expect([...types].every((type) => /^application\/json(;|$)/i.test(type ?? ''))).toBe(true);
});

test.each([
  ['cookie:sid', (customer: number) => ({ cookie: `a=b; sid=c${customer}` })],
  ['header:X-Customer', (customer: number) => ({ 'x-customer': `c${customer}` })],
])('with %s a customer is in the share whole or not at all', async (sticky, headers) => {
  await mirror({ share: 0.5, sticky });
  const [customers, rounds] = [40, 13];
  for (let index = 0; index < rounds * customers; index += 1) {
    const customer = index % customers;
    await ask(`/c/${customer}`, { headers: headers(customer) });
  }
  await ground.client.mirrorOff(sessionId);
  const { received } = (await ground.client.closeSession(sessionId, grant)).counters;
  // Also the copies that nginx gave up are counted: whole customers, thirteen requests each.
  expect(received % rounds).toBe(0);
  const inShare = received / rounds;
  // Of 40 fair coins, 5 to 35 with a chance of failure below 10⁻⁶.
  expect(inShare).toBeGreaterThanOrEqual(5);
  expect(inShare).toBeLessThanOrEqual(35);
  expect(new Set(ground.instance.seen.map(({ url }) => url)).size).toBeLessThanOrEqual(inShare);
});

test('what comes above the rate is counted, and not copied', async () => {
  await mirror({ requestsPerSecond: 10 });
  const sent = 60;
  const start = performance.now();
  await Promise.all(Array.from({ length: sent }, (_, index) => ask(`/p/${index}`)));
  const seconds = (performance.now() - start) / 1000;
  await ground.client.mirrorOff(sessionId);
  const { received, dropped, replayed } = (await ground.client.closeSession(sessionId, grant)).counters;
  expect(received).toBe(sent);
  expect(dropped['rate-limited']).toBeGreaterThan(0);
  // nginx lets a tenth of a second's requests pass at once.
  expect(replayed).toBeLessThanOrEqual(2 + Math.ceil(10 * (seconds + 0.1)));
});

test('a rate is refused where production has one of its own', async () => {
  const path = join(ground.directory, 'nginx.conf');
  const zone = 'limit_req_zone $remote_addr zone=own:64k rate=1000r/s; limit_req zone=own burst=100;\n  server {';
  await writeFile(path, (await readFile(path, 'utf8')).replace('server {', zone));
  await expect(mirror({ requestsPerSecond: 10 })).rejects.toMatchObject({
    code: 'mirror-configuration',
    message: expect.stringContaining('limit_req'),
  });
});

test.each(['SIGSTOP', 'SIGKILL'] as const)('every copy is accounted for, also while the gateway gets %s', async (signal) => {
  await mirror({});
  let sent = 0;
  const send = async (requests: number) => {
    for (const end = sent + requests; sent < end; sent += 1) {
      const options = sent % 2 === 0 ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
      expect((await ask(`/p/${sent}`, options)).status).toBe(200);
    }
  };
  await send(50);
  ground.gateway.process.kill(signal);
  await send(50);
  if (signal === 'SIGSTOP') {
    ground.gateway.process.kill('SIGCONT');
    // The gateway's two looks at what nginx gave up and may have in its socket are three seconds apart.
    await eventually(async () => (await ground.client.state(sessionId)).unaccounted === 0, 'the books to be even');
  } else {
    await ground.gateway.kill();
    await ground.launchGateway();
    await ground.client.mirrorOn(sessionId);
  }
  await send(50);
  await ground.client.mirrorOff(sessionId);
  const report = await ground.client.closeSession(sessionId, grant);
  const { received, replayed, heldOut, skipped, failed, waiting } = report.counters;
  expect(received).toBe(sent);
  expect(received).toBe(replayed + heldOut + skipped + failed + waiting + lost(report.counters));
  expect(report.counters.dropped['given-up']).toBeGreaterThan(0);
  expect(report.counters.dropped['unaccounted']).toBeUndefined();
});

test('the guard turns the mirror off when production fails more than before, and not on again in this session', async () => {
  await mirror({ guard: { baselineSeconds: 1 } });
  expect(await ground.client.state(sessionId)).toMatchObject({ mirror: 'on' });
  failing = true;
  await eventually(async () => {
    for (let index = 0; index < 20; index += 1) await ask(`/p/${index}`);
    return (await ground.client.state(sessionId)).mirror === 'off';
  }, 'the guard');
  expect(await ground.client.state(sessionId)).toMatchObject({
    mirrorOffBy: 'guard',
    mirrorReason: expect.stringMatching(/^guard: \d+ of \d+ answers were 5xx/),
  });
  await eventually(async () => (await readFile(join(ground.directory, 'location.conf'), 'utf8')) === '', 'empty includes');
  failing = false;
  await expect(ground.client.mirrorOn(sessionId)).rejects.toMatchObject({ code: 'production-disturbed' });
});

test('before anything is copied production is watched, and a mirror that is turned off meanwhile copies nothing', async () => {
  const turningOn = mirror({ guard: { baselineSeconds: 5 } });
  const failure = turningOn.catch((error: unknown) => error);
  await eventually(async () => (await readFile(join(ground.directory, 'location.conf'), 'utf8')).includes('hone_answer'), 'the watch');
  expect(await readFile(join(ground.directory, 'location.conf'), 'utf8')).not.toContain('mirror /');
  await ask('/watched');
  await ground.client.mirrorOff(sessionId);
  expect(await failure).toMatchObject({ code: 'conflict' });
  expect(await readFile(join(ground.directory, 'location.conf'), 'utf8')).toBe('');
  expect((await counters()).received).toBe(0);
});

test('a mirror by log lines carries whole requests, and counts those whose body nginx had in a file', async () => {
  await mirror({ kind: 'log' });
  const post = (body: string) => ask('/orders', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await ask('/customers/7?email=anna%40acme.example&q="\\"', { headers: { cookie: 'sid=Secret1234', 'x-internal': 'Secret99' } });
  await post('{"email":"anna@acme.example","note":"naïve \\"quoted\\"\\n"}');
  await post(JSON.stringify({ text: 'x'.repeat(30_000) }));
  await ask('/orders', { method: 'DELETE' });
  await eventually(async () => (await counters()).received === 3 && (await counters()).waiting === 0, 'the log lines');
  expect(await counters()).toMatchObject({ replayed: 2, dropped: { 'body-not-logged': 1 } });
  const [first, second] = ground.instance.seen;
  expect(first?.url).toMatch(/^\/customers\/\d+\?email=[a-z]{4}%40[a-z]{4}\.example&q=/);
  expect(JSON.stringify(ground.instance.seen)).not.toMatch(/anna|acme|Secret/);
  expect(second?.headers['content-type']).toBe('application/json');
  expect([first?.headers['x-hone-replay'], second?.headers['x-hone-replay']]).toEqual([undefined, '1']);
  expect(Object.keys(JSON.parse(second?.body ?? '') as object)).toEqual(['email', 'note']);
  await ground.client.mirrorOff(sessionId);
  const { comparison } = await ground.client.closeSession(sessionId, grant);
  expect(comparison).toMatchObject({ compared: 2, sameStatusClass: 2 });
});

test('log lines that nobody took are counted', async () => {
  await mirror({ kind: 'log' });
  for (let index = 0; index < 20; index += 1) await ask(`/p/${index}`);
  await eventually(async () => (await counters()).received === 20, 'the log lines');
  await ground.gateway.kill();
  for (let index = 0; index < 30; index += 1) expect((await ask(`/p/${index}`)).status).toBe(200);
  await ground.launchGateway();
  const report = await ground.client.closeSession(sessionId, grant);
  expect(report.counters.received).toBe(50);
  expect(lost(report.counters)).toBeGreaterThanOrEqual(30);
  expect(report.counters.dropped['unaccounted']).toBeUndefined();
});
