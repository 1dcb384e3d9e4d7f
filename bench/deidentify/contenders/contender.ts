import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Turn, TurnReport } from './protocol.ts';

/** A program that de-identifies requests, one turn at a time. */
export interface Contender {
  take(turn: Turn): Promise<TurnReport>;
  stop(): Promise<void>;
}

/**
 * Starts a contender on one core.
 * @param command program and arguments
 * @throws when it ends before it has answered, with its last lines
 */
export function startContender(command: readonly string[], core: number, signal: AbortSignal): Contender {
  const child = spawn('taskset', ['-c', String(core), ...command], { stdio: ['pipe', 'pipe', 'pipe'], signal });
  const ended = once(child, 'close');
  ended.catch(() => undefined); // who takes a turn hears of it
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
  return {
    async take(turn) {
      child.stdin.write(`${JSON.stringify(turn)}\n`);
      const { value, done } = await lines.next();
      signal.throwIfAborted();
      if (done === true) throw new Error(`${command.join(' ')} ended:\n${errors}`);
      return JSON.parse(value) as TurnReport;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
