import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The demo's line with which a refresh cycle begins. */
export const loopStarts = /\bplan +started\b/;

/**
 * A run is given up after an hour. The longest, `npm test` in a fresh clone, takes less than half of that on two quiet cores: set-up up to
 * six minutes where Temporal's server is built, the tests about twenty. A busy machine takes twice as long.
 */
const longestSeconds = 3600;

export interface TimedCommand {
  readonly words: readonly string[];
  readonly cwd: string;
  /** A line to be timed on the way; null when there is none. */
  readonly line: RegExp | null;
  /** `line`: interrupts the command once the line has come, and awaits its end. */
  readonly until: 'line' | 'end';
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Wall seconds. */
export interface Times {
  /** To the line; to the end where no line was asked for. */
  readonly toLine: number;
  readonly toEnd: number;
}

/** Runs a command in a process group of its own. Throws when it ends badly, or without the line. */
export async function timed({ words, cwd, line, until, say, signal }: TimedCommand): Promise<Times> {
  const [program = '', ...rest] = words;
  say(`$ ${words.join(' ')}`);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const child = spawn(program, rest, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const interrupt = () => process.kill(-child.pid!, 'SIGINT');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestSeconds * 1000)]);
  limit.addEventListener('abort', interrupt, { once: true });
  const last: string[] = [];
  let seen: number | null = null;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (text) => {
      last.push(text);
      if (last.length > 15) last.shift();
      if (seen !== null || line?.test(text) !== true) return;
      seen = elapsed();
      if (until === 'line') interrupt();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  limit.removeEventListener('abort', interrupt);
  signal.throwIfAborted();
  const missed = line !== null && seen === null;
  if (missed || (until === 'end' && code !== 0))
    throw new Error(`${words.join(' ')} ended with ${code}${missed ? `, without a line like ${String(line)}` : ''}:\n${last.join('\n')}`);
  return { toLine: seen ?? elapsed(), toEnd: elapsed() };
}
