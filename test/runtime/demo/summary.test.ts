import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Window } from '../../../domain/model/collection.ts';
import type { EnvironmentSummary } from '../../../domain/model/environment.ts';
import { readLearnt, summaryLines } from '../../../runtime/demo/summary.ts';
import { sampleBatchReport } from '../../support/batch-report.ts';
import { asId, type SessionId } from '../../../domain/ids.ts';
import { freshStore, type TestStore } from '../../support/database.ts';
import { seed } from '../../support/seed.ts';

let database: TestStore;
beforeAll(async () => {
  database = await freshStore();
});
afterAll(() => database?.close());

const lineOf = (name: string, learnt: Parameters<typeof summaryLines>[0]) => summaryLines(learnt).find((line) => line.startsWith(name));

it('says what the gain was measured against: the baseline build, or the release that is promoted', async () => {
  const { store } = database;
  const made = await seed(store).target();
  const { target } = made;
  const first = await made.loop();
  expect(lineOf('Gain', await readLearnt(store, target, first.cycle.id))).toBe('Gain     pass against the baseline build: It is a pass.');

  await store.releases.move(
    {
      targetId: target.id,
      channel: 'stable',
      kind: 'promotion',
      toReleaseId: first.release.id,
      actor: 'a test',
      reason: 'a test',
      servingBuildId: first.candidate.elfBuildId,
    },
    0,
  );
  const next = await made.cycle();
  await next.window(1);
  const version = await next.profile();
  const candidate = await made.build('optimised', version);
  await next.evaluation(version, first.candidate.id, candidate.id, 'inconclusive');
  expect(lineOf('Gain', await readLearnt(store, target, next.cycle.id))).toBe(
    `Gain     inconclusive against release 1, which is promoted (npx hone release rollback ${target.name} goes back): It is a inconclusive.`,
  );
});

it('shows what the signed report says of the traffic, where there is one', async () => {
  const made = await seed(database.store).target();
  const { cycle } = await made.loop();
  const learnt = await readLearnt(database.store, made.target, cycle.id);
  expect(lineOf('Privacy', learnt)).toBeUndefined();
  const batch = sampleBatchReport(asId<SessionId>(cycle.id));
  expect(lineOf('Privacy', { ...learnt, batch })).toBe(
    'Privacy  signed report verified: 5,200 identifiers replaced, 10 of 4,010 valid requests dropped, 0 of 28 canaries came out',
  );
});

it('shows the worst of the kept windows, each figure by itself', async () => {
  const { store } = database;
  const made = await seed(store).target();
  const { cycle } = await made.loop();
  const learnt = await readLearnt(store, made.target, cycle.id);
  const [window] = learnt.windows;
  const like = (kept: boolean, figures: Partial<EnvironmentSummary>): Window => ({
    ...window!,
    kept,
    environment: { ...window!.environment, summary: { ...window!.environment.summary, ...figures } },
  });
  const read = (value: number) => ({ available: true, value, source: 'a test' }) as const;
  const windows = [
    like(true, { stealShare: read(0.01), cpuPressurePercent: read(42), maximumTemperatureCelsius: read(71) }),
    like(true, { stealShare: read(0.125), cpuPressurePercent: read(7) }),
    like(false, { stealShare: read(0.9), cpuPressurePercent: read(99) }),
  ];
  expect(lineOf('Windows', { ...learnt, windows })).toBe(
    'Windows  2 kept, 1 rejected; at worst steal 12.5 %, CPU pressure 42.0 %, temperature 71.0 °C, energy unavailable',
  );
  expect(lineOf('Windows', { ...learnt, windows: [] })).toBe('Windows  0 kept, 0 rejected; no environment');
});
