import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServerAdapter } from '@whatwg-node/server';
import { makeApi } from '../../../api/index.ts';
import { run } from '../../../cli/main.ts';
import { HoneError } from '../../../domain/errors.ts';
import { asId, type CycleId } from '../../../domain/ids.ts';
import { parseManifest } from '../../../domain/manifest/parse.ts';
import type { EnginePort, PromotionPort } from '../../../domain/ports/engine.ts';
import type { Store } from '../../../domain/ports/store.ts';
import { makeFileBlobs } from '../../../store/blobs/file-blobs.ts';
import { makeStoreEpochs } from '../../support/epochs.ts';
import { makeStoreFreshness } from '../../support/freshness.ts';
import { makeMemorySchedules } from '../../support/schedules.ts';
import { makeStoreStress } from '../../support/stress.ts';
import { freshStore } from '../../support/database.ts';
import { type FakeIo, makeFakeIo } from './fake-io.ts';

/** The real API over a real Postgres on a real port, with a folder that has its .hone/api.json; the engine is a port in memory. */
export async function serveApi() {
  const database = await freshStore();
  const folder = await mkdtemp(path.join(tmpdir(), 'hone-cli-'));
  const blobs = makeFileBlobs({ directory: path.join(folder, 'blobs') });
  const token = randomUUID();
  const cancelled: CycleId[] = [];
  const schedules = makeMemorySchedules();
  const api = makeApi({
    store: database.store,
    blobs,
    engine: makeMemoryEngine(database.store, cancelled),
    promotion: makeStorePromotion(database.store),
    epochs: makeStoreEpochs(database.store),
    freshness: makeStoreFreshness(database.store),
    stress: makeStoreStress(database.store),
    schedules,
    parseManifest,
    token,
    log: { error: (fields, message) => console.error(message, fields) },
    health: () => database.health(),
  });
  const listen = async (port: number): Promise<Server> => {
    const adapter = createServerAdapter((request: Request) => api.fetch(request));
    const server = createServer((request, response) => void adapter(request, response));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}`;
  await mkdir(path.join(folder, '.hone'));
  await writeFile(path.join(folder, '.hone', 'api.json'), JSON.stringify({ url, token }));

  const stopServer = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    store: database.store,
    blobs,
    schedules,
    folder,
    url,
    token,
    cancelled,
    stopServer,
    startServer: async (): Promise<void> => {
      server = await listen(port);
    },
    hone: async (...argv: readonly string[]) => {
      const io = makeFakeIo({ directory: folder });
      const code = await run(argv, io);
      return { code, stdout: io.stdout(), stderr: io.stderr() };
    },
    startHone: (argv: readonly string[], io: FakeIo) => run(argv, io),
    close: async (): Promise<void> => {
      if (server.listening) await stopServer();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type ServedApi = Awaited<ReturnType<typeof serveApi>>;

function makeMemoryEngine(store: Store, cancelled: CycleId[]): EnginePort {
  return {
    startCycle: async (target, reason) => {
      const { rows } = await store.cycles.list({ targetId: target.id }, { first: 1, after: null });
      if (rows[0]?.row.state === 'running') {
        throw new HoneError('cycle-already-active', `A cycle of ${target.name} is running.`, 'Watch it, or cancel it first.', {
          details: [`cycle ${rows[0].row.id}`],
        });
      }
      const id = asId<CycleId>(randomUUID());
      await store.cycles.open({ id, targetId: target.id, workflowId: `refresh/${target.name}`, reason });
      return id;
    },
    cancelCycle: async (targetName, cycleId) => {
      const cycle = await store.cycles.byId(cycleId);
      if (cycle?.state !== 'running')
        throw new HoneError('not-found', `Cycle ${cycleId} of ${targetName} is not running.`, 'See hone cycle list.');
      cancelled.push(cycleId);
      await store.cycles.close(cycleId, 'cancelled', null);
    },
    progress: () => Promise.resolve(null),
  };
}

/** Moves the channel as the workflow would, without a deploy hook. */
function makeStorePromotion(store: Store): PromotionPort {
  return {
    move: async ({ releaseId: toReleaseId, ...request }) => {
      const { revision, releaseId } = await store.releases.channel(request.targetId, request.channel);
      if (toReleaseId === releaseId) throw new HoneError('conflict', `${request.channel} is there already.`, 'Nothing is to do.');
      return store.releases.move({ ...request, toReleaseId, servingBuildId: null }, revision);
    },
  };
}
