import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { expect } from 'vitest';
import type { CycleId } from '../../domain/ids.ts';
import type { CycleEvent, CycleStage, RefreshCycle } from '../../domain/model/cycle.ts';
import type { KeptServer } from '../../runtime/keep-up.ts';
import type { Loop, LoopStack } from './loop.ts';

/** Where in a cycle: a stage, or the part of `windows` that holds requests out. */
export type Place = CycleStage | 'hold-out';

/** Small numbers, and windows that a busy machine does not lose: these tests are about what goes on, not about what is measured. */
export function smallManifest(text: string): string {
  return text
    .replace('warmUpRequests: 20', 'warmUpRequests: 10')
    .replace('requestsPerWindow: 100', 'requestsPerWindow: 60')
    .replace(
      /^ {2}heldOutRequests: .*$/m,
      '  heldOutRequests: 60\n  admission: { maximumStealShare: 1, maximumCpuPressure: 100, maximumForeignCpuShare: 1 }',
    )
    .replace('requestsPerLeg: 200', 'requestsPerLeg: 60')
    .replace('maximumPairs: 20', 'maximumPairs: 8');
}

/** The event that begins a place. */
export function begins(place: Place): (event: Pick<CycleEvent, 'stage' | 'state' | 'message'>) => boolean {
  return ({ stage, state, message }) =>
    place === 'hold-out' ? stage === 'windows' && message.startsWith('holding out') : stage === place && state === 'started';
}

/** Ends a process at once and waits until the stack has another one in its place. */
export async function killAndAwaitNext(server: KeptServer): Promise<void> {
  const pid = server.pid();
  process.kill(pid, 'SIGKILL');
  await untilReplaced(server, pid);
}

const untilReplaced = (server: KeptServer, pid: number) =>
  until(`a new process in the place of ${pid}`, 60, async () => server.pid() !== pid);

const requestsPerSecond = 100;

/** Stages that are over in a moment are held at what they write, so that the signal finds them there. */
const heldAt: Partial<Record<Place, string>> = {
  publish: 'LOCK TABLE "ProfileVersion" IN SHARE MODE',
  'build-optimised': 'LOCK TABLE "Build" IN SHARE MODE',
};

/**
 * Runs cycles and kills the worker with -9 in each place, until every one was hit: Temporal says where the workflow stood
 * still, since a short stage may be over before the signal arrives. Production gets requests
 * meanwhile, and none of them may fail. Answers the cycles that ended.
 */
export async function killWorkerAt(loop: Loop, places: readonly Place[]): Promise<RefreshCycle[]> {
  const cycles: RefreshCycle[] = [];
  let missing = [...places];
  for (let attempt = 1; missing.length > 0; attempt += 1) {
    expect(attempt, `${missing.join(', ')} could not be hit`).toBeLessThan(4);
    loop.startTraffic(requestsPerSecond);
    const cycleId = await loop.startCycle(`kills at ${missing.join(', ')}`);
    for (const place of missing) {
      const stage = await killAt(loop, cycleId, place);
      if (stage === stageOf(place)) missing = missing.filter((other) => other !== place);
    }
    cycles.push(await loop.ended(cycleId));
    expect((await loop.stopTraffic()).failures).toEqual([]);
  }
  return cycles;
}

const stageOf = (place: Place): CycleStage => (place === 'hold-out' ? 'windows' : place);

/** Answers the stage in which the workflow stood while no worker lived. */
async function killAt(loop: Loop, cycleId: CycleId, place: Place): Promise<CycleStage> {
  const { worker } = loop.stack.processes;
  const pid = worker.pid();
  const kill = async () => {
    process.kill(pid, 'SIGKILL');
    return loop.workflowStage();
  };
  const hold = heldAt[place];
  const stage = hold ? await whileHeld(loop, place, hold, kill) : await loop.untilEvent(cycleId, begins(place)).then(kill);
  await untilReplaced(worker, pid);
  return stage;
}

/** Locks what a stage writes, waits until the stage is there and waits for the lock, does something, and lets it go. */
async function whileHeld<Result>(loop: Loop, place: Place, hold: string, act: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: loop.stack.databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(hold);
    await until(`the cycle is held in ${place}`, 90, async () => {
      const { rows } = await client.query('SELECT pid FROM pg_locks WHERE NOT granted');
      return rows.length > 0 && (await loop.workflowStage()) === stageOf(place);
    });
    return await act();
  } finally {
    await client.end(); // and with it the transaction
  }
}

/** What holds after every cycle, however it went: an end that explains itself, one profile version at most, nothing left. */
export async function expectCleanEnd(loop: Loop<LoopStack>, cycle: RefreshCycle): Promise<void> {
  expect(cycle.endedAt).not.toBeNull();
  if (cycle.state === 'succeeded') expect(cycle.error).toBeNull();
  else
    expect(cycle.error).toMatchObject({
      code: expect.not.stringMatching(/^internal$/),
      message: expect.any(String),
      advice: expect.any(String),
    });
  const versions = await loop.store.profiles.byCycleIds([cycle.id]);
  if (cycle.state === 'succeeded') expect(versions).toHaveLength(1);
  else expect(versions.length).toBeLessThanOrEqual(1);
  expect(await loop.leftovers()).toEqual([]);
}

/** Bounded polling of something outside of this process. */
export async function until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s.`);
    await delay(20);
  }
}
