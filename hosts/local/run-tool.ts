import { spawn } from 'node:child_process';

import { sendSignal } from './process-table.ts';
import { HoneError } from '../../domain/errors.ts';

/** Where Debian keeps programs; instances get it too, so that a worker's own environment does not reach them. */
export const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Runs a small system tool to its end. Throws `tool-missing` when it is not there, `disk-full` when it says so,
 * `instance-not-started` when it ends badly, `host-unfit` when somebody else's signal ends it, the reason when it was aborted.
 */
export async function runTool(command: string, parameters: readonly string[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(command, parameters, {
    detached: true,
    env: { PATH: standardPath, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const endGroup = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) sendSignal(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', endGroup, { once: true });
  try {
    await ended(child, command, parameters);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', endGroup);
  }
  signal.throwIfAborted();
}

function ended(child: ReturnType<typeof spawn>, command: string, parameters: readonly string[]): Promise<void> {
  const errors: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => reject(cause.code === 'ENOENT' ? missingTool(command) : cause));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else if (signal === null) reject(failure(command, parameters, code, errors.join('')));
      else reject(killed(command, parameters, signal));
    });
  });
}

const packages: Readonly<Record<string, string>> = { setpriv: 'util-linux', taskset: 'util-linux', tar: 'tar', perl: 'perl-base' };

/** The error for a system tool that is not installed. */
export function missingTool(command: string): HoneError {
  const name = packages[command] ?? command;
  return new HoneError('tool-missing', `${command} is not installed on this load-test host.`, `Install it: apt-get install ${name}`);
}

function failure(command: string, parameters: readonly string[], code: number | null, output: string): HoneError {
  const lines = output.trim().split('\n').slice(-10);
  if (/No space left on device/.test(output)) {
    return new HoneError('disk-full', `${command} found no space left on the load-test host's disk.`, 'Free space in the data folder.', {
      details: lines,
    });
  }
  const what = `${command} ${parameters.join(' ')} ended with exit code ${code}.`;
  return new HoneError('instance-not-started', what, 'The archive may be damaged; run the cycle again.', { details: lines });
}

/** Neither build is to blame for what the host did to a tool. */
function killed(command: string, parameters: readonly string[], signal: NodeJS.Signals): HoneError {
  const what = `${command} ${parameters.join(' ')} was ended by ${signal} on the load-test host.`;
  return new HoneError('host-unfit', what, 'Often the kernel does this for want of memory: look at dmesg. Then run the cycle again.');
}
