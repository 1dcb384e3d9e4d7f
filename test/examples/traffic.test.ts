import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const example = resolve(import.meta.dirname, '../../examples/query-service');
const script = join(example, 'traffic.mjs');

interface Customer {
  readonly id: number;
  readonly full_name: string;
  readonly email: string;
  readonly phone: string;
  readonly card: string;
  readonly account_token: string;
  readonly signup_ip: string;
}
interface Sent {
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string;
}
interface Facts {
  readonly customers: readonly Customer[];
  readonly products: readonly { readonly id: number }[];
}
interface Summary {
  readonly sent: number;
  readonly shed: number;
  readonly errors: number;
  readonly byStatusClass: Readonly<Record<string, number>>;
  readonly seconds: number;
}
/** The example's own modules, which are plain JavaScript. */
interface Requests {
  readonly makeRequests: (facts: Facts, settings: { readonly mix: string; readonly seed: number }) => () => Sent;
  readonly readFacts: (directory: string) => Promise<Facts>;
  readonly mixNames: readonly string[];
}
const { makeRequests, mixNames, readFacts } = (await import(join(example, 'traffic', 'requests.mjs'))) as Requests;

const customers = 60;
const products = 80;
let folder: string;
let facts: Facts;

/** As `query-service export` writes them. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-traffic-'));
  const lines = (count: number, row: (id: number) => object) =>
    Array.from({ length: count }, (_, index) => `${JSON.stringify({ id: index + 1, ...row(index + 1) })}\n`).join('');
  await writeFile(
    join(folder, 'customers.jsonl'),
    lines(customers, (id) => ({
      full_name: `Ada Abara${id}`,
      email: `ada.abara${id}@example.com`,
      phone: `+1201555${String(1000 + id)}`,
      card: `51448357224${String(10_000 + id)}`,
      account_token: `23e04be04b97b078b3bdcbc6da4d${String(1000 + id)}`,
      signup_ip: `198.19.25.${id}`,
    })),
  );
  await writeFile(
    join(folder, 'products.jsonl'),
    lines(products, (id) => ({ sku: `NS-${10_000 + id}`, title: 'Quiet Brass Easel', description: 'Durable texture for the workshop.' })),
  );
  facts = await readFacts(folder);
});
afterAll(() => rm(folder, { recursive: true }));

function take(count: number, mix: string, seed: number): Sent[] {
  const next = makeRequests(facts, { mix, seed });
  return Array.from({ length: count }, () => next());
}

/** Method and path without what varies. */
const shapeOf = ({ method, path }: Sent) => `${method} ${path.replace(/\?.*/, '').replaceAll(/\/[^/]*[\d%][^/]*/g, '/*')}`;

function sharesOf(names: readonly string[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const name of names) shares.set(name, (shares.get(name) ?? 0) + 1 / names.length);
  return shares;
}

/** The total variation distance of two distributions: 0 equal, 1 without anything in common. */
function distance(a: Map<string, number>, b: Map<string, number>): number {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].reduce((sum, name) => sum + Math.abs((a.get(name) ?? 0) - (b.get(name) ?? 0)) / 2, 0);
}

describe('the requests', () => {
  it('follow from the seed', () => {
    for (const mix of mixNames) {
      expect(take(500, mix, 11)).toEqual(take(500, mix, 11));
      expect(take(500, mix, 11)).not.toEqual(take(500, mix, 12));
    }
  });

  it.each(mixNames)('of the mix %s ask at least eight endpoints, by GET and POST, as JSON and as a form', (mix) => {
    const sent = take(3000, mix, 11);
    const shapes = new Set(sent.map(shapeOf));
    expect(shapes).toEqual(
      new Set([
        'GET /search',
        'GET /categories',
        'GET /categories/*/products',
        'GET /products/*',
        'GET /products/*/bought-together',
        'GET /customers',
        'GET /customers/*/orders',
        'GET /orders/*',
        'GET /reports/sales',
        'GET /reports/customers',
        'POST /quotes',
        'POST /customers/match',
      ]),
    );
    for (const { method, headers, body } of sent) {
      expect(headers).toMatchObject({ 'user-agent': expect.any(String) as string, 'accept-language': expect.any(String) as string });
      if (method === 'POST') expect(headers['content-length']).toBe(Buffer.byteLength(body!));
    }
  });

  it.each([
    ['training', 0.9],
    ['held-out', 0.7],
  ])('of the mix %s have keys distributed by Zipf with exponent %d', (mix, exponent) => {
    const asked = take(40_000, mix, 11).flatMap(({ path }) => /^\/products\/(\d+)$/.exec(path)?.[1] ?? []);
    const shares = [...sharesOf(asked).values()].toSorted((a, b) => b - a);
    const harmonic = Array.from({ length: products }, (_, index) => (index + 1) ** -exponent).reduce((sum, weight) => sum + weight, 0);
    for (const rank of [1, 2, 5, 20]) {
      const expected = rank ** -exponent / harmonic;
      // Four standard deviations of a binomial share, and the places that neighbours in rank may change.
      const slack = 4 * Math.sqrt((expected * (1 - expected)) / asked.length) + 0.05 * expected;
      expect(Math.abs(shares[rank - 1]! - expected), `rank ${rank}`).toBeLessThan(slack);
    }
    expect(shares[0]).toBeGreaterThan(4 / products);
  });

  it('of training and held-out differ in mix; with other seeds, in who and what is popular', () => {
    const shares = (mix: string, seed: number) => sharesOf(take(20_000, mix, seed).map(({ kind }) => kind));
    const noise = distance(shares('training', 11), shares('training', 12));
    expect(distance(shares('training', 11), shares('held-out', 29))).toBeGreaterThan(Math.max(0.1, 3 * noise));
    const popular = (seed: number) => {
      const asked = take(5000, 'training', seed).flatMap(({ path }) => /^\/products\/(\d+)$/.exec(path)?.[1] ?? []);
      return [...sharesOf(asked)].toSorted(([, a], [, b]) => b - a).map(([id]) => id)[0];
    };
    expect(popular(29)).not.toBe(popular(11));
  });

  it.each(mixNames)('of the mix %s carry personal data in path, query, headers, JSON and form', (mix) => {
    const sent = take(4000, mix, 11);
    const bodies = (type: string) => sent.map(({ headers, body }) => (headers['content-type'] === type ? body : ''));
    const where = {
      path: sent.map(({ path }) => decodeURIComponent(path.replace(/\?.*/, ''))),
      query: sent.map(({ path }) => path.split('?')[1] ?? ''),
      headers: sent.map(({ headers }) => JSON.stringify(headers)),
      json: bodies('application/json'),
      form: bodies('application/x-www-form-urlencoded'),
    };
    const texts = Object.entries(where).map(([place, all]) => [place, all.join('\n')] as const);
    const encoded = (value: string) => new URLSearchParams({ value }).toString().slice('value='.length);
    const places = (value: (customer: Customer) => string) => {
      const values = facts.customers.flatMap((customer) => [value(customer), encoded(value(customer))]);
      return texts.flatMap(([place, all]) => (values.some((one) => all.includes(one)) ? place : []));
    };
    expect(places(({ email }) => email)).toEqual(['path', 'query', 'headers', 'json', 'form']);
    expect(places(({ phone }) => phone)).toEqual(['query', 'json', 'form']);
    expect(places(({ card }) => card)).toEqual(['form']);
    expect(places((customer) => customer.account_token)).toEqual(['query', 'headers']);
    expect(places((customer) => customer.full_name)).toEqual(['json', 'form']);
    expect(places((customer) => customer.signup_ip)).toEqual(['headers']);
  });
});

/** A server that answers when the listener says so; knows how many requests were open at once. */
async function serve(listener: RequestListener) {
  let [open, most, received] = [0, 0, 0];
  const server: Server = createServer((request, response) => {
    received += 1;
    most = Math.max(most, ++open);
    response.once('close', () => (open -= 1));
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    most: () => most,
    received: () => received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function traffic(url: string, ...options: readonly string[]): Promise<Summary> {
  const { stdout } = await run(process.execPath, [script, '--url', url, '--facts', folder, ...options]);
  return JSON.parse(stdout) as Summary;
}

describe('the generator', () => {
  const after = (milliseconds: number): RequestListener => {
    return (_request, response) => void delay(milliseconds).then(() => response.end('{}'));
  };

  it('is an open loop: a server that takes a second to answer still gets its rate', async () => {
    await using server = await serve(after(1000));
    const summary = await traffic(server.url, '--rate', '90', '--requests', '270');
    expect(summary).toMatchObject({ sent: 270, shed: 0, errors: 0, byStatusClass: { '2xx': 270 } });
    expect(server.received()).toBe(270);
    // Three seconds of arrivals and one for the last answer. A closed loop of 32 connections would take nine.
    expect(summary.seconds).toBeLessThan(6);
    expect(server.most()).toBeGreaterThan(60);
  });

  it('is bounded in what is open at once, and counts what it sheds', async () => {
    await using server = await serve(after(700));
    const summary = await traffic(server.url, '--rate', '2000', '--requests', '600');
    expect(summary).toMatchObject({ sent: 600, errors: 0 });
    expect(summary.shed).toBeGreaterThan(0);
    expect(summary.byStatusClass).toEqual({ '2xx': 600 - summary.shed });
    expect(server.received()).toBe(600 - summary.shed);
    expect(server.most()).toBe(128);
  });

  it('ends after its seconds, and counts answers that are errors', async () => {
    await using server = await serve((request, response) => void response.writeHead(request.method === 'POST' ? 503 : 404).end());
    const summary = await traffic(server.url, '--rate', '200', '--seconds', '1');
    expect(summary.sent).toBeGreaterThan(100);
    expect(summary.sent).toBeLessThan(320);
    expect(summary.seconds).toBeLessThan(3);
    expect(summary.errors).toBe(summary.byStatusClass['5xx']);
    expect(summary.byStatusClass['4xx']! + summary.errors).toBe(summary.sent);
  });

  it('ends on SIGTERM when the answers have come', async () => {
    let child: ChildProcess | undefined;
    await using server = await serve((_request, response) => {
      if (!child!.killed) child!.kill('SIGTERM');
      void delay(200).then(() => response.end('{}'));
    });
    child = spawn(process.execPath, [script, '--url', server.url, '--facts', folder, '--seconds', '600', '--rate', '20'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said, [code]] = await Promise.all([text(child.stdout!), once(child, 'exit') as Promise<[number]>]);
    const summary = JSON.parse(said) as Summary;
    expect(code).toBe(0);
    expect(summary.byStatusClass).toEqual({ '2xx': summary.sent });
    expect(summary.sent).toBe(server.received());
    expect(summary.seconds).toBeLessThan(10);
  });

  it.each([
    ['without an end', [], '--seconds or --requests is needed: traffic ends'],
    ['with a mix that is none', ['--requests', '1', '--mix', 'other'], '--mix is one of training, held-out'],
    ['with a rate that is none', ['--requests', '1', '--rate', '0'], '--rate is a positive number'],
  ])('is refused %s', async (_what, options, message) => {
    await expect(traffic('http://127.0.0.1:1', ...options)).rejects.toMatchObject({ code: 1, stderr: `traffic: ${message}\n` });
  });
});
