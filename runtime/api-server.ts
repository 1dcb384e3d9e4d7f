import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createServerAdapter } from '@whatwg-node/server';
import { makeApi } from '../api/index.ts';
import { parseManifest } from '../domain/manifest/parse.ts';
import { makeFileBlobs } from '../store/blobs/file-blobs.ts';
import { makeStore } from '../store/index.ts';
import { required, type Config } from './config.ts';
import { connectTemporal, makeEngine, makeEpochPort, makePromotion } from './engine.ts';
import type { Logger } from './log.ts';
import { makeFreshnessEngine } from './freshness-engine.ts';
import { makeSchedulePort } from './schedules.ts';
import { makeStressEngine } from './stress-engine.ts';
import { localToken } from './token.ts';

/** Serves the API on loopback and says where in `api.json`, which the command line reads. */
export async function startApi(config: Config, log: Logger): Promise<{ readonly url: string; close(): Promise<void> }> {
  const token = await localToken(config.dataDirectory);
  const database = await makeStore({ databaseUrl: required(config.databaseUrl, 'HONE_DATABASE_URL'), poolSize: config.poolSize, log });
  const { store } = database;
  const client = connectTemporal({
    address: required(config.temporal.address, 'HONE_TEMPORAL_ADDRESS'),
    namespace: config.temporal.namespace,
  });
  const api = makeApi({
    store,
    blobs: makeFileBlobs({ directory: join(config.dataDirectory, 'blobs') }),
    engine: makeEngine({ client, host: config.host, cycles: store.cycles }),
    epochs: makeEpochPort(client),
    freshness: makeFreshnessEngine(client),
    stress: makeStressEngine({ client, host: config.host, stress: store.stress, hosts: store.hosts }),
    schedules: makeSchedulePort(client),
    promotion: makePromotion({ client, targets: store.targets }),
    parseManifest: (text) => parseManifest(text, config.country),
    token,
    log,
    health: () => database.health(),
  });
  const adapter = createServerAdapter((request: Request) => api.fetch(request));
  const server = createServer((request, response) => void adapter(request, response));
  server.listen(config.apiPort, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const addressFile = join(config.dataDirectory, 'api.json');
  await writeFile(addressFile, `${JSON.stringify({ url, token, pid: process.pid })}\n`, { mode: 0o600 });
  log.info({ url }, 'API ready');
  return {
    url,
    async close() {
      await rm(addressFile, { force: true });
      server.close();
      server.closeAllConnections();
      await client.connection.close();
      await database.close();
    },
  };
}
