import { Pool } from 'undici';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { HoneError } from '../../domain/errors.ts';
import type { TransportIdentity } from '../../domain/ports/transport.ts';
import { exchange, LateAnswer, type Answer } from '../replay/exchange.ts';
import { secureConnector } from './secure-connector.ts';

/** A place in flight at one instance. */
export interface Slot {
  send(request: CorpusRequest): Promise<Answer>;
  free(): void;
}

/** The instances that training requests go to, each with a bounded number of requests in flight. */
export interface Instances {
  /** Replaces the list; requests in flight to an instance that is gone fail. */
  set(urls: readonly string[]): void;
  /** A free place at the least busy instance; null when every one is busy, or there is none. */
  take(): Slot | null;
  close(): Promise<void>;
}

/** For a whole answer: an instance under instrumentation is several times slower than production, which answers within a second or so. */
const defaultAnswerMilliseconds = 15_000;
/** An instance that failed gets nothing for this time, so that a dead one does not eat the whole queue at once. */
const restMilliseconds = 100;

interface Instance {
  readonly url: string;
  readonly pool: Pool;
  inFlight: number;
  resting: boolean;
}

export interface InstancesSettings {
  readonly concurrency: number;
  readonly answerMilliseconds?: number;
  /** With it instances are reached by mutual TLS only, without it by plain HTTP only. */
  readonly identity?: TransportIdentity | undefined;
}

const connectMilliseconds = 2000;

/** @param onFree called when a place became free */
export function makeInstances(
  { concurrency, answerMilliseconds = defaultAnswerMilliseconds, identity }: InstancesSettings,
  onFree: () => void,
): Instances {
  let instances: Instance[] = [];
  const connecting =
    identity === undefined ? { connectTimeout: connectMilliseconds } : { connect: secureConnector(identity, connectMilliseconds) };
  const timers = new Set<NodeJS.Timeout>();

  const rest = (instance: Instance) => {
    instance.resting = true;
    const timer = setTimeout(() => {
      timers.delete(timer);
      instance.resting = false;
      onFree();
    }, restMilliseconds);
    timers.add(timer);
  };
  const slot = (instance: Instance): Slot => ({
    async send(request) {
      try {
        return await exchange(instance.pool, request, { limitMilliseconds: answerMilliseconds });
      } catch (error) {
        if (!(error instanceof LateAnswer)) rest(instance);
        throw error;
      }
    },
    free() {
      instance.inFlight -= 1;
      onFree();
    },
  });

  return {
    set(urls) {
      for (const url of urls) confirmScheme(url, identity === undefined ? 'http:' : 'https:');
      const gone = instances.filter(({ url }) => !urls.includes(url));
      const open = (url: string): Instance => ({
        url,
        // The limit is on the whole exchange: undici's own are on the pauses within it.
        pool: new Pool(url, { connections: concurrency, pipelining: 1, headersTimeout: 0, bodyTimeout: 0, ...connecting }),
        inFlight: 0,
        resting: false,
      });
      instances = [...new Set(urls)].map((url) => instances.find((instance) => instance.url === url) ?? open(url));
      for (const { pool } of gone) void pool.destroy();
      onFree();
    },
    take() {
      const able = instances.filter((instance) => !instance.resting && instance.inFlight < concurrency);
      const best = able.sort((a, b) => a.inFlight - b.inFlight)[0];
      if (best === undefined) return null;
      best.inFlight += 1;
      return slot(best);
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(instances.map(({ pool }) => pool.destroy()));
      instances = [];
    },
  };
}

function confirmScheme(url: string, wanted: 'http:' | 'https:'): void {
  if (new URL(url).protocol === wanted) return;
  throw new HoneError(
    'input-invalid',
    `The gateway sends requests to instances by ${wanted === 'https:' ? 'mutual TLS' : 'plain HTTP'} only, and ${url} is none.`,
    "Name the entrance that the host's worker answered when the instance was deployed.",
  );
}
