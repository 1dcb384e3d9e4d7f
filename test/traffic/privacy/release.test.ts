import { describe, expect, test } from 'vitest';
import { defaultPrivacy } from '../../../domain/manifest/privacy-schema.ts';
import type { PrivacyGrant } from '../../../domain/model/privacy.ts';
import { budgetOf } from '../../../domain/privacy/accounting.ts';
import { calibrate } from '../../../traffic/deidentify/privacy/calibrate.ts';
import { makePipeline, makeSessionStages, type Outcome } from '../../../traffic/deidentify/pipeline.ts';
import { makeCustomerOf } from '../../../traffic/deidentify/privacy/customer.ts';
import { makeContributions } from '../../../traffic/deidentify/privacy/contributions.ts';
import { makeRelease } from '../../../traffic/deidentify/privacy/release.ts';
import { countOfBits, makeShapeTable } from '../../../traffic/deidentify/privacy/shape-table.ts';
import type { PrivacySnapshot } from '../../../traffic/deidentify/privacy/ledger.ts';
import { makePrivacyStage } from '../../../traffic/deidentify/privacy/stage.ts';
import type { Envelope } from '../../../traffic/deidentify/stage.ts';
import { seededRandom } from './distributions.ts';

const cost = budgetOf(defaultPrivacy).perRelease;
const grant: PrivacyGrant = { granted: true, ...cost };
const oneLife = { maximumRequests: 4, maximumShapes: 4, gatewayStarts: 1 };

/** The five stages with a privacy stage whose noise and clock the test knows. */
function pipelineOf(
  settings: { word?: string; before?: PrivacySnapshot; clock?: () => Date; privacy?: Partial<typeof defaultPrivacy> } = {},
) {
  const { word = 'a word', before, clock = () => new Date('2026-11-21T10:00:00Z') } = settings;
  const privacy = makePrivacyStage({ privacy: { ...defaultPrivacy, ...settings.privacy }, before, clock, random: seededRandom(word) });
  const { stages } = makeSessionStages({}, Buffer.alloc(32, 7));
  const pipeline = makePipeline(stages.map((stage) => (stage.name === 'privacy' ? privacy : stage)));
  const send = (path: string, customer: number | null, body?: string): Outcome =>
    pipeline.run({
      method: body === undefined ? 'GET' : 'POST',
      target: path,
      headers: [
        ...(customer === null ? [] : [['x-forwarded-for', `198.51.${100 + Math.floor(customer / 250)}.${customer % 250}`] as const]),
        ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
      ],
      body: Buffer.from(body ?? ''),
    });
  return { privacy, send, release: () => privacy.privacyReport(grant).release! };
}

describe('the unit is one customer', () => {
  test('a thousand requests of one customer count as four', () => {
    const { privacy, send } = pipelineOf();
    for (let index = 0; index < 1000; index += 1) send('/products/1', 7);
    send('/products/1', 8);
    const [row] = privacy.snapshot().words;
    expect(row?.slice(0, 2)).toEqual(['GET /products/{number}', 5]);
    expect(privacy.snapshot().minutes).toEqual([5]);
    expect(privacy.privacyReport(grant)).toMatchObject({ requestsCounted: 5, requestsClipped: 996, requestsWithoutCustomer: 0 });
  });
  test('a customer counts for four shapes, the first ones', () => {
    const { privacy, send } = pipelineOf();
    for (const word of ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'alpha']) send(`/list/${word}`, 7);
    expect(privacy.snapshot().words.map(([shape, count]) => [shape, count])).toEqual([
      ['GET /list/alpha', 2],
      ['GET /list/beta', 1],
      ['GET /list/gamma', 1],
      ['GET /list/delta', 1],
    ]);
  });
  test('a request that says nothing of its customer counts by itself, and the report says how many did', () => {
    const { privacy, send } = pipelineOf();
    for (let index = 0; index < 50; index += 1) send('/products/1', null);
    expect(privacy.snapshot().words[0]?.[1]).toBe(50);
    expect(privacy.privacyReport(grant)).toMatchObject({ requestsCounted: 50, requestsWithoutCustomer: 50, unit: 'customer-in-epoch' });
  });
  test('the manifest says where the customer stands', () => {
    const keys = ['field:customer_id', 'cookie:sid', 'header:X-Real-IP'];
    const customerOf = makeCustomerOf(keys);
    const leaf = (value: string) => ({ fields: ['customer_id'], isName: false, spans: [value] });
    const documentOf = (...leaves: object[]) => ({ target: leaves, headers: [], body: [] }) as unknown as NonNullable<Envelope['document']>;
    const customer = (headers: Record<string, string>, ...leaves: object[]) =>
      customerOf({ method: 'GET', path: '/', headers }, documentOf(...leaves));
    expect(customer({})).toBe(null);
    expect(customer({ cookie: 'theme=dark; sid=abc' })).toBe(customer({ cookie: 'sid=abc; theme=light' }));
    expect(customer({ cookie: 'theme=dark; sid=abc' })).not.toBe(customer({ cookie: 'sid=abd' }));
    expect(customer({ 'x-real-ip': '10.0.0.1' })).not.toBe(null);
    expect(customer({ cookie: 'sid=abc' }, leaf('17'))).toBe(customer({}, leaf('17')));
  });
  test('without one customer, no count moves by more than the sensitivity says', () => {
    // Two thousand random histories of a few slots, each with and without the requests of one customer.
    const random = seededRandom('histories');
    const pick = (below: number) => (random(1)[0] ?? 0) % below;
    const limits = { slots: 2, maximumRequests: 3, maximumCells: 2 };
    const count = (requests: readonly (readonly [slot: number, cell: number])[]) => {
      const contributions = makeContributions(limits);
      const cells = Array.from({ length: 6 }, () => 0);
      for (const [slot, cell] of requests) if (contributions.take(slot, cell)) cells[cell] = (cells[cell] ?? 0) + 1;
      return cells;
    };
    let worst = 0;
    for (let history = 0; history < 2000; history += 1) {
      // Customers 0 and 1 share slot 0, customer 2 has slot 1; customer 0 is the one who leaves.
      const requests = Array.from({ length: 30 }, () => ({ customer: pick(3), cell: pick(6) }));
      const as = (list: typeof requests) => list.map(({ customer, cell }) => [customer === 2 ? 1 : 0, cell] as const);
      const [all, without] = [count(as(requests)), count(as(requests.filter(({ customer }) => customer !== 0)))];
      worst = Math.max(worst, Math.hypot(...all.map((value, cell) => value - (without[cell] ?? 0))));
    }
    const bound = Math.sqrt(2 * limits.maximumCells) * limits.maximumRequests;
    expect(worst).toBeLessThanOrEqual(bound + 1e-9);
    expect(worst).toBeGreaterThan(bound * 0.8);
  });
});

describe('what is released', () => {
  test('noised counts of what many sent, and nothing of what one did', () => {
    const { send, release } = pipelineOf();
    for (let customer = 0; customer < 1500; customer += 1) {
      send('/products/17', customer);
      send('/wishlists/all', customer);
      send('/quotes', customer, JSON.stringify({ sku: 'x'.repeat(customer % 2 === 0 ? 10 : 2000) }));
      for (let again = 0; again < 4; again += 1) send('/wishlists/jsmith', 7);
    }
    const { shapes, fields, requestsPerMinute, customers, detail, threshold, mechanisms } = release();
    expect(detail).toBe('words');
    expect(Object.keys(shapes)).toEqual(['GET /products/{number}', 'GET /wishlists/all', 'POST /quotes']);
    const sigma = mechanisms.find(({ aggregate }) => aggregate === 'shapes')!.scale;
    for (const count of Object.values(shapes)) {
      expect(count).toBeGreaterThanOrEqual(threshold);
      // Six standard deviations.
      expect(Math.abs(count - 1500)).toBeLessThan(6 * sigma);
    }
    const quotes = fields.find(({ shape }) => shape === 'POST /quotes')!;
    expect(quotes.bodyShare).toBeGreaterThan(0.7);
    // One target each, which the noise hides.
    expect(fields.map(({ distinctTargets }) => distinctTargets)).toEqual(['under-1000', 'under-1000', 'under-1000']);
    expect(quotes.bodySizes['under-1-KiB']).toBeGreaterThan(quotes.bodySizes['64-KiB-and-more']!);
    expect(requestsPerMinute).toHaveLength(1);
    expect(Math.abs(customers - 1500)).toBeLessThan(200);
  });
  test('each has noise of its own: two releases of the same session differ', () => {
    const { send, release } = pipelineOf();
    for (let customer = 0; customer < 500; customer += 1) send('/products/17', customer);
    const seen = Array.from({ length: 20 }, () => release().shapes['GET /products/{number}']);
    expect(new Set(seen).size).toBeGreaterThan(10);
    expect(seen.every((count) => Number.isInteger(count))).toBe(true);
  });
  test('nothing without a grant, and the report says why', () => {
    const { send, privacy } = pipelineOf();
    for (let customer = 0; customer < 500; customer += 1) send('/products/17', customer);
    const report = privacy.privacyReport({ granted: false, code: 'privacy-budget-spent', message: 'It is spent.' });
    expect(report).toMatchObject({
      release: null,
      withheld: { code: 'privacy-budget-spent', message: 'It is spent.' },
      requestsCounted: 500,
    });
    expect(JSON.stringify(report)).not.toContain('/products');
  });
  test('each minute has its count, up to now', () => {
    let now = Date.parse('2026-11-21T10:00:00Z');
    const { send, privacy, release } = pipelineOf({ clock: () => new Date(now) });
    for (const [minute, requests] of [3, 0, 2].entries()) {
      now = Date.parse('2026-11-21T10:00:30Z') + minute * 60_000;
      for (let customer = 0; customer < requests; customer += 1) send('/products/17', customer);
    }
    now += 60_000;
    expect(privacy.snapshot().minutes.map((count) => count ?? 0)).toEqual([3, 0, 2]);
    expect(release().requestsPerMinute).toHaveLength(4);
  });
});

test('a shape keeps routes and no values', () => {
  const shapeOf = (target: string, detail: 'words' | 'kinds') => {
    const { privacy, send } = pipelineOf();
    send(target, 7);
    return privacy.snapshot()[detail].map(([shape]) => shape);
  };
  expect(shapeOf('/v1/products/17/Anna@x.org?q=1', 'words')).toEqual(['GET /v1/products/{number}/{email}']);
  expect(shapeOf('/v1/products/17/a8x.3_z', 'kinds')).toEqual(['GET /v1/{word}/{number}/{token}']);
  expect(shapeOf('/', 'words')).toEqual(['GET /']);
  expect(shapeOf(`/${'a/'.repeat(40)}`, 'words')).toEqual([`GET /${'a/'.repeat(12)}…`]);
});

describe('noise and threshold', () => {
  test('σ² is what the formula says, and the parts add up to no more than was paid', () => {
    const { sigmaSquared, mechanisms } = calibrate(cost, oneLife);
    for (const { aggregate, microRho } of mechanisms) {
      if (!(aggregate in sigmaSquared)) continue;
      const { numerator, denominator } = sigmaSquared[aggregate as keyof typeof sigmaSquared];
      // ρ = Δ²/(2σ²) with Δ² = 2·4·4².
      expect((2 * 4 * 16) / (2 * (Number(numerator) / Number(denominator)))).toBeCloseTo(microRho / 1e6, 12);
    }
    expect(mechanisms.reduce((sum, { microRho }) => sum + microRho, 0)).toBeLessThanOrEqual(cost.microRho);
  });
  test('a gateway that was started three times gives three times the noise', () => {
    const [once, thrice] = [1, 3].map((gatewayStarts) => calibrate(cost, { ...oneLife, gatewayStarts }));
    const scale = (of: typeof once) => of!.mechanisms.find(({ aggregate }) => aggregate === 'shapes')!.scale;
    expect(scale(thrice) / scale(once)).toBeCloseTo(3, 12);
    expect(thrice!.threshold).toBeGreaterThan(2.9 * once!.threshold);
  });
  test('the threshold lets a shape of one customer through as rarely as δ says', () => {
    // With δ = 0.2 for the threshold the event is frequent enough to count.
    const tables = () => {
      const [words, kinds] = [makeShapeTable(8192), makeShapeTable(4096)];
      for (let shape = 0; shape < oneLife.maximumShapes; shape += 1) {
        const index = words.enter(`GET /${shape}`)!;
        for (let request = 0; request < oneLife.maximumRequests; request += 1) words.add(index, { bodyBytes: 0, targetHash: 1 });
      }
      return { words, kinds, minutes: [], slotsUsed: 1, slots: 65_536 };
    };
    const random = seededRandom('thresholds');
    const runs = 400;
    let through = 0;
    for (let run = 0; run < runs; run += 1) {
      const { shapes } = makeRelease(tables(), { microRho: cost.microRho, femtoDelta: 0.4e15 }, oneLife, random);
      if (Object.keys(shapes).length > 0) through += 1;
    }
    // At most 0.2, with four standard deviations of chance; and the threshold is not so high that nothing could ever pass.
    expect(through / runs).toBeLessThan(0.2 + 4 * Math.sqrt((0.2 * 0.8) / runs));
    expect(through).toBeGreaterThan(0);
  });
  test('too many shapes are shown by kinds, and too many kinds not at all', () => {
    const full = (capacity: number) => {
      const table = makeShapeTable(capacity);
      for (let shape = 0; shape < capacity; shape += 1) table.enter(`GET /${shape}`);
      return table;
    };
    const rest = { minutes: [5], slotsUsed: 1, slots: 65_536 };
    const kinds = makeShapeTable(4096);
    const index = kinds.enter('GET /{word}')!;
    for (let request = 0; request < 5000; request += 1) kinds.add(index, { bodyBytes: 0, targetHash: request });
    const random = seededRandom('full');
    const release = makeRelease({ ...rest, words: full(8192), kinds }, cost, oneLife, random);
    expect([release.detail, Object.keys(release.shapes)]).toEqual(['kinds', ['GET /{word}']]);
    expect(release.fields[0]?.distinctTargets).toBe('1000-9999');
    expect(makeRelease({ ...rest, words: full(8192), kinds: full(4096) }, cost, oneLife, random)).toMatchObject({
      detail: 'none',
      shapes: {},
    });
  });
  test('of very many shapes the most frequent five hundred are shown', () => {
    const words = makeShapeTable(8192);
    for (let shape = 0; shape < 600; shape += 1) {
      const index = words.enter(`GET /${shape}`)!;
      for (let request = 0; request < (shape < 500 ? 1600 : 800); request += 1) words.add(index, { bodyBytes: 0, targetHash: shape });
    }
    const figures = { words, kinds: makeShapeTable(4096), minutes: [], slotsUsed: 1, slots: 65_536 };
    const { shapes, fields } = makeRelease(figures, cost, oneLife, seededRandom('many'));
    expect(new Set(Object.keys(shapes))).toEqual(new Set(Array.from({ length: 500 }, (_, shape) => `GET /${shape}`)));
    expect(fields).toHaveLength(500);
  });
  test('linear counting', () => {
    expect(countOfBits(0, 1024)).toBe(0);
    expect(countOfBits(-3, 1024)).toBe(0);
    expect(countOfBits(100, 1024)).toBe(105);
    expect(countOfBits(1024, 1024)).toBe(null);
  });
});

test('a gateway that starts again goes on with its counts, and knows that it began anew', () => {
  const first = pipelineOf();
  for (let customer = 0; customer < 30; customer += 1) first.send('/products/17', customer, '{"a":1}');
  const before = JSON.parse(JSON.stringify(first.privacy.snapshot())) as PrivacySnapshot;
  const second = pipelineOf({ before });
  expect(second.privacy.snapshot()).toEqual({ ...before, gatewayStarts: 2 });
  second.send('/products/17', 3, '{"a":1}');
  expect(second.privacy.snapshot().words[0]?.[1]).toBe(31);
  expect(second.privacy.privacyReport(grant)).toMatchObject({ gatewayStarts: 2 });
});
