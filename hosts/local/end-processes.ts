import { setTimeout as delay } from 'node:timers/promises';

import { allMembers } from './members.ts';
import { sendSignal } from './process-table.ts';
import type { InstanceRecord } from './records.ts';
import { HoneError } from '../../domain/errors.ts';

const pauseMilliseconds = 10;
const killSeconds = 10;

async function emptyWithin(record: InstanceRecord, seconds: number, each: (pids: readonly number[]) => void): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const pids = await allMembers(record);
    if (pids.length === 0) return true;
    if (performance.now() >= deadline) return false;
    each(pids);
    await delay(pauseMilliseconds);
  }
}

/** A process of another user takes no signal of ours: the others are asked all the same. */
function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      sendSignal(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    }
  }
}

/**
 * Asks the whole instance to end, waits the grace time, then kills what is left; answers whether it had to. Throws
 * `host-unfit` when a process survives even that (it hangs in the kernel, or is another user's).
 */
export async function endProcesses(record: InstanceRecord): Promise<{ readonly found: boolean; readonly killed: boolean }> {
  const members = await allMembers(record);
  if (members.length === 0) return { found: false, killed: false };
  signalAll(members, record.stopSignal);
  if (await emptyWithin(record, record.graceSeconds, () => undefined)) return { found: true, killed: false };
  // Killing until nothing is left: a process may fork between the look and the signal.
  const gone = await emptyWithin(record, killSeconds, (pids) => signalAll(pids, 'SIGKILL'));
  if (gone) return { found: true, killed: true };
  const left = (await allMembers(record)).join(', ');
  throw new HoneError(
    'host-unfit',
    `Processes ${left} of instance ${record.instanceId} did not end within ${killSeconds} s of SIGKILL.`,
    'One that hangs in the kernel (often on a disk or network file system; /proc/PID/stack says where) ends with a restart of the host; one of another user only that user or root can end.',
  );
}
