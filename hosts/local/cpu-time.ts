import { readFile, readdir } from 'node:fs/promises';

import { readProcessStat } from './process-table.ts';
import type { ProcessStat } from './process-table.ts';

const nanosecondsPerTick = 10_000_000;

/** First number of schedstat: nanoseconds on a CPU; 0 for a thread that has just ended. */
async function threadNanoseconds(pid: number, thread: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').catch(() => '0');
  return Number(text.split(' ', 1)[0]);
}

/**
 * CPU time of one process. The sum over its threads is exact to the nanosecond but forgets threads that have ended;
 * /proc/PID/stat remembers them, and children that were waited for, in ticks of 10 ms: the larger of the two.
 */
async function processNanoseconds(stat: ProcessStat): Promise<number> {
  const threads = await readdir(`/proc/${stat.pid}/task`).catch(() => []);
  const parts = await Promise.all(threads.map((thread) => threadNanoseconds(stat.pid, thread)));
  const exact = parts.reduce((sum, part) => sum + part, 0);
  return Math.max(exact, stat.cpuTicks * nanosecondsPerTick);
}

/** Counts the CPU time of a group of processes: nanoseconds, never falling, whatever ends meanwhile. */
export interface CpuClock {
  read(): Promise<number>;
}

/**
 * A clock over whatever processes `members` answers. A process that ended keeps what it had at the last look, unless its
 * parent waited for it: then the parent's own figure has it, and the larger sum of the two views is kept.
 */
export function makeCpuClock(members: () => Promise<readonly number[]>): CpuClock {
  let highest = 0;
  return {
    async read() {
      const stats = await Promise.all((await members()).map((pid) => readProcessStat(pid)));
      const parts = await Promise.all(stats.filter((stat) => stat !== null).map(processNanoseconds));
      highest = Math.max(
        highest,
        parts.reduce((sum, part) => sum + part, 0),
      );
      return highest;
    },
  };
}

/** Peak resident memory (VmHWM) of the processes together, bytes; processes that ended count nothing. */
export async function maximumResidentBytes(pids: readonly number[]): Promise<number> {
  const parts = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    }),
  );
  return parts.reduce((sum, part) => sum + part, 0);
}
