import { chmod, open, type FileHandle } from 'node:fs/promises';
import type { Books } from './books.ts';

/** What is known of nginx's notes, to go on from. */
export interface CopyTotals {
  /** Bytes of the notes that have been read. */
  readonly offset: number;
  /** Copies that nginx says the gateway took, or that it gave up and the gateway has got all the same. */
  readonly taken: number;
  /** Copies that came in at the intake. */
  readonly arrived: number;
  /** Copies that nginx gave up and that may still come in: of a gateway that was killed, they no longer can. */
  readonly late: number;
}

/**
 * Puts nginx's count of its copies beside the gateway's. nginx appends a line to a file for each copy, so that the count does not depend
 * on a gateway that is slow, stopped or dead: `t` for one that the gateway took, `g` with the request's id for one that it gave up,
 * `r` for one above the rate, `s` for one that a person's file stopped. What nginx never handed over is entered into the books here.
 */
export interface Copies {
  /** A copy came in, whole or not. */
  arrived(requestId: string | null): void;
  /** Reads what nginx has noted since. */
  read(): Promise<void>;
  /** Like read, when nothing comes any more: what nginx handed over and the gateway never counted is dropped for this reason. */
  settle(reason: string): Promise<void>;
  /**
   * Copies that nginx handed over and that the books do not have; while mirroring, a few on their way, and less than none when the
   * notes lag behind.
   */
  unaccounted(): number;
  totals(): CopyTotals;
}

export interface CopiesSettings {
  readonly file: string;
  readonly books: Books;
  readonly before: CopyTotals | undefined;
  /** Given: what was handed over and has not come in after a while is lost for this reason, as on a way that drops what is not taken. */
  readonly lostReason?: string | null;
  readonly now?: () => number;
}

/** A copy that nginx gave up may lie in the socket of a gateway that was held up: so long it may still come in. */
const lateMilliseconds = 3000;
/** How long the id of a copy that came in is remembered, at least; nginx notes a copy that it gave up within 30 ms. */
const rememberMilliseconds = 5000;
const chunkBytes = 64 * 1024;

export function makeCopies({ file, books, before, lostReason = null, now = () => performance.now() }: CopiesSettings): Copies {
  const counts = { offset: before?.offset ?? 0, taken: before?.taken ?? 0, arrived: before?.arrived ?? 0 };
  let lateBefore = before?.late ?? 0;
  const late = new Map<string, number>();
  const recent = rememberFor(rememberMilliseconds, now);
  let running: Promise<void> = Promise.resolve();

  const lose = (reason: string) => {
    books.arrive();
    books.settle({ dropped: reason });
  };
  const note = (line: string) => {
    const id = line.slice(1);
    if (line === 't') counts.taken += 1;
    else if (line === 'r') lose('rate-limited');
    else if (line === 's') lose('stopped-by-hand');
    else if (line.startsWith('g') && recent.has(id)) counts.taken += 1;
    else if (line.startsWith('g')) late.set(id, now());
  };
  const giveUp = (until: number) => {
    for (const [id, since] of late) {
      if (since > until) continue;
      late.delete(id);
      lose('given-up');
    }
  };
  const loseUpTo = (taken: number, reason: string) => {
    for (; counts.arrived < taken; counts.arrived += 1) lose(reason);
  };
  /** What was taken long enough ago, oldest first. */
  const history: { readonly at: number; readonly taken: number }[] = [];
  const loseOld = () => {
    while (history[0] !== undefined && history[0].at <= now() - lateMilliseconds) {
      const { taken } = history.shift()!;
      if (lostReason !== null) loseUpTo(taken, lostReason);
    }
    if (lostReason !== null) history.push({ at: now(), taken: counts.taken });
  };
  const readNotes = async () => {
    const handle = await open(file, 'r');
    try {
      counts.offset = await readLines(handle, counts.offset, note);
    } finally {
      await handle.close();
    }
  };
  const oneAtATime = (act: () => Promise<void>): Promise<void> => {
    const next = running.then(act);
    running = next.catch(() => undefined);
    return next;
  };
  return {
    arrived(requestId) {
      counts.arrived += 1;
      if (requestId === null) return;
      if (late.delete(requestId)) counts.taken += 1;
      else recent.add(requestId);
    },
    read: () =>
      oneAtATime(async () => {
        giveUp(now() - lateMilliseconds);
        await readNotes();
        loseOld();
      }),
    settle: (reason) =>
      oneAtATime(async () => {
        await readNotes();
        giveUp(Infinity);
        for (; lateBefore > 0; lateBefore -= 1) lose('given-up');
        loseUpTo(counts.taken, reason);
      }),
    unaccounted: () => counts.taken - counts.arrived,
    totals: () => ({ ...counts, late: late.size + lateBefore }),
  };
}

/** Makes the file where it is not there. nginx may run as another user; nobody can list the folder that it is in. */
export async function makeCopiesLog(file: string): Promise<void> {
  const handle = await open(file, 'a');
  await handle.close();
  await chmod(file, 0o666);
}

/** Reads whole lines from a place on; answers the place behind the last one. A file that is shorter than that is another, read from its start. */
async function readLines(handle: FileHandle, from: number, note: (line: string) => void): Promise<number> {
  const { size } = await handle.stat();
  let at = size < from ? 0 : from;
  const chunk = Buffer.alloc(chunkBytes);
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunkBytes, at);
    const end = chunk.subarray(0, bytesRead).lastIndexOf(10) + 1;
    if (end === 0) return at;
    for (const line of chunk.toString('latin1', 0, end - 1).split('\n')) note(line);
    at += end;
  }
}

/** A set that forgets what is older than once to twice the time. */
function rememberFor(milliseconds: number, now: () => number): { add(id: string): void; has(id: string): boolean } {
  let young = new Set<string>();
  let old = new Set<string>();
  let since = now();
  return {
    add(id) {
      if (now() - since > milliseconds) {
        [old, young] = [young, new Set()];
        since = now();
      }
      young.add(id);
    },
    has: (id) => young.has(id) || old.has(id),
  };
}
