import { resolve } from 'node:path';
import { type ApiClient, makeApiClient } from './api/client.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { type ApiFlags, readApiSettings } from './settings.ts';

export interface GlobalOptions extends ApiFlags {
  readonly json?: boolean | undefined;
}

/** What every command gets: the process, the API when it asks for it, and the two ways of answering. */
export interface Session {
  readonly io: Io;
  readonly json: boolean;
  /** Reads the settings at the first call. */
  api(): Promise<ApiClient>;
  /** The answer on standard output: the value as JSON with --json, the text otherwise. */
  answer(value: unknown, text: string): void;
  /** A line for people on standard error; nothing with --json. */
  note(text: string): void;
  /** The commands to type next, for people. */
  next(...commands: readonly string[]): void;
  /** What the process ends with when the command has ended well. */
  endWith(code: ExitCode): void;
  /** An absolute path from an argument. */
  path(argument: string): string;
}

export function makeSession(io: Io, options: () => GlobalOptions, endWith: (code: ExitCode) => void): Session {
  let client: Promise<ApiClient> | undefined;
  const note = (text: string): void => {
    if (options().json !== true) io.err(`${text}\n`);
  };
  return {
    io,
    get json() {
      return options().json === true;
    },
    api: () => (client ??= readApiSettings(io.directory, options()).then(makeApiClient)),
    answer: (value, text) => io.out(options().json === true ? `${JSON.stringify(value, null, 2)}\n` : text),
    note,
    next: (...commands) => note(`\nNext:\n${commands.map((command) => `  ${command}`).join('\n')}`),
    endWith,
    path: (argument) => resolve(io.directory, argument),
  };
}
