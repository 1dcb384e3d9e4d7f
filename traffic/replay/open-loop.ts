import { Pool } from 'undici';
import type { Arrival, Ending, OpenReplayRequest, OpenReplayResult } from '../../domain/ports/replay.ts';
import { exchange, LateAnswer } from './exchange.ts';

/** Arrivals released before other work gets its turn. */
const batch = 64;
/** Milliseconds that are waited for with a look at the clock in every turn of the event loop. */
const longestLook = 1;

/**
 * The partly-open system of Schroeder, Wierman and Harchol-Balter ("Open versus closed: a cautionary tale", NSDI 2006): sessions arrive
 * whatever the service does, and the requests of one session follow each other. Latencies count from the moment at which a request was to be
 * sent, so that a service that stands still is charged with all that it kept waiting ("coordinated omission", Gil Tene).
 */
export async function replayOpen(
  request: OpenReplayRequest,
  limitMilliseconds: number,
  stop: AbortSignal,
  signal: AbortSignal,
): Promise<OpenReplayResult> {
  signal.throwIfAborted();
  // The limit is on the whole exchange: undici's own are on the pauses within it.
  const pool = new Pool(`http://127.0.0.1:${request.port}`, {
    connections: request.mostInFlight,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const start = performance.now();
  const sender = makeSender(request, pool, start, limitMilliseconds, signal);
  let unsent = 0;
  const drop = () => void (unsent += sender.dropWaiting());
  // The requests in flight end with the pool: a listener for each of them would be hundreds.
  const abort = () => {
    drop();
    void pool.destroy(signal.reason as Error);
  };
  stop.addEventListener('abort', drop, { once: true });
  signal.addEventListener('abort', abort, { once: true });
  try {
    await release(request, sender, start, AbortSignal.any([stop, signal]));
    await sender.idle();
    signal.throwIfAborted();
    return { unsent, mostInFlight: sender.mostInFlight() };
  } finally {
    stop.removeEventListener('abort', drop);
    signal.removeEventListener('abort', abort);
    await pool.destroy();
  }
}

/** Hands the arrivals over as they come due, until there are no more or it is stopped. */
async function release(request: OpenReplayRequest, sender: Sender, start: number, stopped: AbortSignal): Promise<void> {
  let released = 0;
  for (let arrival = request.next(); arrival !== null && !stopped.aborted; arrival = request.next()) {
    const wait = () => arrival.at - (performance.now() - start);
    if (wait() <= 0 && released % batch === batch - 1) await nextTurn();
    // Timers count whole milliseconds and may end before their time: what is left then is waited for by looking.
    while (wait() > 0 && !stopped.aborted) await (wait() > longestLook ? until(wait(), stopped) : nextTurn());
    if (stopped.aborted) return;
    released += 1;
    request.onDue();
    sender.take(arrival);
  }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A wait that ends early when the signal fires. */
function until(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
  });
}

interface Sender {
  take(arrival: Arrival): void;
  /** Forgets what is not sent; answers how many. */
  dropWaiting(): number;
  idle(): Promise<void>;
  mostInFlight(): number;
}

interface Held {
  readonly arrival: Arrival;
  /** True when something else than the sender kept it from being sent at its time. */
  readonly wasHeld: boolean;
}

function makeSender(request: OpenReplayRequest, pool: Pool, start: number, limitMilliseconds: number, signal: AbortSignal): Sender {
  /** What waits for a place in flight, in the order in which it came due. */
  let waiting: Held[] = [];
  let nextWaiting = 0;
  /** Sessions with a request under way, and what waits for its end. */
  const sessions = new Map<string, Arrival[]>();
  let [inFlight, most] = [0, 0];
  let onIdle: (() => void) | null = null;

  const begin = (held: Held) => {
    if (inFlight >= request.mostInFlight) return void waiting.push({ ...held, wasHeld: true });
    inFlight += 1;
    most = Math.max(most, inFlight);
    void send(held);
  };
  const send = async ({ arrival, wasHeld }: Held) => {
    const sentAt = performance.now() - start;
    let status: Ending['status'];
    try {
      ({ status } = await exchange(pool, arrival.request, { limitMilliseconds }));
    } catch (error) {
      status = error instanceof LateAnswer ? 'late' : 'broken';
    }
    inFlight -= 1;
    const latency = performance.now() - start - arrival.at;
    if (!signal.aborted) request.onEnd({ request: arrival.request, status, latency, senderLag: wasHeld ? null : sentAt - arrival.at });
    follow(arrival.session);
  };
  /** What the end of a request lets go: the next of its session, and what waits for a place. */
  const follow = (session: string | null) => {
    const next = session === null ? undefined : sessions.get(session)?.shift();
    if (next !== undefined) begin({ arrival: next, wasHeld: true });
    else if (session !== null) sessions.delete(session);
    for (let held = waiting[nextWaiting]; held !== undefined && inFlight < request.mostInFlight; held = waiting[nextWaiting]) {
      nextWaiting += 1;
      begin(held);
    }
    if (nextWaiting === waiting.length) [waiting, nextWaiting] = [[], 0];
    if (inFlight === 0) onIdle?.();
  };

  return {
    take(arrival) {
      const queue = arrival.session === null ? undefined : sessions.get(arrival.session);
      if (queue !== undefined) return void queue.push(arrival);
      if (arrival.session !== null) sessions.set(arrival.session, []);
      begin({ arrival, wasHeld: false });
    },
    dropWaiting() {
      let dropped = waiting.length - nextWaiting;
      [waiting, nextWaiting] = [[], 0];
      for (const queue of sessions.values()) dropped += queue.splice(0).length;
      return dropped;
    },
    idle: () =>
      new Promise((resolve) => {
        if (inFlight === 0) return resolve();
        onIdle = resolve;
      }),
    mostInFlight: () => most,
  };
}
