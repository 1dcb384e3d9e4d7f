import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../infra/free-port.ts';
import { until } from '../support/kills.ts';

const run = promisify(execFile);
const project = resolve(import.meta.dirname, '../..');
const example = join(project, 'examples/query-service');
const tables = ['categories', 'products', 'customers', 'orders', 'order_lines', 'reviews'] as const;

type Row = Readonly<Record<string, number>> &
  Readonly<Record<'full_name' | 'email' | 'phone' | 'card' | 'account_token', string>> & {
    readonly [name in 'sku' | 'title' | 'status' | 'ordered_on' | 'country' | 'tier']: string;
  };
// oxlint-disable-next-line typescript/no-explicit-any -- what the service answers, asserted as JSON
type Json = any;

let folder: string;
let service: ChildProcess;
let url: string;
/** What the database holds, by the service's own export. */
const rows: Record<string, readonly Row[]> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-query-service-'));
  const sqlite = join(project, 'node_modules/better-sqlite3/deps/sqlite3');
  // Without optimisation: what it answers is asked here, not how fast.
  await run('make', ['-j2', `BUILD=${folder}/build`, `SQLITE_DIR=${sqlite}`, 'CC=clang-22', 'CFLAGS=-O0'], { cwd: example });
  const [program, database] = [join(folder, 'build', 'query-service'), join(folder, 'catalogue.db')];
  await run(program, ['seed', '--database', database, '--customers', '200', '--products', '400']);
  for (const table of tables) {
    const options = { maxBuffer: 2 ** 26 };
    const { stdout } = await run(program, ['export', '--database', database, '--table', table], options);
    await writeFile(join(folder, `${table}.jsonl`), stdout);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row & { readonly table: string });
    rows[table] = lines.filter((row) => row.table === table);
  }
  const [port] = await freePorts(1);
  url = `http://127.0.0.1:${port}`;
  service = spawn(program, ['serve', '--database', database, '--port', String(port)], { stdio: 'inherit' });
  await until('the service answers', 20, () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
}, 120_000);
afterAll(async () => {
  if (service?.exitCode === null && service.kill('SIGTERM')) await once(service, 'exit');
  await rm(folder, { recursive: true });
});

async function ask(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly json: Json }> {
  const response = await fetch(`${url}${path}`, init);
  expect(response.headers.get('content-type')).toBe('application/json');
  return { status: response.status, json: await response.json() };
}
async function get(path: string): Promise<Json> {
  const { status, json } = await ask(path);
  expect(status, path).toBe(200);
  return json;
}
const post = (path: string, type: string, body: string) => ask(path, { method: 'POST', headers: { 'content-type': type }, body });
const all = (table: (typeof tables)[number]) => rows[table]!;
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const linesOf = (order: number) => all('order_lines').filter((line) => line['order_id'] === order);
const customer = () => all('customers')[0]!;

describe('reading the catalogue', () => {
  it('is ready', async () => {
    expect(await get('/healthz')).toEqual({ status: 'ok' });
  });

  it('search finds every word, the last one unfinished, and marks them', async () => {
    const { title } = all('products')[0]!;
    const [first, second] = title.split(' ') as [string, string];
    const { hits } = await get(`/search?q=${first}+${second.slice(0, -1)}`);
    const wanted = all('products').filter((product) => product.title.includes(first) && product.title.includes(second));
    expect(hits.map(({ id }: Json) => id)).toEqual(expect.arrayContaining(wanted.map(({ id }) => id)));
    expect(hits.find(({ id }: Json) => id === 1).title).toContain(`[${first}] [${second}]`);
    const cheap = await get(`/search?q=${first}&max=5000&category=${all('products')[0]!['category_id']}`);
    for (const { price_cents: price } of cheap.hits) expect(price).toBeLessThanOrEqual(5000);
  });

  it('categories are counted, and listed by price and by rating', async () => {
    const { categories } = await get('/categories');
    expect(categories).toHaveLength(all('categories').length);
    expect(sum(categories.map(({ products }: Json) => products))).toBe(all('products').length);
    const inFirst = all('products').filter((product) => product['category_id'] === 1);
    const byPrice = await get('/categories/1/products?sort=price');
    expect(byPrice.products.map(({ price_cents: price }: Json) => price)).toEqual(
      inFirst
        .map((product) => product['price_cents'])
        .sort((a, b) => a! - b!)
        .slice(0, 20),
    );
    const byRating = await get('/categories/1/products?sort=rating');
    const ratings = byRating.products.map(({ rating }: Json) => rating ?? 0);
    expect(ratings).toEqual(ratings.toSorted((a: number, b: number) => b - a));
  });

  it('a product comes with its reviews and similar ones; a self-join says what was bought with it', async () => {
    const product = await get('/products/1');
    const reviews = all('reviews').filter((review) => review['product_id'] === 1);
    expect(product).toMatchObject({ sku: all('products')[0]!.sku, reviews: reviews.length });
    expect(product.rating).toBeCloseTo(sum(reviews.map((review) => review['stars']!)) / reviews.length, 2);
    expect(product.latest_reviews).toHaveLength(5);
    expect(product.similar.map(({ id }: Json) => id)).not.toContain(1);
    expect(product.similar.length).toBeGreaterThan(0);
    const { products } = await get('/products/1/bought-together?limit=50');
    const orders = all('order_lines')
      .filter((line) => line['product_id'] === 1)
      .map((line) => line['order_id']!);
    const recent = orders.sort((a, b) => b - a).slice(0, 60);
    const beside = recent.flatMap((order) => linesOf(order)).filter((line) => line['product_id'] === products[0].id);
    expect(products[0]).toMatchObject({ orders: beside.length, pieces: sum(beside.map((line) => line['quantity']!)) });
  });
});

describe('customers, orders and reports', () => {
  it.each(['email', 'phone', 'card', 'account_token'] as const)('a customer is found by %s', async (key) => {
    const { customers } = await get(`/customers?${new URLSearchParams({ [key]: customer()[key] }).toString()}`);
    const { id, full_name: name, email } = customer();
    expect(customers).toContainEqual(expect.objectContaining({ id, full_name: name, email }));
  });

  it('the orders of a customer, by id and by e-mail', async () => {
    const byId = await get('/customers/1/orders?limit=50');
    expect(await get(`/customers/${encodeURIComponent(customer().email)}/orders?limit=50`)).toEqual(byId);
    const own = all('orders').filter((order) => order['customer_id'] === 1);
    expect(byId.orders).toHaveLength(Math.min(50, own.length));
    for (const { id, lines } of byId.orders) expect(lines).toHaveLength(linesOf(id).length);
  });

  it('an order joins its lines, products and customer', async () => {
    const order = all('orders')[0]!;
    const answer = await get(`/orders/${order['id']}`);
    expect(answer).toMatchObject({ customer_id: order['customer_id'], total_cents: order['total_cents'] });
    const lines = linesOf(order['id']!);
    expect(answer.lines).toHaveLength(lines.length);
    expect(sum(answer.lines.map(({ line_cents: cents }: Json) => cents))).toBe(
      sum(lines.map((line) => line['quantity']! * line['unit_price_cents']!)),
    );
    expect(answer.lines.map(({ position }: Json) => position)[0]).toBe(1);
  });

  it('sales are the same sum by category, country and day', async () => {
    const [from, to] = ['2024-03-01', '2024-03-31'];
    const sold = all('orders').filter((order) => order.ordered_on >= from && order.ordered_on <= to && order.status !== 'cancelled');
    const lines = sold.flatMap((order) => linesOf(order['id']!));
    const revenue = sum(lines.map((line) => line['quantity']! * line['unit_price_cents']!));
    expect(revenue).toBeGreaterThan(0);
    for (const by of ['category', 'country', 'day']) {
      const report = await get(`/reports/sales?from=${from}&to=${to}&by=${by}&limit=100`);
      expect(report).toMatchObject({ from, to, by, generated_at: expect.stringMatching(/Z$/) as string });
      expect(sum(report.groups.map((group: Json) => group.revenue_cents)), by).toBe(revenue);
    }
  });

  it('the best customers of a period and a country, by what they spent', async () => {
    const { country } = customer();
    const { customers } = await get(`/reports/customers?from=2024-01-01&to=2025-12-31&country=${country}`);
    const ids = all('customers')
      .filter((one) => one.country === country)
      .map(({ id }) => id);
    const spent = (id: number) =>
      sum(
        all('orders')
          .filter((order) => order['customer_id'] === id && order.status !== 'cancelled')
          .map((order) => order['total_cents']!),
      );
    expect(customers[0]).toMatchObject({ position: 1, spent_cents: Math.max(...ids.map((id) => spent(id!))) });
    for (const one of customers) expect(one.spent_cents).toBe(spent(one.id));
  });
});

describe('what is posted', () => {
  const discount = { platinum: 12, gold: 8, silver: 4 } as Readonly<Record<string, number>>;
  const percent = (cents: number, share: number) => Math.floor((cents * share) / 100);

  it('a basket as JSON is priced: volume, tier, shipping, tax', async () => {
    const [one, two] = all('products') as [Row, Row];
    const german = all('customers').find(({ country, tier }) => country === 'DE' && tier in discount)!;
    const items = [
      { sku: one.sku, quantity: 12 },
      { sku: two.sku, quantity: 1 },
    ];
    const basket = JSON.stringify({ customer: { email: german.email, country: 'FR' }, items });
    const { status, json } = await post('/quotes', 'application/json', basket);
    expect(status).toBe(200);
    const [many, single] = [one['price_cents']! * 12, two['price_cents']!];
    const volume = percent(many, 3);
    const off = volume + percent(many + single - volume, discount[german.tier]!);
    const net = many + single - off;
    const shipping = net >= 10_000 ? 0 : 690;
    expect(json).toMatchObject({
      customer: { full_name: german.full_name, tier: german.tier, country: 'DE' },
      goods_cents: many + single,
      discount_cents: off,
      shipping_cents: shipping,
      tax_cents: percent(net + shipping, 19),
    });
    expect(json.total_cents).toBe(net + json.shipping_cents + json.tax_cents);
    expect(json.lines).toHaveLength(2);
  });

  it('a form of who somebody might be is scored', async () => {
    const { email, phone, card, full_name: name, id } = customer();
    const form = (fields: Record<string, string>) =>
      post('/customers/match', 'application/x-www-form-urlencoded', new URLSearchParams(fields).toString());
    const { json } = await form({ email, phone, card, full_name: name });
    expect(json.matches[0]).toMatchObject({ id, score: 13 });
    expect((await form({ card, full_name: 'Nobody Else' })).json.matches[0]).toMatchObject({ id, score: 5 });
  });
});

it.each([
  ['GET', '/nowhere', undefined, 404],
  ['GET', '/products/999999', undefined, 404],
  ['GET', '/customers?email=nobody%40example.com', undefined, 404],
  ['GET', '/orders/1/more', undefined, 404],
  ['POST', '/orders/1', '{}', 405],
  ['GET', '/quotes', undefined, 405],
  ['GET', '/search', undefined, 400],
  ['GET', '/customers', undefined, 400],
  ['GET', '/reports/sales?from=yesterday&to=2024-01-02', undefined, 400],
  ['POST', '/quotes', '{"items":[', 400],
  ['POST', '/quotes', '{"items":[]}', 400],
  ['POST', '/customers/match', 'full_name=Ada', 400],
] as const)('%s %s with the body %s is answered by an error in words', async (method, path, body, status) => {
  const type = body?.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';
  const init = body === undefined ? { method } : { method, body, headers: { 'content-type': type } };
  expect(await ask(path, init)).toEqual({ status, json: { error: expect.stringMatching(/\w+ \w+/) as string } });
});

it.each(['training', 'held-out'])('its traffic of the mix %s is answered, every kind of it', async (mix) => {
  const options = ['--url', url, '--facts', folder, '--mix', mix, '--requests', '500', '--rate', '250', '--seed', '11'];
  const { stdout } = await run(process.execPath, [join(example, 'traffic.mjs'), ...options]);
  const summary = JSON.parse(stdout) as { shed: number; byStatusClass: Record<string, number>; byKind: Record<string, number> };
  expect(summary).toMatchObject({ sent: 500, errors: 0 });
  expect(summary.byStatusClass['2xx']).toBeGreaterThan(0.95 * (500 - summary.shed)); // some orders that are asked for do not exist
  expect(Object.keys(summary.byKind)).toHaveLength(16);
});
