import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { unavailable } from './failures.ts';
import type { StoreLog } from './log.ts';

export interface CycleSubscription {
  /** Answers when there may be something new since the last call, or when the signal fires. */
  next(signal: AbortSignal): Promise<void>;
  end(): void;
}

/** One connection that listens for every follower of this process. */
export interface CycleListener {
  /** Answers once the server listens: what is written from then on is announced. Throws `store-unavailable`. */
  subscribe(cycleId: string): Promise<CycleSubscription>;
  close(): Promise<void>;
}

interface Follower {
  readonly cycleId: string;
  wake(): void;
}

const longestPauseMilliseconds = 2000;
const pingMilliseconds = 20_000;

/**
 * LISTEN is lost with its connection. Then it connects again for as long as anybody follows, and wakes every follower after
 * it listens again, so that they read what was announced meanwhile.
 */
export function makeCycleListener(databaseUrl: string, log: StoreLog): CycleListener {
  const followers = new Set<Follower>();
  const closing = new AbortController();
  let connection: Promise<pg.Client> | null = null;

  const connected = () => (connection ??= listen(databaseUrl, onCycle, onLost));
  function onCycle(cycleId: string): void {
    for (const follower of followers) if (follower.cycleId === cycleId) follower.wake();
  }
  function onLost(error: Error | undefined): void {
    connection = null;
    if (closing.signal.aborted) return;
    log.warn({ reason: error?.message }, 'the connection that listens for cycle events was lost');
    void reconnect();
  }
  async function reconnect(): Promise<void> {
    for (let pause = 50; followers.size > 0 && !closing.signal.aborted; pause = Math.min(pause * 2, longestPauseMilliseconds)) {
      try {
        await connected();
        for (const follower of followers) follower.wake();
        return;
      } catch {
        connection = null;
        await sleep(pause, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  return {
    subscribe: async (cycleId) => {
      const follower = makeFollower(cycleId);
      followers.add(follower);
      try {
        await connected();
      } catch (error) {
        connection = null;
        followers.delete(follower);
        throw unavailable(error);
      }
      return { next: follower.next, end: () => void followers.delete(follower) };
    },
    close: async () => {
      closing.abort();
      const client = await connection?.catch(() => null);
      await client?.end();
    },
  };
}

/** A wake-up that comes while nobody waits is kept for the next call. */
function makeFollower(cycleId: string): Follower & Pick<CycleSubscription, 'next'> {
  let pending = false;
  let resolve: (() => void) | null = null;
  const wake = () => {
    pending = true;
    resolve?.();
  };
  const next = async (signal: AbortSignal) => {
    if (!pending && !signal.aborted) {
      const waiting = Promise.withResolvers<void>();
      const stop = () => waiting.resolve();
      resolve = stop;
      signal.addEventListener('abort', stop);
      await waiting.promise;
      signal.removeEventListener('abort', stop);
      resolve = null;
    }
    pending = false;
  };
  return { cycleId, wake, next };
}

async function listen(databaseUrl: string, onCycle: (cycleId: string) => void, onLost: (error?: Error) => void): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 5000,
    query_timeout: 10_000,
    keepAlive: true,
    application_name: 'hone-listener',
  });
  let listening = false;
  let lost = false;
  const lose = (error?: Error) => {
    clearInterval(ping);
    if (!listening || lost) return;
    lost = true;
    discard(client);
    onLost(error);
  };
  // A connection that dies without a word (a network that drops packets) shows in a query that gets no answer.
  const ping = setInterval(() => void client.query('SELECT 1').catch(lose), pingMilliseconds).unref();
  client.on('error', lose);
  client.on('end', () => lose());
  client.on('notification', ({ payload }) => onCycle(payload ?? ''));
  try {
    await client.connect();
    await client.query('LISTEN hone_cycle');
    listening = true;
    return client;
  } catch (error) {
    clearInterval(ping);
    discard(client);
    throw error;
  }
}

/** Closes a connection that is broken already: that this fails too says nothing new. */
function discard(client: pg.Client): void {
  client.end().catch(() => {});
}
