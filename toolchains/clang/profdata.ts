import { HoneError } from '../../domain/errors.ts';
import { diskFull, saysDiskFull } from '../disk.ts';
import { runProcess } from '../process.ts';
import { requireTool } from './tools.ts';

/** Which `llvm-profdata` is run. */
export interface ProfdataSettings {
  /** LLVM's major version. */
  readonly version: number;
  readonly searchPath: string;
}

/**
 * Runs one verb of `llvm-profdata`. Throws `profile-tool-failed` with the tool's own last lines, `tool-missing`, `disk-full`.
 * @param what for the message, for example `merge 3 raw profiles`
 */
export async function runProfdata(
  settings: ProfdataSettings,
  verb: readonly string[],
  what: string,
  call: { readonly signal: AbortSignal; readonly onLine?: (line: string) => void; readonly progress: (message: string) => void },
): Promise<readonly string[]> {
  const command = await requireTool('llvm-profdata', settings.version, settings.searchPath);
  const result = await runProcess({
    command,
    arguments: verb,
    environment: { PATH: settings.searchPath, LC_ALL: 'C.UTF-8' },
    signal: call.signal,
    progress: () => call.progress(`llvm-profdata: ${what}`),
    ...(call.onLine ? { onLine: call.onLine } : {}),
  });
  if (result.exitCode === 0) return result.lastLines;
  if (saysDiskFull(result.lastLines)) throw diskFull(what);
  throw new HoneError(
    'profile-tool-failed',
    `llvm-profdata ${settings.version} could not ${what}${result.exitSignal === null ? '' : ` (ended by ${result.exitSignal})`}.`,
    'A raw profile is damaged, or was written by a build of another LLVM version: collect it again with a build of the same toolchain.',
    { details: [`${command} ${verb.join(' ')}`, ...result.lastLines.slice(-20)] },
  );
}
