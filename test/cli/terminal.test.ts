import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type CycleId } from '../../domain/ids.ts';
import { seed } from '../support/seed.ts';
import { controlC, onTerminal, type Terminal } from '../support/terminal.ts';
import { type ServedApi, serveApi } from './support/served-api.ts';

const launcher = fileURLToPath(new URL('../../cli/bin/hone.mjs', import.meta.url));
const question = 'Cancel the cycle (c), leave it running (l), or go on watching (w)? ';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

/** `hone refresh`, up to its first line of progress. */
async function refreshing(): Promise<{ readonly terminal: Terminal; readonly id: CycleId }> {
  const { target } = await seed(api.store).target();
  const terminal = onTerminal([launcher, 'refresh', target.name], api.folder);
  const [id = ''] = await terminal.reads(/[0-9a-f]{8}-[0-9a-f-]{27}/);
  await api.store.cycles.recordEvent({ cycleId: asId<CycleId>(id), sequence: 1, stage: 'plan', state: 'started', message: 'first words' });
  await terminal.reads(/first words/);
  return { terminal, id: asId<CycleId>(id) };
}

test.each([
  ['c', 'cancels the cycle', 7, 'cancelled', 'Cancelling; the cycle stops what it started first.'],
  ['l', 'leaves it running', 130, 'running', 'The cycle goes on without this command.'],
  [controlC, 'leaves it running (a second Ctrl-C)', 130, 'running', 'The cycle goes on without this command.'],
] as const)('Ctrl-C and %j on a real terminal %s', async (key, _what, code, state, words) => {
  const { terminal, id } = await refreshing();
  try {
    terminal.type(controlC);
    await terminal.reads(/Cancel the cycle \(c\)/);
    expect(terminal.seen()).toContain(question);
    terminal.type(key === controlC ? key : `${key}\r`);
    expect(await terminal.ended(), terminal.seen()).toBe(code);
    expect(terminal.seen()).toContain(words);
    expect((await api.store.cycles.byId(id))!.state).toBe(state);
  } finally {
    terminal.end();
  }
});

test('w on a real terminal goes on watching, and asks again at the next Ctrl-C', async () => {
  const { terminal, id } = await refreshing();
  try {
    terminal.type(controlC);
    await terminal.reads(/go on watching \(w\)/);
    terminal.type('w\r');
    await terminal.reads(/Watching on\./);
    await api.store.cycles.recordEvent({ cycleId: id, sequence: 2, stage: 'plan', state: 'done', message: 'second words' });
    await terminal.reads(/second words/);
    terminal.type(controlC);
    await terminal.reads(/go on watching \(w\)[\s\S]*go on watching \(w\)/);
    terminal.type('l\r');
    expect(await terminal.ended(), terminal.seen()).toBe(130);
  } finally {
    terminal.end();
  }
});
