import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { BuildKind } from '../../domain/model/build.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';
import { diskFull, saysDiskFull } from '../disk.ts';
import { runProcess } from '../process.ts';
import type { ProcessResult } from '../process.ts';
import { errorLines, readDiagnostics } from './diagnostics.ts';
import type { Diagnostic } from './diagnostics.ts';
import { readElf } from './elf.ts';
import { counterSection } from './instrument.ts';
import type { Workspace } from './workspace.ts';

export interface CommandSettings {
  readonly manifest: Manifest;
  readonly kind: BuildKind;
  readonly workspace: Workspace;
  readonly environment: Readonly<Record<string, string>>;
  /** 0 (as everything else) to 19 (only what nobody else wants of the processor). */
  readonly niceness: number;
}

/**
 * Runs $2 at the niceness $1. Where the kernel shares the processors by sessions first (`sched_autogroup_enabled`, as Debian has it), a
 * niceness counts only among the processes of one session: the whole session, which is the build's own, takes it as well.
 */
const nicely = '{ echo "$1" > /proc/self/autogroup; } 2> /dev/null; exec nice -n "$1" /bin/sh -c "$2"';

/**
 * Runs the manifest's build command in the source tree, at its niceness. Answers what the compiler said and how long the command took. Throws
 * `build-failed` with the command, the place and the compiler's own words; `disk-full`.
 */
export async function runBuildCommand(
  settings: CommandSettings,
  call: LongCall,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly seconds: number }> {
  const { manifest, kind, workspace } = settings;
  const result = await runProcess({
    command: '/bin/sh',
    arguments: ['-c', nicely, 'build', String(settings.niceness), manifest.build.command],
    workingDirectory: workspace.source,
    environment: settings.environment,
    signal: call.signal,
    timeoutSeconds: manifest.build.timeoutSeconds,
    progress: (lastLine) => call.progress(lastLine === '' ? `building ${kind}` : `building ${kind}: ${lastLine}`),
  });
  const diagnostics = await readDiagnostics(workspace.diagnostics);
  if (result.timedOut || result.exitCode !== 0) throw buildFailed(settings, result, diagnostics);
  return { diagnostics, seconds: result.seconds };
}

function buildFailed(settings: CommandSettings, result: ProcessResult, diagnostics: readonly Diagnostic[]): HoneError {
  const { manifest, kind, workspace } = settings;
  if (saysDiskFull(result.lastLines)) return diskFull(`building ${manifest.target}`);
  const timeout = manifest.build.timeoutSeconds;
  const how = result.timedOut
    ? `took longer than ${timeout} s`
    : result.exitSignal === null
      ? `ended with exit code ${result.exitCode}`
      : `was ended by ${result.exitSignal}`;
  const advice = result.timedOut
    ? 'Raise build.timeoutSeconds in hone.yaml, or make the build faster.'
    : 'Correct what the lines below say; the command is build.command in hone.yaml, and gets CC, CFLAGS and LDFLAGS from Hone.';
  const details = [`in ${workspace.source}: ${manifest.build.command}`, ...tellingLines(result.lastLines, diagnostics)];
  return new HoneError('build-failed', `The ${kind} build of ${manifest.target} ${how}.`, advice, { details });
}

const shownErrors = 20;
const shownLines = 15;

/** The compiler's errors with the lines that belong to them, and the last lines; from its own log where the build hides them. */
function tellingLines(lastLines: readonly string[], diagnostics: readonly Diagnostic[]): readonly string[] {
  const isError = (line: string) => /\b(fatal )?error:|undefined reference|\*\*\* /.test(line);
  const first = lastLines.findIndex(isError);
  const shown = first === -1 ? errorLines(diagnostics).slice(-shownErrors) : lastLines.slice(first, first + shownErrors);
  const end = first === -1 ? 0 : first + shownErrors;
  return [...shown, ...lastLines.slice(Math.max(end, lastLines.length - shownLines))];
}

/**
 * Checks the program that the command should have made. Throws `binary-missing` naming the expected path, and `build-failed`
 * when the program was not built with the flags it was given.
 */
export async function inspectBinary(
  settings: CommandSettings,
): Promise<{ readonly path: string; readonly elfBuildId: string; readonly textBytes: number }> {
  const { manifest, kind, workspace } = settings;
  const path = join(workspace.source, manifest.build.binary);
  const isFile = await stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
  const missing = (what: string, advice: string) => new HoneError('binary-missing', what, advice, { details: [manifest.build.command] });
  if (!isFile)
    throw missing(
      `The ${kind} build of ${manifest.target} made no ${path}.`,
      'Correct build.binary in hone.yaml: it is relative to the source directory.',
    );
  const elf = await readElf(path);
  if (elf === null) {
    throw missing(`${path} is no ELF program.`, 'Name the linked program in build.binary; with libtool the one in the .libs folder.');
  }
  const ignored = (what: string, variable: string) =>
    new HoneError(
      'build-failed',
      `${path} ${what}: the build did not use ${variable}.`,
      `Make the build honour ${variable} from the environment.`,
      {
        details: [manifest.build.command, `${variable}=${settings.environment[variable]}`],
      },
    );
  if (elf.buildId === null) throw ignored('has no build ID', 'LDFLAGS');
  if (kind === 'instrumented' && !elf.sections.has(counterSection)) throw ignored('holds no counters', 'CFLAGS');
  return { path, elfBuildId: elf.buildId, textBytes: elf.textBytes };
}
