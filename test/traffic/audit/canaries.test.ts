import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeCanaryBooks } from '../../../traffic/audit/canaries/books.ts';
import { comesOut, makeCanaryPlanter } from '../../../traffic/audit/canaries/planter.ts';
import { variants } from '../../../traffic/audit/canaries/requests.ts';
import { canaryKinds } from '../../../traffic/audit/canaries/values.ts';
import { makePipeline, makeSessionPipeline, makeSessionStages } from '../../../traffic/deidentify/pipeline.ts';
import type { IncomingRequest, Stage } from '../../../traffic/deidentify/stage.ts';

const key = randomBytes(32);

/** What would leave if nothing were changed. */
const unchanged = ({ method, target, headers, body }: IncomingRequest) => ({
  method,
  path: target,
  headers: Object.fromEntries(headers),
  ...(body.length === 0 ? {} : { body: Buffer.from(body).toString('base64') }),
});

describe('each kind of canary, in each place and spelling', () => {
  for (const variant of variants) {
    const kinds = canaryKinds.filter(({ isByName }) => variant.isNamed || isByName !== true);
    test.each(kinds.map((kind) => [kind.kind, kind] as const))(`${variant.name}: %s`, (_name, { field, make }) => {
      const pipeline = makeSessionPipeline({}, key);
      const value = make();
      const request = variant.request(field, value);
      expect(comesOut(unchanged(request), value), 'it would be seen').toBe(true);
      const outcome = pipeline.run(request, { isCanary: true });
      if ('request' in outcome) expect(comesOut(outcome.request, value)).toBe(false);
    });
  }
});

describe('the watch', () => {
  const watchOf = (stages: readonly Stage[], keptFields: readonly string[] = []) => {
    const pipeline = makePipeline(stages);
    const plant = makeCanaryPlanter({ run: (request) => pipeline.run(request, { isCanary: true }), keptFields });
    const books = makeCanaryBooks({ every: 10 });
    const after = () => {
      const turn = books.turnAfterRequest();
      if (turn !== null) books.add(plant(turn));
    };
    return { plantAll: () => books.turnsAtStart().forEach((turn) => books.add(plant(turn))), after, report: () => books.report() };
  };
  test('finds none that comes out of the whole pipeline, over every kind and place', () => {
    const watch = watchOf(makeSessionStages({}, key).stages);
    for (let round = 0; round < variants.length; round += 1) watch.plantAll();
    const { planted, leaked, leaks, byKind } = watch.report();
    expect(leaks).toEqual([]);
    expect(leaked).toBe(0);
    expect(planted).toBe(variants.length * canaryKinds.length);
    expect(Object.keys(byKind)).toHaveLength(canaryKinds.length);
  });
  test('most are replaced rather than dropped: the first stage finds them by itself', () => {
    const watch = watchOf(makeSessionStages({}, key).stages);
    for (let round = 0; round < variants.length; round += 1) watch.plantAll();
    const { planted, replaced } = watch.report();
    expect(replaced / planted).toBeGreaterThan(0.8);
  });
  test('sees what a pipeline lets through that finds nothing and checks nothing', () => {
    const asSent: Stage = {
      name: 'structure',
      ruleVersion: 'none',
      apply: (envelope) => void (envelope.output = unchanged(envelope.incoming)),
      report: () => ({ stage: 'structure', ruleVersion: 'none', requests: 0, dropped: 0, transformed: {}, microseconds: 0 }),
    };
    const watch = watchOf([asSent]);
    watch.plantAll();
    const { planted, leaked, leaks } = watch.report();
    expect(leaked).toBe(planted);
    expect(leaks[0]).toMatch(/^email in /);
  });
  test('plants one after so many requests, and counts what the manifest says of a field', () => {
    const watch = watchOf(makeSessionStages({ fields: { contact: 'keep' } }, key).stages, ['contact']);
    for (let request = 0; request < 9; request += 1) watch.after();
    expect(watch.report().planted).toBe(0);
    for (let request = 0; request < 10 * canaryKinds.length; request += 1) watch.after();
    const { planted, exempt } = watch.report();
    expect(planted + exempt).toBe(canaryKinds.length);
    expect(exempt).toBe(2);
  });
  test('no canary is counted by a stage, nor is one of a customer', () => {
    const { stages, privacy } = makeSessionStages({}, key);
    const watch = watchOf(stages);
    watch.plantAll();
    expect(stages.map((stage) => stage.report().requests)).toEqual([0, 0, 0, 0, 0]);
    expect(JSON.stringify(privacy.snapshot())).not.toContain('canary');
  });
});
