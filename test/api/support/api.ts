import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApi } from '../../../api/index.ts';
import { HoneError } from '../../../domain/errors.ts';
import { asId, type CycleId } from '../../../domain/ids.ts';
import { parseManifest } from '../../../domain/manifest/parse.ts';
import type { EnginePort, PromotionPort } from '../../../domain/ports/engine.ts';
import type { Store } from '../../../domain/ports/store.ts';
import { type FileBlobs, makeFileBlobs } from '../../../store/blobs/file-blobs.ts';
import { makeStoreEpochs } from '../../support/epochs.ts';
import { makeStoreFreshness } from '../../support/freshness.ts';
import { makeMemorySchedules, type MemorySchedules } from '../../support/schedules.ts';
import { makeStoreStress } from '../../support/stress.ts';
import { freshStore, type TestStore } from '../../support/database.ts';

export const token = 'hone_test-token';
export const address = 'http://127.0.0.1';

/** A workflow engine in memory: it knows which cycle of a target runs. */
function memoryEngine(store: Store): EnginePort & { readonly running: Map<string, CycleId> } {
  const running = new Map<string, CycleId>();
  return {
    running,
    async startCycle(target, reason) {
      if (running.has(target.name))
        throw new HoneError('cycle-already-active', `A cycle of ${target.name} is running.`, 'Cancel it first.');
      const id = asId<CycleId>(randomUUID());
      running.set(target.name, id);
      await store.cycles.open({ id, targetId: target.id, workflowId: `refresh/${target.name}`, reason });
      return id;
    },
    async cancelCycle(targetName, cycleId) {
      if (running.get(targetName) !== cycleId) throw new HoneError('not-found', `Cycle ${cycleId} is not running.`, 'See hone cycle list.');
      await store.cycles.close(cycleId, 'cancelled', null);
      running.delete(targetName);
    },
    progress: async (targetName, cycleId) =>
      running.get(targetName) === cycleId
        ? { cycleId, stage: 'windows', state: 'running', message: 'window 2 of 4', windowsKept: 1, windowsRejected: 0 }
        : null,
  };
}

/** Moves channels in the store, without a deploy hook; the channels `busy` and `broken` fail as moves do. */
function memoryPromotion(store: Store): PromotionPort {
  return {
    async move({ targetId, channel: name, releaseId, ...rest }) {
      if (name === 'busy') throw new HoneError('conflict', 'busy is being moved.', 'Wait for it.');
      if (name === 'broken') throw new HoneError('deploy-failed', 'The hook ended with code 1.', 'See it.', { details: ['no room'] });
      const channel = await store.releases.channel(targetId, name);
      return store.releases.move({ targetId, channel: name, toReleaseId: releaseId, servingBuildId: null, ...rest }, channel.revision);
    },
  };
}

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape that the query asked for; the tests assert it as JSON
export type AnyJson = any;

interface Answer {
  readonly data?: AnyJson;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

export interface TestApi extends TestStore {
  readonly blobs: FileBlobs;
  readonly engine: ReturnType<typeof memoryEngine>;
  readonly schedules: MemorySchedules;
  /** What the API logged. */
  readonly logged: { readonly fields: object; readonly message: string }[];
  fetch(request: Request): Promise<Response>;
  /** With the token, unless `headers` say otherwise. */
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Response>;
  post(document: string, variables?: object, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  query(document: string, variables?: object): Promise<Answer>;
}

/** The API on a fresh database and real blobs; `change` replaces parts of the store. */
export async function makeTestApi(change: (store: Store) => Store = (store) => store): Promise<TestApi> {
  const database = await freshStore();
  const directory = await mkdtemp(join(tmpdir(), 'hone-api-'));
  const store = change(database.store);
  const blobs = makeFileBlobs({ directory });
  const engine = memoryEngine(database.store);
  const schedules = makeMemorySchedules();
  const logged: { fields: object; message: string }[] = [];
  const log = { error: (fields: object, message: string) => void logged.push({ fields, message }) };
  const promotion = memoryPromotion(database.store);
  const api = makeApi({
    store,
    blobs,
    engine,
    promotion,
    epochs: makeStoreEpochs(database.store),
    freshness: makeStoreFreshness(database.store),
    stress: makeStoreStress(database.store),
    schedules,
    parseManifest,
    token,
    log,
    health: () => database.health(),
  });
  const authorization = { authorization: `Bearer ${token}` };
  const post: TestApi['post'] = (query, variables = {}, headers = {}, signal) =>
    api.fetch(
      new Request(`${address}/graphql`, {
        method: 'POST',
        headers: { ...authorization, 'content-type': 'application/json', accept: 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
        ...(signal ? { signal } : {}),
      }),
    );
  return {
    ...database,
    store,
    blobs,
    engine,
    schedules,
    logged,
    fetch: (request) => api.fetch(request),
    get: (path, headers = {}, method = 'GET') =>
      api.fetch(new Request(`${address}${path}`, { method, headers: { ...authorization, ...headers } })),
    post,
    query: async (document, variables) => (await (await post(document, variables)).json()) as Answer,
    close: async () => {
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
