/** Everything that a command knows of the process it runs in: a test gives its own. */
export interface Io {
  /** Standard output: what was asked for. */
  out(text: string): void;
  /** Standard error: progress, next commands, errors. */
  err(text: string): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly stdinIsTerminal: boolean;
  /** Absolute; relative paths of arguments start here. */
  readonly directory: string;
  /** Folders of programs, as in PATH. */
  readonly searchPath: string;
  /** Asks on the terminal; null when nobody can answer, or the signal fires first. */
  ask(question: string, signal: AbortSignal): Promise<string | null>;
  /** Calls back on every Ctrl-C until the returned function is called. */
  onInterrupt(callback: () => void): () => void;
}
