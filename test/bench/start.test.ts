import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { spread } from '../../bench/start/start.ts';
import { loopStarts, timed, type TimedCommand } from '../../bench/start/timed.ts';

const said: string[] = [];
const shell = (script: string, more: Partial<TimedCommand> = {}) =>
  timed({
    words: ['sh', '-c', script],
    cwd: tmpdir(),
    line: null,
    until: 'end',
    say: (line) => said.push(line),
    signal: new AbortController().signal,
    ...more,
  });

test('the loop starts with the first line of its plan, and with no other', () => {
  expect('  36.0 s  plan               started').toMatch(loopStarts);
  for (const other of ['  36.5 s  plan               source bdeabf9e62f8', '  80.1 s  windows            started', 'plan not started'])
    expect(other).not.toMatch(loopStarts);
});

test('a command is timed to a line and to its end, in one run', async () => {
  const { toLine, toEnd } = await shell('echo "plan  started"; sleep 0.2', { line: loopStarts });
  expect(toEnd - toLine).toBeGreaterThanOrEqual(0.15);
  expect(said).toContain('$ sh -c echo "plan  started"; sleep 0.2');
});

test('a command whose line is all that is wanted is interrupted there, with what it started', async () => {
  // The line comes from a grandchild: a shell that is interrupted while it forks would let its child live.
  const inner = `sh -c 'echo "plan  started"; exec sleep 600'; echo never`;
  const { toLine, toEnd } = await shell(inner, { line: loopStarts, until: 'line' });
  expect(toEnd).toBeGreaterThanOrEqual(toLine);
  expect(toEnd).toBeLessThan(60);
});

test('a command that ends badly, or without its line, is no figure but an error with its last lines', async () => {
  await expect(shell('echo why; exit 3')).rejects.toThrow(/ended with 3:\nwhy$/);
  await expect(shell('echo why', { line: loopStarts, until: 'line' })).rejects.toThrow(/ended with 0, without a line like .*:\nwhy$/);
  await expect(shell('echo "plan  started"; exit 3', { line: loopStarts })).rejects.toThrow(/ended with 3:\nplan {2}started$/);
});

test('a spread is the median, from the least to the most', () => {
  const figure = spread('warm', [3, 1, 2], '< 15', 'again');
  expect(figure).toEqual({ name: 'warm', value: 2, low: 1, high: 3, unit: 's', aim: '< 15', peer: 'again; 3 runs, least to most' });
});
