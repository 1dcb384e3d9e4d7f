import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HoneError } from '../../domain/errors.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { ProgramFiles } from '../../domain/model/build.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { SessionRequest } from '../../domain/ports/gateway.ts';
import { libraryPath } from '../../domain/rules/program-layout.ts';
import { replaceFile } from '../files.ts';
import { placeProgram } from '../place-program.ts';
import { writeFilterScript } from './filter-script.ts';

export interface PrepareSettings {
  readonly session: SessionRequest;
  readonly baseline: ProgramFiles;
  readonly blobs: BlobPort;
  readonly controlSocket: string;
  /** The hook's folder is made in it: what a killed gateway leaves goes with the session. */
  readonly directory: string;
  /**
   * What a hook that failed wrote as errors, until the target's next hook runs. It stays on production's side: a database's errors
   * show its rows, and an error of Hone goes to the engine, the store and whoever reads the cycle.
   */
  readonly errorsFile: string;
  /** The session's pseudonyms in place of what the detectors find. */
  readonly pseudonymiseText: (texts: readonly string[]) => Promise<readonly string[]>;
  /** Encrypts a file with a key of the session's epoch. */
  readonly seal: (plainPath: string, sealedPath: string) => Promise<void>;
}

const keptLines = 40;
const drainMilliseconds = 500;
const workPrefix = 'prepare-';

/**
 * Runs the words given to it and ends with their exit code. Descriptor 3 is the gateway's: when the gateway is gone, however it
 * ended, the read returns and the whole process group ends, the hook's own children too (a parent's death signal would reach the
 * first child alone).
 */
const guarded = `{ read -r gone <&3; kill -KILL 0; } </dev/null >/dev/null 2>&1 &
guard=$!
exec 3<&-
"$@"
code=$?
kill -KILL "$guard"
exit "$code"`;

/** Removes what hooks of an earlier gateway process left in the session's folder. */
export async function removePrepareLeftovers(directory: string): Promise<void> {
  const names = await readdir(directory);
  const left = names.filter((name) => name.startsWith(workPrefix));
  await Promise.all(left.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

/** Runs the prepare hook in a folder of its own and stores what it wrote as an encrypted tar archive; null without a hook. Throws `prepare-failed`. */
export async function prepareSessionData(settings: PrepareSettings, signal: AbortSignal): Promise<BlobRef | null> {
  const { session, blobs, baseline } = settings;
  const command = session.manifest.run.prepare;
  if (command === undefined) return null;
  const work = await mkdtemp(join(settings.directory, workPrefix));
  const run = (words: readonly string[], cwd: string, what: string) => runGuarded(words, cwd, what, settings, signal);
  try {
    await rm(settings.errorsFile, { force: true });
    const data = join(work, 'data');
    const program = join(work, 'program');
    const filter = join(work, 'pseudonymise.cjs'); // the folder may lie in a package of modules, where a name without an ending is one
    await mkdir(data);
    const binary = await placeProgram(blobs, { ...baseline, binaryPath: session.manifest.build.binary }, program, 'binary');
    await writeFilterScript(filter, settings.controlSocket, session.sessionId);
    // By env(1), so that the hook sees the gateway's own environment too.
    const variables = [`HONE_DATA=${data}`, `HONE_BINARY=${binary}`, `HONE_PSEUDONYMISE=${filter}`];
    if (baseline.libraries.length > 0) {
      variables.push(`HONE_LIBRARIES=${program}`, `LD_LIBRARY_PATH=${libraryPath(program, baseline.libraries, undefined)}`);
    }
    await run(['env', ...variables, '/bin/sh', '-c', command], session.targetDirectory, 'The prepare hook');
    const archive = join(work, 'data.tar');
    const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    await run(['tar', ...plain, '-cf', archive, '-C', data, '.'], work, 'Packing the prepared data');
    const sealed = `${archive}.sealed`;
    await settings.seal(archive, sealed);
    return await blobs.putFile(sealed);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** One child in a process group of its own, killed as a group when it has ended, the signal is aborted or the gateway ends. */
async function runGuarded(
  words: readonly string[],
  cwd: string,
  what: string,
  settings: PrepareSettings,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  // What a hook prints may be rows of production: only its errors are kept.
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe', 'pipe'];
  const child = spawn('/bin/sh', ['-c', guarded, 'hone-prepare', ...words], { cwd, detached: true, stdio });
  const lines = lastLinesOf(child);
  const kill = () => killGroup(child);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const ended = await endOf(child);
    signal.throwIfAborted();
    if (ended !== null) throw await failed(`${what} in ${cwd} ${ended}.`, lines(), settings);
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
    for (const stream of child.stdio) stream?.destroy();
  }
}

/** Null for a good end. What the child left behind is killed: it may hold the errors open, and nobody waits for what it writes. */
async function endOf(child: ChildProcess): Promise<string | null> {
  // A child that cannot be started never closes: the wait for its exit says so.
  const closed = once(child, 'close').catch(() => undefined);
  try {
    const [code, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    killGroup(child);
    await Promise.race([closed, delay(drainMilliseconds)]);
    if (code === 0) return null;
    return by === null ? `ended with exit code ${code}` : `was ended by ${by}`;
  } catch (error) {
    return `could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function failed(message: string, lines: readonly string[], settings: PrepareSettings): Promise<HoneError> {
  const { errorsFile, pseudonymiseText, session } = settings;
  await mkdir(dirname(errorsFile), { recursive: true, mode: 0o700 });
  await replaceFile(errorsFile, `${(await pseudonymiseText(lines)).join('\n')}\n`, 0o600);
  return new HoneError(
    'prepare-failed',
    message,
    "Read the last lines of its errors in the file below, on the gateway's machine: they are shown nowhere else, since they may hold rows of production. run.prepare in the manifest is the command.",
    { details: [`command: ${session.manifest.run.prepare}`, `errors: ${errorsFile}`] },
  );
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

function lastLinesOf(child: ChildProcess): () => string[] {
  let text = '';
  const take = (part: Buffer) => (text = (text + part.toString('utf8')).slice(-16_384));
  child.stderr?.on('data', take);
  return () => text.trimEnd().split('\n').slice(-keptLines);
}
