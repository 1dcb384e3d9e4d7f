import type { Store } from '../domain/ports/store.ts';
import { makeBatches } from './batches.ts';
import { makeBuilds } from './builds.ts';
import { makeClient } from './client.ts';
import { makeCycleListener } from './cycle-listener.ts';
import { makeCycles } from './cycles.ts';
import { makeEpochs } from './epochs.ts';
import { makeEvaluations } from './evaluations.ts';
import { guarded, translateFailure } from './failures.ts';
import { makeFreshness } from './freshness.ts';
import { makeHosts } from './hosts.ts';
import type { StoreLog } from './log.ts';
import { makePrivacy } from './privacy.ts';
import { makeProfiles } from './profiles.ts';
import { makeReleases } from './releases.ts';
import { makeSchedules } from './schedules.ts';
import { makeSamples } from './samples.ts';
import { makeStress } from './stress.ts';
import { makeTargets } from './targets.ts';
import { makeWindows } from './windows.ts';

export interface StoreOptions {
  readonly databaseUrl: string;
  /** Connections at most, beside one that listens. */
  readonly poolSize: number;
  readonly log: StoreLog;
  /** Called with the text of every SQL statement; for counting in tests. */
  readonly onStatement?: (sql: string) => void;
}

export interface OpenStore {
  readonly store: Store;
  /** Throws `store-unavailable` when the database does not answer. */
  health(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The store on Postgres, already reached once. Nothing is retried in silence: trouble with the connection is
 * `store-unavailable`, and who calls decides. Throws `store-unavailable`.
 */
export async function makeStore({ databaseUrl, poolSize, log, onStatement }: StoreOptions): Promise<OpenStore> {
  const onPoolError = (error: Error) => log.warn({ reason: error.message }, 'a connection to Postgres was lost');
  const db = makeClient({ databaseUrl, poolSize, onPoolError, onStatement });
  const listener = makeCycleListener(databaseUrl, log);
  const health = async () => {
    await db.$queryRaw`SELECT 1`.catch((error: unknown) => Promise.reject(translateFailure(error)));
  };
  const close = async () => {
    await listener.close();
    await db.$disconnect();
  };
  const store: Store = {
    targets: guarded(makeTargets(db)),
    cycles: guarded(makeCycles(db, listener)),
    builds: guarded(makeBuilds(db)),
    windows: guarded(makeWindows(db)),
    hosts: guarded(makeHosts(db)),
    profiles: guarded(makeProfiles(db)),
    evaluations: guarded(makeEvaluations(db)),
    releases: guarded(makeReleases(db)),
    privacy: guarded(makePrivacy(db)),
    batches: guarded(makeBatches(db)),
    epochs: guarded(makeEpochs(db)),
    schedules: guarded(makeSchedules(db)),
    stress: guarded(makeStress(db, listener)),
    freshness: guarded(makeFreshness(db)),
    samples: guarded(makeSamples(db)),
  };
  try {
    await health();
  } catch (error) {
    await close();
    throw error;
  }
  return { store, health, close };
}
