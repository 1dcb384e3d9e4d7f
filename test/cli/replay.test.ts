import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as runCli } from '../../cli/main.ts';
import { asId, type CycleId, type SessionId, type StressId } from '../../domain/ids.ts';
import { sampleEnvironment, sampleStressResult } from '../support/samples.ts';
import { seed } from '../support/seed.ts';
import { makeFakeIo } from './support/fake-io.ts';
import { serveApi, type ServedApi } from './support/served-api.ts';

let api: ServedApi;
let verbs: Awaited<ReturnType<ReturnType<typeof seed>['target']>>;
let loop: Awaited<ReturnType<typeof verbs.loop>>;
beforeAll(async () => {
  api = await serveApi();
  verbs = await seed(api.store).target('shop');
  loop = await verbs.loop();
});
afterAll(() => api.close());

const json = async (...argv: readonly string[]) => JSON.parse((await api.hone('--json', ...argv)).stdout) as Record<string, unknown>;
const started = async (...argv: readonly string[]) =>
  asId<StressId>((await json('replay', 'shop', '--rate', '3x', '--detach', ...argv))['stressWindow'] as string);
const measure = { environment: sampleEnvironment, cpuNanoseconds: 2_000_000_000 };

describe('hone replay', () => {
  test("the latest cycle's corpus against the newest baseline, or against what is named", async () => {
    const usual = (await api.store.stress.byId(await started()))!;
    expect(usual).toMatchObject({
      cycleId: loop.cycle.id,
      buildId: loop.baseline.id,
      order: { rate: '3x', seconds: null, untilSaturation: false },
    });
    const named = (await api.store.stress.byId(
      await started('--cycle', loop.cycle.id, '--build', loop.candidate.id, '--for', '30', '--until-saturation'),
    ))!;
    expect(named).toMatchObject({ buildId: loop.candidate.id, order: { seconds: 30, untilSaturation: true } });
  });

  test('shows the progress, then what the service made of it', async () => {
    const io = makeFakeIo({ directory: api.folder });
    const running = api.startHone(['replay', 'run', 'shop', '--rate', '50/s'], io);
    await expect.poll(() => io.stderr()).toMatch(/Stress window [0-9a-f-]{36} of shop has started/);
    const id = asId<StressId>(/window (\S+) of/.exec(io.stderr())![1]!);
    const progress = { second: 1, askedPerSecond: 50, answeredPerSecond: 49, requests: 50, answered: 49, waiting: 1, p99: 3.2 };
    await api.store.stress.saveProgress(id, progress);
    await expect.poll(() => io.stderr()).toContain('1 s  asked 50.0/s  answered 49/s  waiting 1  p99 3.2 ms');
    await api.store.stress.saveResult(id, sampleStressResult, measure);
    await api.store.stress.close(id, 'succeeded', null);
    expect(await running).toBe(0);
    expect(io.stdout()).toMatch(/^stress window +[0-9a-f-]{36}: a stress window, part of no profile$/m);
    expect(io.stdout()).toMatch(/^rate +150\.0\/s asked, 120\.0\/s achieved over 10\.0 s$/m);
    expect(io.stdout()).toMatch(/^answers +2xx 1,100, 5xx 90, unsent 10$/m);
    expect(io.stdout()).toMatch(/^latency +p50 4\.00 ms, p90 20 ms, p99 900 ms, at most 1500 ms/m);
    expect(io.stdout()).toMatch(/^sender +at most 1\.50 ms late/m);
    expect(io.stdout()).toMatch(/^saturation +in second 9, asked 150\.0\/s, achieved 100\.0\/s: 300 requests waited/m);
    expect(io.stdout()).toMatch(/^GET \/search +1,190 +90 +4\.00 ms +900 ms$/m);
    expect(io.stdout()).toMatch(/^WINDOW +1\nsteal +/m);
    expect(io.stdout()).toMatch(/^steal +from \/proc\/stat$/m);
    expect(await json('replay', 'show', id)).toMatchObject({
      kind: 'stress',
      state: 'succeeded',
      result: { end: 'saturated', saturation: { because: 'queue' }, perSecond: [{ senderLagMilliseconds: 1.5 }] },
    });
    expect((await api.hone('replay', 'list', 'shop')).stdout).toMatch(new RegExp(`^${id} +shop +succeeded +50/s +baseline `, 'm'));
  });

  test('Ctrl-C cancels, and the command waits for the end', async () => {
    const io = makeFakeIo({ directory: api.folder });
    const running = api.startHone(['replay', 'shop', '--rate', '1x'], io);
    await expect.poll(() => io.stderr()).toContain('has started');
    const id = asId<StressId>(/window (\S+) of/.exec(io.stderr())![1]!);
    const progress = { second: 2, askedPerSecond: 50, answeredPerSecond: 45, requests: 100, answered: 90, waiting: 10, p99: 3 };
    await api.store.stress.saveProgress(id, progress);
    io.interrupt();
    expect(await running).toBe(7);
    expect(io.stdout()).toMatch(/^state +cancelled$/m);
    expect(io.stdout()).toMatch(/^reached +second 2: 90 of 100 requests answered$/m);
  });

  test('a wrong order is told of where no API runs', async () => {
    const io = makeFakeIo({ directory: '/' });
    expect(await runCli(['--json', 'replay', 'shop', '--rate', 'x'], io)).toBe(2);
    expect(JSON.parse(io.stdout())).toMatchObject({ error: { code: 'input-invalid', message: '"x" is no rate.' } });
  });

  test('says what is wrong before anything is started', async () => {
    const refused = async (code: string, exit: number, ...argv: readonly string[]) => {
      const { stdout, code: ended } = await api.hone('--json', 'replay', ...argv);
      expect([(JSON.parse(stdout) as { error: { code: string } }).error.code, ended], argv.join(' ')).toEqual([code, exit]);
    };
    await refused('input-invalid', 2, 'shop', '--rate', 'x');
    await refused('input-invalid', 2, 'shop', '--rate', '3x', '--for', '5000');
    await refused('target-not-found', 3, 'nobody', '--rate', '3x');
    await refused('not-found', 3, 'shop', '--rate', '3x', '--cycle', randomUUID());
    await refused('not-found', 3, 'shop', '--rate', '3x', '--build', randomUUID());
    await refused('not-found', 3, 'show', randomUUID());
    const empty = await seed(api.store).target('empty');
    await refused('not-found', 3, 'empty', '--rate', '3x');
    const running = await empty.cycle();
    await refused('not-found', 3, 'empty', '--rate', '3x', '--cycle', running.cycle.id);
    await running.close('failed');

    const old = await seed(api.store).target('old');
    const { cycle } = await old.loop();
    const session = asId<SessionId>(asId<CycleId>(cycle.id));
    const epoch = await api.store.epochs.enter(old.target.id, session, new Date());
    await api.store.epochs.destroyed(epoch.id, { destroyedAt: new Date().toISOString(), because: 'its time was over' });
    await refused('epoch-destroyed', 1, 'old', '--rate', '3x');
  });
});
