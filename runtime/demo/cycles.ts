import { setTimeout as delay } from 'node:timers/promises';
import { HoneError } from '../../domain/errors.ts';
import type { CycleId } from '../../domain/ids.ts';
import type { Target } from '../../domain/model/target.ts';
import type { EnginePort } from '../../domain/ports/engine.ts';
import type { Store } from '../../domain/ports/store.ts';
import type { Say } from '../stack.ts';
import { InterruptedError } from './interrupted-error.ts';
import type { DemoProduction } from './production.ts';

const cleanUpSeconds = 60;
/** A cycle compiles for most of a minute before it needs a request: it is found in time. */
const lookMilliseconds = 1000;

/** What the demo's cycles run on. */
interface CycleGround {
  readonly engine: EnginePort;
  readonly store: Store;
  readonly production: DemoProduction;
  readonly target: Target;
  readonly say: Say;
}

/**
 * Starts the cycle and follows it to its end. Interrupted, it cancels the cycle, waits until that has cleaned up, and
 * throws {@link InterruptedError}.
 */
export async function runCycle(ground: CycleGround, onStarted: (cycleId: CycleId) => void, signal: AbortSignal): Promise<CycleId> {
  await cancelRunning(ground); // its production went with the demo that was killed
  const cycleId = await ground.engine.startCycle(ground.target, 'the demo asked for it');
  onStarted(cycleId);
  try {
    await attend(ground, cycleId, signal);
    signal.throwIfAborted();
  } catch (error) {
    const ended = await cancel(ground, cycleId);
    throw signal.aborted ? new InterruptedError(ended) : error;
  }
  return cycleId;
}

/**
 * Production's usual life until the signal comes: a little traffic, and what a cycle needs for each that somebody starts. A
 * cycle that runs when the signal comes is cancelled, since its production ends.
 */
export async function attendCycles(ground: CycleGround, signal: AbortSignal): Promise<void> {
  await ground.production.send('idle');
  while (!signal.aborted) {
    await attendNext(ground, signal).catch((error: unknown) => {
      // The store may be away for a moment: the stack starts it again.
      if (!(error instanceof HoneError && error.retryable)) throw error;
      ground.say(`cycles cannot be watched now: ${error.message}`);
    });
    await delay(lookMilliseconds, undefined, { signal }).catch(() => undefined);
  }
  await cancelRunning(ground);
}

async function attendNext(ground: CycleGround, signal: AbortSignal): Promise<void> {
  const cycleId = await runningCycle(ground);
  if (!cycleId) return;
  await attend(ground, cycleId, signal);
  if (!signal.aborted) await ground.production.send('idle');
}

/** What somebody else, or a demo that was killed, began on this target. */
async function cancelRunning(ground: CycleGround): Promise<void> {
  const cycleId = await runningCycle(ground);
  if (cycleId) ground.say(await cancel(ground, cycleId));
}

async function runningCycle({ store, target }: CycleGround): Promise<CycleId | null> {
  const { rows } = await store.cycles.list({ targetId: target.id }, { first: 1, after: null });
  const newest = rows[0]?.row;
  return newest?.state === 'running' ? newest.id : null;
}

/** Cancels a cycle that may have ended by itself, waits until it has cleaned up, and says what came of it. */
async function cancel({ engine, store, target }: CycleGround, cycleId: CycleId): Promise<string> {
  await engine.cancelCycle(target.name, cycleId).catch(() => undefined);
  try {
    for await (const event of store.cycles.follow(cycleId, 0, AbortSignal.timeout(cleanUpSeconds * 1000))) void event;
    const cycle = await store.cycles.byId(cycleId);
    return cycle?.state === 'running'
      ? `cycle ${cycleId} was cancelled, but has not cleaned up within ${cleanUpSeconds} s`
      : `cycle ${cycleId} has ended as ${cycle?.state ?? 'unknown'}`;
  } catch (error) {
    return `cycle ${cycleId} was cancelled; its end could not be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Shows the cycle's events; production's clients change their mix when the cycle holds out, and rest when the mirror is off. */
async function attend({ store, production, say }: CycleGround, cycleId: CycleId, signal: AbortSignal): Promise<void> {
  await production.send('training');
  try {
    for await (const { stage, state, message } of store.cycles.follow(cycleId, 0, signal)) {
      if (state === 'started') {
        if (stage === 'plan') say(`${stage.padEnd(18)} started`);
        if (stage === 'accept') await production.stopTraffic();
        continue;
      }
      say(`${stage.padEnd(18)} ${state === 'progress' ? '· ' : ''}${state === 'failed' ? 'failed' : message}`);
      if (state === 'progress' && message.startsWith('holding out')) await production.send('held-out');
    }
  } finally {
    await production.stopTraffic();
  }
}
