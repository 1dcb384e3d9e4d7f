import { readFile, readdir } from 'node:fs/promises';

import { readAtOnce, readProcessStat } from './process-table.ts';
import type { ProcessStat } from './process-table.ts';

const nanosecondsPerTick = 10_000_000;

/** First number of schedstat: nanoseconds on a CPU; 0 for a thread that has just ended. */
function threadNanoseconds(pid: number, thread: string): number {
  const text = readAtOnce(`/proc/${pid}/task/${thread}/schedstat`) ?? '0';
  return Number(text.split(' ', 1)[0]);
}

/**
 * CPU time of one process without its children. The sum over its threads is exact to the nanosecond but forgets threads that
 * have ended; /proc/PID/stat remembers them, in ticks of 10 ms: the larger of the two.
 */
async function ownNanoseconds(stat: ProcessStat): Promise<number> {
  const threads = await readdir(`/proc/${stat.pid}/task`).catch(() => []);
  const exact = threads.reduce((sum, thread) => sum + threadNanoseconds(stat.pid, thread), 0);
  return Math.max(exact, stat.ownTicks * nanosecondsPerTick);
}

/** What is known of one process; nanoseconds. */
interface Account {
  readonly pid: number;
  readonly startTicks: number;
  readonly parent: number;
  readonly own: number;
  /** Of children that it waited for, as the kernel has it: at the first look, and at the last. */
  readonly waitedAtFirst: number;
  readonly waited: number;
  /** What its children that have ended since the first look had at their last look. */
  readonly ended: number;
}

/** Each ended child is in one of two views, or in both: the kernel's (if it was waited for) and ours (if it was looked at). */
const total = (account: Account): number =>
  account.own + account.waitedAtFirst + Math.max(account.waited - account.waitedAtFirst, account.ended);

const keyOf = ({ pid, startTicks }: Pick<ProcessStat, 'pid' | 'startTicks'>): string => `${pid}/${startTicks}`;

async function openAccount(stat: ProcessStat, before: Account | undefined): Promise<Account> {
  const waited = stat.waitedTicks * nanosecondsPerTick;
  const own = Math.max(before?.own ?? 0, await ownNanoseconds(stat));
  const { pid, startTicks, parent } = stat;
  return { pid, startTicks, parent, own, waited, waitedAtFirst: before?.waitedAtFirst ?? waited, ended: before?.ended ?? 0 };
}

/** Parents first: a child that ends and is waited for meanwhile is then missed in the parent rather than counted twice. */
function inOrderOfBirth(pids: Iterable<number>): readonly number[] {
  const stats = [...new Set(pids)].map(readProcessStat).filter((stat) => stat !== null);
  return stats.toSorted((left, right) => left.startTicks - right.startTicks || left.pid - right.pid).map(({ pid }) => pid);
}

/** Counts the CPU time of a group of processes: nanoseconds, never falling, whatever ends meanwhile. */
export interface CpuClock {
  read(): Promise<number>;
}

/**
 * A clock over whatever processes `members` answers, one read at a time. A process that has ended keeps what it had at the
 * last look, once: in its parent's account, which also has what the kernel says of children that were waited for. What a
 * child that nobody of the group waits for used after its last look is not known to anybody.
 */
export function makeCpuClock(members: () => Promise<readonly number[]>): CpuClock {
  let accounts = new Map<string, Account>();
  let [withoutParent, highest] = [0, 0];

  async function look(): Promise<void> {
    const now = new Map<string, Account>();
    const known = [...accounts.values()];
    for (const pid of inOrderOfBirth([...known.map((account) => account.pid), ...(await members())])) {
      const stat = readProcessStat(pid);
      if (stat !== null) now.set(keyOf(stat), await openAccount(stat, accounts.get(keyOf(stat))));
    }
    const gone = known.filter((account) => !now.has(keyOf(account)));
    accounts = new Map([...gone.map((account) => [keyOf(account), account] as const), ...now]);
    // Children first, so that a child of one that has ended as well goes up with it.
    for (const one of gone.toSorted((left, right) => right.startTicks - left.startTicks || right.pid - left.pid)) close(keyOf(one));
  }

  function close(key: string): void {
    const account = accounts.get(key) as Account;
    accounts.delete(key);
    const parent = [...accounts.values()].find(({ pid }) => pid === account.parent);
    if (parent === undefined) withoutParent += total(account);
    else accounts.set(keyOf(parent), { ...parent, ended: parent.ended + total(account) });
  }

  return {
    async read() {
      await look();
      highest = Math.max(
        highest,
        [...accounts.values()].reduce((sum, account) => sum + total(account), withoutParent),
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
