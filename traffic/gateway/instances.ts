import { Pool } from 'undici';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { HoneError } from '../../domain/errors.ts';
import type { TransportIdentity } from '../../domain/ports/transport.ts';
import { hash } from '../deidentify/privacy/customer.ts';
import { exchange, LateAnswer, type Answer } from '../replay/exchange.ts';
import { secureConnector } from './secure-connector.ts';

/** The right to one request more. */
export interface Slot {
  /** To the instance that the request's session stays with, in the order of these calls; without a session to the least busy one. */
  send(request: CorpusRequest): Promise<Answer>;
  free(): void;
}

/** The instances that training requests go to, each with a bounded number of requests in flight. */
export interface Instances {
  /** Replaces the list; requests in flight to an instance that is gone fail. */
  set(urls: readonly string[]): void;
  /** Null when as many requests are on their way as all the instances take together, or there is none. */
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
  /** Requests that wait for a place in flight, the longest waiting first. */
  readonly waiting: Waiting[];
}

interface Waiting {
  begin(): void;
  fail(): void;
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
  /** Slots that are not free. */
  let taken = 0;
  const connecting =
    identity === undefined ? { connectTimeout: connectMilliseconds } : { connect: secureConnector(identity, connectMilliseconds) };
  const timers = new Set<NodeJS.Timeout>();

  const rest = (instance: Instance) => {
    instance.resting = true;
    const timer = setTimeout(() => {
      timers.delete(timer);
      instance.resting = false;
      begin(instance, concurrency);
      onFree();
    }, restMilliseconds);
    timers.add(timer);
  };
  const slot = (): Slot => ({
    async send(request) {
      const instance = placeFor(request, instances);
      if (instance === undefined) throw new Error('there is no instance');
      await placeAt(instance, concurrency);
      try {
        return await exchange(instance.pool, request, { limitMilliseconds: answerMilliseconds });
      } catch (error) {
        if (!(error instanceof LateAnswer)) rest(instance);
        throw error;
      } finally {
        instance.inFlight -= 1;
        begin(instance, concurrency);
      }
    },
    free() {
      taken -= 1;
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
        waiting: [],
      });
      instances = [...new Set(urls)].map((url) => instances.find((instance) => instance.url === url) ?? open(url));
      for (const instance of gone) void end(instance);
      onFree();
    },
    take() {
      const able = instances.filter(({ resting }) => !resting);
      if (taken >= able.length * concurrency) return null;
      taken += 1;
      return slot();
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(instances.map(end));
      instances = [];
    },
  };
}

/** Lets go what waits at an instance, as far as it has places. */
function begin(instance: Instance, concurrency: number): void {
  while (!instance.resting && instance.inFlight < concurrency && instance.waiting.length > 0) {
    instance.inFlight += 1;
    instance.waiting.shift()?.begin();
  }
}

/** Resolves when the request has a place in flight; rejects when the instance goes before. */
function placeAt(instance: Instance, concurrency: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    instance.waiting.push({ begin: resolve, fail: () => reject(new Error(`${instance.url} is no instance any more`)) });
    begin(instance, concurrency);
  });
}

function end({ pool, waiting }: Instance): Promise<void> {
  for (const one of waiting.splice(0)) one.fail();
  return pool.destroy();
}

/**
 * A session's instance by the highest of the hashes of both (Thaler and Ravishankar 1998, "Using name-based mappings to increase hit
 * rates"): when an instance comes or goes, only its own sessions move.
 */
function placeFor({ session }: CorpusRequest, instances: readonly Instance[]): Instance | undefined {
  const weigh = ({ url, inFlight, waiting, resting }: Instance) =>
    session === undefined ? -(inFlight + waiting.length) - (resting ? 1e9 : 0) : hash(`${url} ${session}`);
  let best: Instance | undefined;
  for (const instance of instances) if (best === undefined || weigh(instance) > weigh(best)) best = instance;
  return best;
}

function confirmScheme(url: string, wanted: 'http:' | 'https:'): void {
  if (new URL(url).protocol === wanted) return;
  throw new HoneError(
    'input-invalid',
    `The gateway sends requests to instances by ${wanted === 'https:' ? 'mutual TLS' : 'plain HTTP'} only, and ${url} is none.`,
    "Name the entrance that the host's worker answered when the instance was deployed.",
  );
}
