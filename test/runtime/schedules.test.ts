import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeControlActivities, makeScheduleActivities } from '../../activities/index.ts';
import { makeApi } from '../../api/index.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type TargetId } from '../../domain/ids.ts';
import { parseManifest } from '../../domain/manifest/parse.ts';
import { makeEngine } from '../../runtime/engine.ts';
import { makeSchedulePort } from '../../runtime/schedules.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { fakeLoop } from '../workflows/fake-loop.ts';
import { startEngine, type TestEngine } from '../workflows/run-cycle.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape that the query asked for; the tests assert it as JSON
type AnyJson = any;

let database: TestStore;
let temporal: TestTemporal;
let engine: TestEngine;
let api: ReturnType<typeof makeApi>;
/** Called with the target whose freshness is looked at. */
let onCheck: (targetId: string) => void = () => undefined;
/** What the first stage of each cycle does. */
let capture: () => Promise<never>;
/** Lets go what a test that failed may still hold. */
let letGo = (): void => undefined;
const endAtOnce = async (): Promise<never> => Promise.reject(new HoneError('windows-rejected', 'No window was kept.', 'See.'));

beforeAll(async () => {
  [database, temporal] = await Promise.all([freshStore(), startTestTemporal()]);
  const { store } = database;
  const fake = fakeLoop().activities;
  const control = makeControlActivities({ store, country: null });
  engine = await startEngine(temporal.address, {
    ...fake,
    openCycle: (request) => control.openCycle(request),
    closeCycle: (request) => control.closeCycle(request),
    recordEvent: (event) => control.recordEvent(event),
    captureSource: () => capture(),
    freshnessBasis: async (request) => {
      onCheck(request.targetId);
      return fake.freshnessBasis(request);
    },
    ...makeScheduleActivities({ store, host: 'fake' }),
  });
  api = apiOver(engine.client);
});
afterEach(() => {
  letGo();
  capture = endAtOnce;
});
capture = endAtOnce;
afterAll(async () => {
  await engine.close();
  await temporal.stop();
  await database.close();
});

function apiOver(client: Client): ReturnType<typeof makeApi> {
  const { store } = database;
  const never = () => Promise.reject(new Error('not asked for in these tests'));
  return makeApi({
    store,
    blobs: { open: never, stat: never } as never,
    engine: makeEngine({ client, host: 'fake', cycles: store.cycles }),
    schedules: makeSchedulePort(client),
    promotion: { move: never },
    epochs: { tend: never },
    freshness: { check: never, match: never },
    stress: { start: never, cancel: never },
    parseManifest,
    token: 'token',
    log: { error: (fields, message) => console.error(message, fields) },
    health: () => Promise.resolve(),
  });
}

async function ask(query: string, variables: object = {}): Promise<AnyJson> {
  const headers = { authorization: 'Bearer token', 'content-type': 'application/json', accept: 'application/json' };
  const body = JSON.stringify({ query, variables });
  const response = await api.fetch(new Request('http://127.0.0.1/graphql', { method: 'POST', headers, body }));
  const answer: AnyJson = await response.json();
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return Object.values(answer.data)[0];
}

const selection = `name isDeclared isThere when timeZone overlap paused note remainingActions nextTimes running recentActions { workflowId }
  counts { taken skipped missed buffered } drift { field manifest schedule }
  recentStarts { dueAt at outcome because cycle { id: rawId state reason } } changes { kind actor note details }`;

function register(target: string, schedules: string): Promise<AnyJson> {
  const manifest = `
target: ${target}
build: { command: make, binary: one }
run: { command: ['{binary}'] }
drive: { kind: command, inputs: [{ name: one }, { name: two, heldOut: true }] }
schedules: ${schedules}`;
  return ask(
    `mutation ($manifest: String!) { registerTarget(directory: "/one", manifest: $manifest) {
      __typename ... on Target { schedules { ${selection} } } ... on Failure { code message } ... on ManifestInvalid { issues { message } } } }`,
    { manifest },
  );
}

const look = (target: string, name = 'nightly'): Promise<AnyJson> =>
  ask(`query ($target: String!, $name: String!) { schedule(target: $target, name: $name) { ${selection} } }`, { target, name });

const answers: Readonly<Record<string, string>> = {
  backfillSchedule: '... on ScheduleBackfill { times }',
  removeSchedule: '... on Target { name }',
};

const change = (verb: string, target: string, more = '', name = 'nightly'): Promise<AnyJson> =>
  ask(
    `mutation ($target: String!, $name: String!) { ${verb}(target: $target, name: $name, note: "for a test", actor: "ada" ${more}) {
      __typename ${answers[verb] ?? `... on Schedule { ${selection} }`} ... on Failure { code message advice details } } }`,
    { target, name },
  );

/** Until the schedule's starts have come to this, the newest first. */
async function untilStarts(target: string, outcomes: readonly string[]): Promise<AnyJson> {
  await expect
    .poll(async () => (await look(target)).recentStarts.map(({ outcome }: AnyJson) => outcome), { timeout: 30_000 })
    .toEqual(outcomes);
  return look(target);
}

/** Holds the next cycle in its first stage until it is let go. */
function holdCycle() {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  capture = async () => {
    reached.resolve();
    await gate.promise;
    return endAtOnce();
  };
  letGo = () => gate.resolve();
  return { reached: reached.promise, letGo };
}

const newTarget = () => `one-${randomUUID().slice(0, 8)}`;
const dayMilliseconds = 86_400_000;
/** The last Sunday of next year's March, when the clocks of Berlin go from 02:00 to 03:00; midnight in UTC. */
const clockChange = lastSundayOfMarch(new Date().getUTCFullYear() + 1);
/** The day so many days after the change of the clocks, at a time of day in UTC; ISO 8601. */
const fromClockChange = (days: number, time: string): string =>
  `${new Date(clockChange + days * dayMilliseconds).toISOString().slice(0, 10)}T${time}Z`;
/** Three days before: months away, whenever these tests run. */
const startAt = fromClockChange(-3, '12:00:00');
const never = `{ nightly: { cron: "30 2 * * *", timeZone: Europe/Berlin, startAt: ${startAt} } }`;

function lastSundayOfMarch(year: number): number {
  const last = new Date(Date.UTC(year, 2, 31));
  return last.getTime() - last.getUTCDay() * dayMilliseconds;
}

/** An hour of the day in UTC, of two digits, that does not come while a test runs: a schedule of each day that has times to backfill, and none of its own. */
const farHour = (): string => String((new Date().getUTCHours() + 12) % 24).padStart(2, '0');

describe('the schedules of a manifest', () => {
  it('are made with it; their next ten times know the change of the clocks', async () => {
    const target = newTarget();
    const { schedules } = await register(target, never);
    expect(schedules).toMatchObject([
      {
        name: 'nightly',
        isDeclared: true,
        isThere: true,
        when: 'cron 30 2 * * *',
        overlap: 'skip',
        paused: false,
        drift: [],
        recentStarts: [],
      },
    ]);
    // 02:30 does not come on the day of the change; from the next day on it is an hour earlier in UTC.
    const times = [
      fromClockChange(-2, '01:30:00.000'),
      fromClockChange(-1, '01:30:00.000'),
      ...[1, 2, 3].map((days) => fromClockChange(days, '00:30:00.000')),
    ];
    expect(schedules[0].nextTimes.slice(0, 5)).toEqual(times);
    expect(schedules[0].nextTimes).toHaveLength(10);
    expect(schedules[0].changes).toEqual([
      { kind: 'CREATED', actor: expect.any(String), note: 'the manifest was registered', details: [] },
    ]);
  });

  it('are changed and removed with it; what a person paused or changed stays, and is shown', async () => {
    const target = newTarget();
    await register(target, never);
    expect(await change('pauseSchedule', target)).toMatchObject({ paused: true, note: 'for a test', nextTimes: [], drift: [] });
    expect(await change('updateSchedule', target, ', settings: { overlap: BUFFER_ONE, jitterSeconds: 60 }')).toMatchObject({
      paused: true,
      drift: [
        { field: 'jitterSeconds', manifest: '0', schedule: '60' },
        { field: 'overlap', manifest: 'skip', schedule: 'buffer-one' },
      ],
      changes: [
        { kind: 'UPDATED', actor: 'ada', details: ['jitterSeconds: 0 → 60', 'overlap: skip → buffer-one'] },
        { kind: 'PAUSED' },
        {},
      ],
    });
    const second = '{ nightly: { every: 6h, offset: 90m, jitterSeconds: 5 }, weekly: { calendar: [{ dayOfWeek: sun, hour: 3 }] } }';
    const { schedules } = await register(target, second);
    expect(schedules).toMatchObject([
      {
        name: 'nightly',
        when: 'every 6h, offset 90m',
        timeZone: 'UTC',
        paused: true,
        note: 'for a test',
        // The jitter and the overlap are a person's; the manifest's new jitter does not take their place.
        drift: [
          { field: 'jitterSeconds', manifest: '5', schedule: '60' },
          { field: 'overlap', manifest: 'skip', schedule: 'buffer-one' },
        ],
      },
      { name: 'weekly', when: '03:00, dayOfWeek sun', drift: [] },
    ]);
    expect(await change('resetSchedule', target)).toMatchObject({ overlap: 'skip', paused: true, note: 'for a test', drift: [] });
    expect(await change('resumeSchedule', target)).toMatchObject({ paused: false, note: 'for a test' });
    expect((await register(target, '{}')).schedules).toEqual([]);
    await expect(engine.client.schedule.getHandle(`hone/${target}/weekly`).describe()).rejects.toThrow(/not found/i);
  });

  it('show what was changed past Hone, and what Temporal has lost; a reset mends both', async () => {
    const target = newTarget();
    await register(target, never);
    const handle = engine.client.schedule.getHandle(`hone/${target}/nightly`);
    await handle.update((now) => ({
      ...now,
      spec: { cronExpressions: ['15 4 * * 1-5'] },
      policies: { ...now.policies, catchupWindow: '1m' },
    }));
    expect((await look(target)).drift).toEqual([
      { field: 'when', manifest: 'cron 30 2 * * *', schedule: '04:15, dayOfWeek 1,2,3,4,5' },
      { field: 'timeZone', manifest: 'Europe/Berlin', schedule: 'UTC' },
      { field: 'startAt', manifest: startAt, schedule: 'none' },
      { field: 'catchupWindowSeconds', manifest: '3600', schedule: '60' },
    ]);
    expect(await change('resetSchedule', target)).toMatchObject({ when: 'cron 30 2 * * *', drift: [] });
    await change('pauseSchedule', target);
    await handle.delete();
    expect(await look(target)).toMatchObject({
      isThere: false,
      drift: [{ field: 'schedule', manifest: 'there', schedule: 'missing in Temporal' }],
    });
    expect(await change('pauseSchedule', target)).toMatchObject({
      __typename: 'NotFound',
      advice: expect.stringContaining('hone schedule reset'),
    });
    await register(target, never);
    // A pause does not end because a database is gone.
    expect(await look(target)).toMatchObject({ isThere: true, paused: true, note: 'for a test', drift: [] });
  });
});

describe('a schedule', () => {
  it('starts one cycle when it is triggered; while that runs, or one by hand, a start is skipped and says so', async () => {
    const target = newTarget();
    await register(target, never);
    const held = holdCycle();
    await change('triggerSchedule', target);
    await held.reached;
    const [first] = (await untilStarts(target, ['STARTED'])).recentStarts;
    expect(first.cycle).toMatchObject({ state: 'RUNNING', reason: `schedule nightly, due ${first.dueAt}` });
    const start = await ask(`mutation { startRefreshCycle(target: "${target}", reason: "by hand") { __typename } }`);
    expect(start).toEqual({ __typename: 'CycleAlreadyActive' });
    // Temporal names what it starts by the second: two triggers in one are one start.
    await expect.poll(() => Date.now() - Date.parse(first.at)).toBeGreaterThan(1000);
    await change('triggerSchedule', target);
    const { recentStarts } = await untilStarts(target, ['SKIPPED', 'STARTED']);
    expect(recentStarts[0]).toMatchObject({ because: `cycle ${first.cycle.id} was running`, cycle: { id: first.cycle.id } });
    held.letGo();
    await expect.poll(async () => (await look(target)).recentStarts[1].cycle.state, { timeout: 20_000 }).toBe('INCONCLUSIVE');
  });

  it('backfills as many cycles as it says, one after the other; or one, where they may not overlap', async () => {
    const target = newTarget();
    const hour = farHour();
    await register(target, `{ nightly: { cron: "0 ${hour} * * *" } }`);
    const backfill = (from: string, to: string, more = '') => change('backfillSchedule', target, `, from: "${from}Z", to: "${to}Z"${more}`);
    const { times } = await backfill(`2025-11-01T${hour}:00:00`, `2025-11-03T${hour}:00:00`);
    expect(times).toEqual(['01', '02', '03'].map((day) => `2025-11-${day}T${hour}:00:00.000Z`));
    const { recentStarts } = await untilStarts(target, ['STARTED', 'STARTED', 'STARTED']);
    expect(recentStarts.map(({ dueAt }: AnyJson) => dueAt)).toEqual(times.toReversed());
    await expect.poll(async () => (await look(target)).running, { timeout: 20_000 }).toEqual([]);
    const held = holdCycle();
    await backfill('2025-10-01T00:30:00', '2025-10-04T00:30:00', ', overlap: SKIP');
    await held.reached;
    await expect.poll(async () => (await look(target)).counts, { timeout: 20_000 }).toMatchObject({ taken: 4, skipped: 2 });
    held.letGo();
    expect(await backfill(`2025-10-01T${hour}:01:00`, `2025-10-01T${hour}:59:00`)).toMatchObject({
      code: 'input-invalid',
      message: 'The schedule has no time in this span.',
    });
    expect(await backfill('2025-01-01T00:30:00', '2026-01-01T00:30:00')).toMatchObject({
      message: 'The span has 365 times; a backfill starts at most 100.',
    });
  });

  it('starts by itself when its time has come, and no more than its limit', async () => {
    const target = newTarget();
    await register(target, '{ nightly: { calendar: [{ second: "*", minute: "*", hour: "*" }], limitedActions: 2, overlap: buffer-one } }');
    expect(await untilStarts(target, ['STARTED', 'STARTED'])).toMatchObject({ remainingActions: 0, nextTimes: [] });
    await change('updateSchedule', target, `, settings: { limitedActions: 3, cron: "0 ${farHour()} * * *" }`);
    expect(await look(target)).toMatchObject({
      remainingActions: 3,
      drift: [{ field: 'when' }, { field: 'limitedActions', manifest: '2', schedule: '3' }],
    });
  });

  it('looks at the freshness, where its action says so, with the input of such a check', async () => {
    const target = newTarget();
    await register(target, `{ nightly: { action: freshness-check, every: 1h, startAt: ${startAt} } }`);
    const reached = Promise.withResolvers<string>();
    onCheck = (targetId) => reached.resolve(targetId);
    await change('triggerSchedule', target);
    expect((await database.store.targets.byId(asId<TargetId>(await reached.promise)))?.name).toBe(target);
    await expect.poll(async () => (await look(target)).recentActions.length, { timeout: 20_000 }).toBe(1);
    expect(await change('updateSchedule', target, ', settings: { action: REFRESH }')).toMatchObject({
      drift: [{ field: 'action', manifest: 'freshness-check', schedule: 'refresh' }],
    });
  });

  it('that pauses on failure is paused by a cycle that fails, with the note of the engine', async () => {
    const target = newTarget();
    const hour = farHour();
    await register(target, `{ nightly: { cron: "0 ${hour} * * *", pauseOnFailure: true } }`);
    capture = async () => Promise.reject(new HoneError('source-unreadable', 'No source.', 'See.'));
    // A trigger starts beside the schedule's own starts, which alone may pause it.
    await change('backfillSchedule', target, `, from: "2025-11-01T${hour}:00:00Z", to: "2025-11-01T${hour}:00:01Z"`);
    await expect.poll(async () => (await look(target)).paused, { timeout: 20_000 }).toBe(true);
    expect((await look(target)).note).toContain('No source.');
  });

  it('that a person makes is left alone by registrations, and can be removed; one of the manifest cannot', async () => {
    const target = newTarget();
    await register(target, never);
    const settings = ', settings: { cron: "0 5 * * 0", timeZone: "Asia/Tokyo" }';
    expect(await change('createSchedule', target, settings, 'mine')).toMatchObject({
      isDeclared: false,
      when: 'cron 0 5 * * 0',
      drift: [],
    });
    expect(await change('createSchedule', target, settings, 'mine')).toMatchObject({ code: 'conflict' });
    expect(await change('createSchedule', target, ', settings: { cron: "61 * * * *" }', 'other')).toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('"61" is not a minute'),
    });
    expect((await register(target, never)).schedules.map(({ name }: AnyJson) => name)).toEqual(['mine', 'nightly']);
    expect(await change('removeSchedule', target)).toMatchObject({ code: 'conflict' });
    expect(await change('removeSchedule', target, '', 'mine')).toMatchObject({ __typename: 'Target' });
    expect(await look(target, 'mine')).toBeNull();
  });
});
