import type { Io } from '../../../cli/io.ts';

export interface FakeIo extends Io {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Presses Ctrl-C. */
  interrupt(): void;
  /** Settles when standard error holds the text. */
  said(text: string): Promise<void>;
}

/** A terminal (or none) whose person answers every question with `answer`; null never answers. */
export function makeFakeIo(options: { readonly directory: string; readonly terminal?: boolean; readonly answer?: string | null }): FakeIo {
  const { directory, terminal = false, answer = null } = options;
  let stdout = '';
  let stderr = '';
  const interrupts = new Set<() => void>();
  const listeners = new Set<() => void>();
  return {
    out: (text) => void (stdout += text),
    err: (text) => {
      stderr += text;
      for (const listener of listeners) listener();
    },
    stdoutIsTerminal: terminal,
    stderrIsTerminal: terminal,
    stdinIsTerminal: terminal,
    directory,
    searchPath: process.env['PATH'] ?? '',
    ask: (question, signal) => {
      stderr += question;
      for (const listener of listeners) listener();
      if (answer !== null) return Promise.resolve(answer);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));
    },
    onInterrupt: (callback) => {
      interrupts.add(callback);
      return () => void interrupts.delete(callback);
    },
    stdout: () => stdout,
    stderr: () => stderr,
    interrupt: () => {
      for (const callback of interrupts) callback();
    },
    said: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!stderr.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
  };
}
