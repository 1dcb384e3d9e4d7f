import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed, type CycleSeed } from '../support/seed.ts';
import { makeFakeIo, type FakeIo } from './support/fake-io.ts';
import { type ServedApi, serveApi } from './support/served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

async function running(): Promise<{ readonly cycle: CycleSeed; readonly id: string }> {
  const cycle = await (await seed(api.store).target()).cycle();
  return { cycle, id: cycle.cycle.id };
}

function watch(id: string, io: FakeIo, ...more: readonly string[]) {
  return api.startHone(['cycle', 'watch', id, ...more], io);
}

describe('watching a cycle', () => {
  test('shows what was, then what comes, each once, and ends with the cycle', async () => {
    const { cycle, id } = await running();
    await cycle.event(1, 'first');
    const io = makeFakeIo({ directory: api.folder });
    const ended = watch(id, io, '--json');
    await io.said('first');
    await cycle.event(2, 'second');
    await io.said('second');
    await cycle.close('inconclusive');
    expect(await ended).toBe(6);
    expect(io.stderr().match(/first|second/g)).toEqual(['first', 'second']);
    expect(JSON.parse(io.stdout())).toMatchObject({ id, state: 'inconclusive', release: null });
  });

  test.each([
    ['failed', 1],
    ['rejected', 6],
    ['cancelled', 7],
  ] as const)('a cycle that %s ends with %i', async (state, code) => {
    const { cycle, id } = await running();
    await cycle.close(state);
    expect(await watch(id, makeFakeIo({ directory: api.folder }))).toBe(code);
  });

  test('a cycle with a release on offer ends with 0 and the command to promote it', async () => {
    const target = await seed(api.store).target('offered');
    const { cycle } = await target.loop();
    const io = makeFakeIo({ directory: api.folder });
    expect(await watch(cycle.id, io)).toBe(0);
    expect(io.stderr()).toContain('hone release promote offered 1 --channel stable');
  });

  test('goes on where it was when the API was away', async () => {
    const { cycle, id } = await running();
    await cycle.event(1, 'before');
    const io = makeFakeIo({ directory: api.folder });
    const ended = watch(id, io);
    await io.said('before');
    await api.stopServer();
    await io.said('connection lost');
    await cycle.event(2, 'meanwhile');
    await api.startServer();
    await io.said('meanwhile');
    await cycle.close('cancelled');
    expect(await ended).toBe(7);
    expect(io.stderr().match(/before|meanwhile/g)).toEqual(['before', 'meanwhile']);
  });
});

describe('Ctrl-C', () => {
  test('asks, and cancels the cycle', async () => {
    const { id } = await running();
    const io = makeFakeIo({ directory: api.folder, terminal: true, answer: 'c' });
    const ended = watch(id, io);
    await subscribed(id, io);
    io.interrupt();
    expect(await ended).toBe(7);
    expect(io.stderr()).toContain('Cancel the cycle (c), leave it running (l), or go on watching (w)?');
    expect(api.cancelled).toContain(id);
  });

  test('asks, and leaves the cycle running', async () => {
    const { cycle, id } = await running();
    const io = makeFakeIo({ directory: api.folder, terminal: true, answer: 'l' });
    const ended = watch(id, io);
    await subscribed(id, io);
    io.interrupt();
    expect(await ended).toBe(130);
    expect(io.stderr()).toContain(`hone cycle cancel ${id}`);
    expect((await api.store.cycles.byId(cycle.cycle.id))?.state).toBe('running');
  });

  test('asks, and goes on watching', async () => {
    const { cycle, id } = await running();
    const io = makeFakeIo({ directory: api.folder, terminal: true, answer: 'w' });
    const ended = watch(id, io);
    await subscribed(id, io);
    io.interrupt();
    await io.said('or go on watching');
    await cycle.event(2, 'still here');
    await io.said('still here');
    await cycle.close('failed');
    expect(await ended).toBe(1);
  });

  test('twice leaves without an answer', async () => {
    const { id } = await running();
    const io = makeFakeIo({ directory: api.folder, terminal: true, answer: null });
    const ended = watch(id, io);
    await subscribed(id, io);
    io.interrupt();
    io.interrupt();
    expect(await ended).toBe(130);
    expect(api.cancelled).not.toContain(id);
  });

  test('without a terminal leaves at once', async () => {
    const { id } = await running();
    const io = makeFakeIo({ directory: api.folder });
    const ended = watch(id, io);
    await subscribed(id, io);
    io.interrupt();
    expect(await ended).toBe(130);
  });

  /** An event that has come through says that the command listens. */
  async function subscribed(id: string, io: FakeIo): Promise<void> {
    await api.store.cycles.recordEvent({ cycleId: id as never, sequence: 1, stage: 'plan', state: 'done', message: 'planned' });
    await io.said('planned');
  }
});

describe('refresh', () => {
  test('--detach starts a cycle and returns', async () => {
    const { target } = await seed(api.store).target('detached');
    const { code, stdout } = await api.hone('refresh', 'detached', '--detach', '--reason', 'a test', '--json');
    const { cycle } = JSON.parse(stdout) as { cycle: string };
    expect(code).toBe(0);
    const { rows } = await api.store.cycles.list({ targetId: target.id }, { first: 1, after: null });
    expect(rows[0]?.row).toMatchObject({ id: cycle, reason: 'a test', state: 'running' });
    expect(await api.hone('cycle', 'cancel', cycle)).toMatchObject({ code: 0 });
    expect(await api.hone('cycle', 'cancel', cycle)).toMatchObject({ code: 3 });
  });

  test('a target that is not there', async () => {
    expect(await api.hone('refresh', 'nobody')).toMatchObject({ code: 3 });
  });
});
