import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { CorpusRequest } from '../../../domain/model/collection.ts';
import { dropNoteOf, makeDropLedger, type DropLedger } from '../../../traffic/audit/drop-ledger.ts';
import { makeUtilityMeter, watchUtility, type UtilityMeter } from '../../../traffic/audit/utility.ts';
import { makeSessionPipeline, type Pipeline } from '../../../traffic/deidentify/pipeline.ts';
import type { IncomingRequest } from '../../../traffic/deidentify/stage.ts';
import { makeKeyedHash } from '../../../traffic/deidentify/keyed-hash.ts';
import { makeManifest } from '../support.ts';
import { audited } from './audited.ts';

const key = randomBytes(32);
const hash = makeKeyedHash(key);
const post = (target: string, body: string): IncomingRequest => ({
  method: 'POST',
  target,
  headers: [['content-type', 'application/json; charset=utf-8']],
  body: Buffer.from(body),
});
const get = (target: string): IncomingRequest => ({ method: 'GET', target, headers: [], body: new Uint8Array() });
const times = (count: number, act: (index: number) => void) => Array.from({ length: count }, (_, index) => act(index));

describe('drops by shape', () => {
  const note = (ledger: DropLedger, incoming: IncomingRequest, dropped: string | null) => ledger.add(dropNoteOf(hash, incoming, dropped));
  test('a shape above the limit is named, without any word of its path; the others hide nothing of it', () => {
    const ledger = makeDropLedger();
    times(1000, (index) => note(ledger, get(`/products/${index}`), null));
    times(10, (index) => note(ledger, post(`/wishlists/kowalczyk/${index}`, '{}'), index < 4 ? 'validation' : null));
    const report = ledger.report(0.01);
    expect(report).toEqual({
      limit: 0.01,
      valid: 1010,
      dropped: 4,
      shapes: 2,
      above: [{ shape: 'POST, path of 3 segments, application/json', percent: 40 }],
    });
    expect(JSON.stringify([report, ledger.snapshot()])).not.toMatch(/kowalczyk|wishlists|products/);
  });
  test('what nothing could pass is not valid; a stage that throws, or any reason that is not known, counts', () => {
    const ledger = makeDropLedger();
    for (const reason of ['unknown-content-type', 'unreadable-body', 'body-too-large', 'too-deep']) note(ledger, get('/a'), reason);
    expect(ledger.report(0.01)).toMatchObject({ valid: 0, dropped: 0 });
    for (const reason of ['stage-error', 'validation', 'a-reason-of-tomorrow']) note(ledger, get('/a'), reason);
    expect(ledger.report(0.01)).toMatchObject({ valid: 3, dropped: 3 });
  });
  test('goes on after a restart, and holds no more shapes than it may', () => {
    const first = makeDropLedger();
    times(3, () => note(first, get('/a'), 'validation'));
    const second = makeDropLedger(first.snapshot());
    note(second, get('/a'), null);
    expect(second.report(0.01)).toMatchObject({ valid: 4, dropped: 3, shapes: 1 });
    times(6000, (index) =>
      note(second, get(`/${'a'.repeat(1 + (index % 30))}/b${'c'.repeat(Math.floor(index / 30) % 30)}/d${'e'.repeat(index % 29)}`), null),
    );
    expect(second.report(0.01).shapes).toBeLessThanOrEqual(5001);
    expect(second.report(0.01).valid).toBe(6004);
  });
});

describe('what was kept', () => {
  const out = (path: string, body = ''): CorpusRequest => ({
    method: 'POST',
    path,
    headers: {},
    ...(body === '' ? {} : { body: Buffer.from(body).toString('base64') }),
  });
  const compare = (meter: UtilityMeter, incoming: IncomingRequest, output: CorpusRequest) =>
    meter.add(watchUtility().note(incoming, output));
  test('one shape is the same shape, whatever the words; another is not', () => {
    const meter = makeUtilityMeter();
    compare(meter, post('/a?x=Anna', '{"name":"Anna","n":[1,2]}'), out('/a?x=Vawi', '{"name":"Vawi","n":[1,2]}'));
    expect(meter.report()).toEqual({ sampled: 1, shapeKeptShare: 1, lengthDistance: 0, cardinalityRatio: {} });
    compare(meter, post('/a', '{"name":"Anna"}'), out('/a', '{"name":["Anna"]}'));
    expect(meter.report()).toMatchObject({ sampled: 2, shapeKeptShare: 0.5 });
  });
  test('other lengths of words are a distance', () => {
    const meter = makeUtilityMeter();
    compare(meter, get('/aaaa'), out('/bbbbbbbb'));
    expect(meter.report()).toMatchObject({ shapeKeptShare: 1, lengthDistance: 1 });
  });
  test('two values that became one lower the ratio of their kind', () => {
    const meter = makeUtilityMeter();
    const watch = watchUtility();
    const told = (kind: 'name' | 'mask', value: string, pseudonym: string) =>
      watch.onReplaced(
        { kind, digest: Buffer.from(value.padEnd(32)), raw: null, domainDigest: null, length: 4, shape: { form: 'empty' } },
        pseudonym,
      );
    told('name', 'first', 'Vawi');
    told('name', 'second', 'Vawi');
    told('name', 'second', 'VAWI');
    told('mask', 'first', '0000');
    meter.add(watch.note(get('/'), null));
    expect(meter.report()).toMatchObject({ sampled: 0 });
    expect(meter.report().cardinalityRatio).toEqual({ name: 0.5 });
  });
});

describe("a session's audit", () => {
  const { deidentification } = makeManifest();
  test('plants a canary of every kind before the first request, and counts what was dropped', () => {
    const audit = audited(makeSessionPipeline(deidentification, key), key, deidentification);
    expect(audit.canaries.report()).toMatchObject({ leaked: 0 });
    expect(audit.canaries.report().planted).toBeGreaterThan(20);
    times(40, (index) => audit.run(get(`/products/${index}`)));
    audit.run(post('/x', '{"broken":'));
    expect(audit.drops.report(0.01)).toMatchObject({ valid: 40, dropped: 0 });
    expect(audit.utility.report()).toMatchObject({ sampled: 3, shapeKeptShare: 1 });
  });
  test('a pipeline that lets values through leaks its canaries, and they stay leaked after a restart', () => {
    const inner = makeSessionPipeline(deidentification, key);
    const leaky: Pipeline = {
      ...inner,
      run: ({ method, target, headers, body }) => ({
        request: {
          method,
          path: target,
          headers: Object.fromEntries(headers),
          ...(body.length === 0 ? {} : { body: Buffer.from(body).toString('base64') }),
        },
      }),
    };
    const audit = audited(leaky, key, deidentification);
    const { leaked, planted } = audit.canaries.report();
    expect(leaked).toBe(planted);
    const after = audited(inner, key, deidentification, audit.snapshot());
    expect(after.canaries.report().leaked).toBe(leaked);
    expect(after.canaries.report().planted).toBe(planted * 2);
  });
});
