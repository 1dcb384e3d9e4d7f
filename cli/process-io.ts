import { createInterface } from 'node:readline/promises';
import type { Io } from './io.ts';

/** The real process. */
export function makeProcessIo(): Io {
  // A reader that goes away early (`hone ... | head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdoutIsTerminal: process.stdout.isTTY,
    stderrIsTerminal: process.stderr.isTTY,
    stdinIsTerminal: process.stdin.isTTY,
    directory: process.cwd(),
    searchPath: process.env['PATH'] ?? '', // the doctor looks for programs where a shell would
    ask,
    onInterrupt(callback) {
      process.on('SIGINT', callback);
      return () => void process.off('SIGINT', callback);
    },
  };
}

async function ask(question: string, signal: AbortSignal): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // While a question stands the terminal is the reader's: its Ctrl-C is passed on as the process's own.
  lines.on('SIGINT', () => process.emit('SIGINT'));
  try {
    const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
    return await Promise.race([lines.question(question, { signal }), closed]);
  } catch {
    return null; // interrupted, or standard input ended
  } finally {
    lines.close();
  }
}
