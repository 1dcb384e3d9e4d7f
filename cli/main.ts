import { Command, CommanderError } from '@commander-js/extra-typings';
import { addBuildCommands } from './commands/build.ts';
import { addCycleCommands } from './commands/cycle.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addFreshnessCommands } from './commands/freshness.ts';
import { addMirrorCommands } from './commands/mirror.ts';
import { addPrivacyCommands } from './commands/privacy.ts';
import { addProfileCommands } from './commands/profile.ts';
import { addRefreshCommand } from './commands/refresh.ts';
import { addReleaseCommands } from './commands/release.ts';
import { addReplayCommands } from './commands/replay.ts';
import { addScheduleCommands } from './commands/schedule.ts';
import { addTargetCommands } from './commands/target.ts';
import { type ExitCode, exitCodeFor, exitCodeHelp, exitCodes } from './exit-codes.ts';
import { Failure, type FailureData, failureText } from './failure.ts';
import type { Io } from './io.ts';
import { type Session, makeSession } from './session.ts';
import { usageFailure } from './usage.ts';

const version = '0.1.0';

/** The `hone` command: `argv` without the program's name. Answers the exit code; never throws for an expected failure. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = makeProgram(io);
  const session = makeSession(
    io,
    () => program.opts(),
    (ended) => (code = ended),
  );
  addCommands(program, session);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return error instanceof CommanderError ? endParsing(error, program.args, argv.includes('--json'), io) : explain(error, session);
  }
}

function makeProgram(io: Io) {
  return new Command('hone')
    .description('Closes the loop of profile-guided optimisation. Talks to the API of a running Hone.')
    .version(version)
    .option('--api <url>', 'the API; without it .hone/api.json is looked for, from this folder upwards')
    .option('--token <token>', 'the token of the API; without it that of .hone/api.json')
    .option('--json', 'answer with JSON on standard output')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', `\n${exitCodeHelp}`)
    .showHelpAfterError('(hone --help shows every command)')
    .exitOverride();
}

/** The program's type, for the commands. */
export type Program = ReturnType<typeof makeProgram>;

function addCommands(program: Program, session: Session): void {
  addDoctorCommand(program, session);
  addTargetCommands(program, session);
  addRefreshCommand(program, session);
  addCycleCommands(program, session);
  addFreshnessCommands(program, session);
  addScheduleCommands(program, session);
  addMirrorCommands(program, session);
  addPrivacyCommands(program, session);
  addProfileCommands(program, session);
  addBuildCommands(program, session);
  addReleaseCommands(program, session);
  addReplayCommands(program, session);
}

/** Help and version, or wrong usage, of which Commander has told people on standard error already. */
function endParsing(error: CommanderError, words: readonly string[], json: boolean, io: Io): ExitCode {
  if (error.exitCode === 0) return exitCodes.ok;
  if (json) answerFailure(usageFailure(error, words), io);
  return exitCodes.usage;
}

function explain(error: unknown, session: Session): ExitCode {
  const data = error instanceof Failure ? error.data : unforeseen(error);
  if (session.json) answerFailure(data, session.io);
  session.io.err(failureText(data));
  return exitCodeFor(data.code);
}

function answerFailure(error: FailureData, io: Io): void {
  io.out(`${JSON.stringify({ error }, null, 2)}\n`);
}

function unforeseen(error: unknown): FailureData {
  const message = error instanceof Error ? error.message : String(error);
  const details =
    error instanceof Error
      ? (error.stack ?? '')
          .split('\n')
          .slice(1, 6)
          .map((line) => line.trim())
      : [];
  return { code: 'internal', message, advice: 'This is a defect of the command line: please report it with these lines.', details };
}
