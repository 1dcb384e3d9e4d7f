import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { expect } from 'vitest';
import type { CycleId } from '../../domain/ids.ts';
import type { CycleEvent, CycleStage, RefreshCycle } from '../../domain/model/cycle.ts';
import type { KeptServer } from '../../runtime/keep-up.ts';
import type { Loop, LoopStack } from './loop.ts';

/** Small numbers, and windows that a busy machine does not lose: these tests are about what goes on, not about what is measured. */
export function smallManifest(text: string): string {
  return text
    .replace('warmUpRequests: 20', 'warmUpRequests: 10')
    .replace('requestsPerWindow: 100', 'requestsPerWindow: 60')
    .replace(
      /^ {2}heldOutRequests: .*$/m,
      '  heldOutRequests: 150\n  admission: { maximumStealShare: 1, maximumCpuPressure: 100, maximumForeignCpuShare: 1 }',
    )
    .replace('requestsPerLeg: 200', 'requestsPerLeg: 60')
    .replace('maximumPairs: 20', 'maximumPairs: 8');
}

/** The same for those whose kills are over before the evaluation. */
export function smallestManifest(text: string): string {
  return smallManifest(text).replace(/minimumPairs: 8\n {2}maximumPairs: 8/, 'minimumPairs: 2\n  maximumPairs: 2');
}

/** The event that begins a stage. */
export function begins(wanted: CycleStage): (event: Pick<CycleEvent, 'stage' | 'state'>) => boolean {
  return ({ stage, state }) => stage === wanted && state === 'started';
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

interface Hold {
  /** Taken when this stage begins; at once when absent. */
  readonly from?: CycleStage;
  readonly lock: string;
}

/** Stages that are over in a moment are held at what they read or write, so that the signal finds them there. */
const heldAt: Partial<Record<CycleStage, Hold>> = {
  accept: { from: 'windows', lock: 'LOCK TABLE "Build" IN ACCESS EXCLUSIVE MODE' },
  publish: { lock: 'LOCK TABLE "ProfileVersion" IN SHARE MODE' },
  'build-optimised': { lock: 'LOCK TABLE "Build" IN SHARE MODE' },
  'offer-release': { lock: 'LOCK TABLE "Release" IN SHARE MODE' },
};

/**
 * Runs cycles and kills the worker with -9 in each stage, until every one was hit: Temporal says where the workflow stood
 * still, since a short stage may be over before the signal arrives. Production gets requests
 * meanwhile, and none of them may fail. Answers the cycles that ended.
 */
export async function killWorkerAt(loop: Loop, stages: readonly CycleStage[]): Promise<RefreshCycle[]> {
  const cycles: RefreshCycle[] = [];
  let missing = [...stages];
  for (let attempt = 1; missing.length > 0; attempt += 1) {
    expect(attempt, `${missing.join(', ')} could not be hit`).toBeLessThan(4);
    loop.startTraffic(requestsPerSecond);
    const cycleId = await loop.startCycle(`kills at ${missing.join(', ')}`);
    for (const stage of missing) {
      const stood = await killAt(loop, cycleId, stage);
      if (stood === stage) missing = missing.filter((other) => other !== stage);
    }
    cycles.push(await loop.ended(cycleId));
    expect((await loop.stopTraffic()).failures).toEqual([]);
  }
  return cycles;
}

/** Kills the worker in a stage of a cycle. Answers the stage in which the workflow stood while no worker lived; null when it was over. */
export async function killAt(loop: Loop, cycleId: CycleId, stage: CycleStage): Promise<CycleStage | null> {
  const { worker } = loop.stack.processes;
  let pid = 0;
  if (stage === 'stop') await freezeInstance(loop, cycleId);
  const stood = await actAt(loop, cycleId, stage, async () => {
    pid = worker.pid();
    process.kill(pid, 'SIGKILL');
    return loop.workflowStage();
  });
  await untilReplaced(worker, pid);
  return stood;
}

/** Does something when a cycle is in a stage; one that would be over in a moment is held there meanwhile. */
export async function actAt<Result>(loop: Loop, cycleId: CycleId, stage: CycleStage, act: () => Promise<Result>): Promise<Result> {
  const hold = heldAt[stage];
  if (hold?.from) await loop.untilEvent(cycleId, begins(hold.from));
  if (hold) return whileHeld(loop, cycleId, stage, hold.lock, act);
  await loop.untilEvent(cycleId, begins(stage));
  return act();
}

/**
 * Stops the instance (SIGSTOP) after the last window, so that its end takes the whole time of grace, not a moment. On a busy machine it may
 * have ended before: then the stage is over too, and whoever asks where the cycle stands is told so.
 */
async function freezeInstance(loop: Loop, cycleId: CycleId): Promise<void> {
  const deployed = await loop.untilEvent(cycleId, ({ stage, state }) => stage === 'deploy' && state === 'done');
  const pid = Number(/^process (\d+) /.exec(deployed.message)?.[1]);
  const { windows } = loop.target.manifest.collection;
  await loop.untilEvent(cycleId, ({ message }) => message.startsWith(`window ${windows} kept`));
  try {
    process.kill(pid, 'SIGSTOP');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Locks what a stage writes, waits until the stage is there and waits for the lock, does something, and lets it go. */
async function whileHeld<Result>(
  loop: Loop,
  cycleId: CycleId,
  stage: CycleStage,
  lock: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: loop.stack.databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(lock);
    await until(`the cycle is held in ${stage}`, 90, async () => {
      const cycle = await loop.store.cycles.byId(cycleId);
      if (cycle && cycle.state !== 'running')
        throw new Error(`The cycle ended (${cycle.state}, in ${cycle.stage}) before ${stage} was reached: ${JSON.stringify(cycle.error)}`);
      const { rows } = await client.query('SELECT pid FROM pg_locks WHERE NOT granted');
      return rows.length > 0 && (await loop.workflowStage()) === stage;
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
