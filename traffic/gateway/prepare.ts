import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { SessionRequest } from '../../domain/ports/gateway.ts';
import { writeFilterScript } from './filter-script.ts';

export interface PrepareSettings {
  readonly session: SessionRequest;
  readonly baselineBinary: BlobRef;
  readonly blobs: BlobPort;
  readonly controlSocket: string;
  /** The hook's folder is made in it: what a killed gateway leaves goes with the session. */
  readonly directory: string;
}

const keptLines = 40;
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

/** Runs the prepare hook in a folder of its own and stores what it wrote as a tar archive; null without a hook. Throws `prepare-failed`. */
export async function prepareSessionData(settings: PrepareSettings, signal: AbortSignal): Promise<BlobRef | null> {
  const { session, blobs, baselineBinary } = settings;
  const command = session.manifest.run.prepare;
  if (command === undefined) return null;
  const work = await mkdtemp(join(settings.directory, workPrefix));
  try {
    const data = join(work, 'data');
    const binary = join(work, 'binary');
    const filter = join(work, 'pseudonymise');
    await mkdir(data);
    await blobs.getFile(baselineBinary.digest, binary);
    await chmod(binary, 0o755);
    await writeFilterScript(filter, settings.controlSocket, session.sessionId);
    // By env(1), so that the hook sees the gateway's own environment too.
    const variables = [`HONE_DATA=${data}`, `HONE_BINARY=${binary}`, `HONE_PSEUDONYMISE=${filter}`];
    await run('env', [...variables, '/bin/sh', '-c', command], session.targetDirectory, 'The prepare hook', signal);
    const archive = join(work, 'data.tar');
    const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    await run('tar', [...plain, '-cf', archive, '-C', data, '.'], work, 'Packing the prepared data', signal);
    return await blobs.putFile(archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** One child in a process group of its own, killed as a group when the signal is aborted or the gateway ends. */
async function run(program: string, options: readonly string[], cwd: string, what: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  // What a hook prints may be rows of production: only its errors are kept.
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe', 'pipe'];
  const child = spawn('/bin/sh', ['-c', guarded, 'hone-prepare', program, ...options], { cwd, detached: true, stdio });
  const lines = lastLinesOf(child);
  const kill = () => killGroup(child);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const ended = await new Promise<string | null>((resolve) => {
      child.on('error', (error) => resolve(`could not be started: ${error.message}`));
      child.on('close', (code, by) => resolve(code === 0 ? null : by === null ? `ended with exit code ${code}` : `was ended by ${by}`));
    });
    signal.throwIfAborted();
    if (ended !== null) {
      throw new HoneError(
        'prepare-failed',
        `${what} in ${cwd} ${ended}.`,
        'Its last lines of errors are below; run.prepare in the manifest is the command.',
        { details: lines() },
      );
    }
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
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
