import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import {
  makeBuildActivities,
  makeControlActivities,
  makeEpochActivities,
  makeFreshnessActivities,
  makeGatewayActivities,
  makeHostActivities,
  makePromotionActivities,
  makeScheduleActivities,
  makeStressActivities,
  makeTrafficSampleActivities,
} from '../activities/index.ts';
import type { BuildActivities } from '../domain/contracts/build-activities.ts';
import type { ControlActivities, PromotionActivities } from '../domain/contracts/control-activities.ts';
import type { EpochActivities } from '../domain/contracts/epoch-activities.ts';
import type { FreshnessActivities } from '../domain/contracts/freshness-activities.ts';
import type { GatewayActivities } from '../domain/contracts/gateway-activities.ts';
import type { HostActivities } from '../domain/contracts/host-activities.ts';
import type { RefreshActivities, ScheduleActivities } from '../domain/contracts/schedule-activities.ts';
import type { StressActivities } from '../domain/contracts/stress-activities.ts';
import type { BlobPort } from '../domain/ports/blobs.ts';
import type { CorpusPort } from '../domain/ports/corpus.ts';
import type { HostPort } from '../domain/ports/host.ts';
import type { Store } from '../domain/ports/store.ts';
import type { BuildPort } from '../domain/ports/toolchain.ts';
import { hardwareClass, makeLocalHost } from '../hosts/index.ts';
import { makeFileBlobs } from '../store/blobs/file-blobs.ts';
import { makeStore } from '../store/index.ts';
import { readElf } from '../toolchains/clang/elf.ts';
import { makeAgentPort, makeBuildPort, makeProfilePort } from '../toolchains/index.ts';
import { reportCryptography } from '../traffic/audit/cryptography.ts';
import { makeDeployHook } from '../traffic/production/deploy-hook.ts';
import { makeCorpusReader } from '../traffic/corpus/read-corpus.ts';
import { makeGatewayClient } from '../traffic/gateway/client.ts';
import { makeReplayClient } from '../traffic/replay/client.ts';
import { required, type Config } from './config.ts';
import { hostIdentity } from './identities.ts';
import type { Logger } from './log.ts';
import { openScratch } from './scratch.ts';

/** Everything a worker works with, put together once. */
export interface Services {
  readonly store: Store;
  readonly blobs: BlobPort;
  readonly corpus: CorpusPort;
  readonly builds: BuildPort;
  readonly host: HostPort;
  readonly activities: {
    readonly control: ControlActivities &
      EpochActivities &
      FreshnessActivities &
      GatewayActivities &
      PromotionActivities &
      RefreshActivities &
      ScheduleActivities &
      StressActivities;
    readonly build: BuildActivities;
    readonly host: HostActivities;
  };
  close(): Promise<void>;
}

export async function makeServices(config: Config, log: Logger): Promise<Services> {
  const folder = (name: string) => join(config.dataDirectory, name);
  const database = await makeStore({ databaseUrl: required(config.databaseUrl, 'HONE_DATABASE_URL'), poolSize: config.poolSize, log });
  const { store } = database;
  const blobs = makeFileBlobs({ directory: folder('blobs') });
  const scratch = await openScratch(folder('scratch'));
  const builds = makeBuildPort({ blobs, buildRoot: folder('build'), scratchRoot: scratch.directory, niceness: config.buildNiceness });
  const profiles = makeProfilePort({ blobs, scratchRoot: scratch.directory });
  const gateway = makeGatewayClient({ controlSocket: config.gatewaySocket });
  const identity = await hostIdentity(config, log);
  const corpus = makeCorpusReader({ blobs, gateway, scratchRoot: scratch.directory });
  const host = makeLocalHost({
    name: config.host,
    dataDirectory: folder('host'),
    blobs,
    corpus,
    agent: makeAgentPort(),
    replay: makeReplayClient(),
    identity,
    log,
  });
  const deployHook = makeDeployHook({
    blobs,
    directory: folder('releases'),
    buildIdOfProcess: (pid) => buildIdOf(`/proc/${pid}/exe`),
    buildIdOfFile: buildIdOf,
  });
  return {
    store,
    blobs,
    corpus,
    builds,
    host,
    activities: {
      control: {
        ...makeControlActivities({ store, country: config.country }),
        ...makeGatewayActivities({ gateway, store, cryptography: reportCryptography }),
        ...makeEpochActivities({ gateway, store }),
        ...makePromotionActivities({ store, deployHook }),
        ...makeScheduleActivities({ store, host: config.host }),
        ...makeStressActivities({ store }),
        ...makeFreshnessActivities({ store, hardwareClass }),
        ...makeTrafficSampleActivities({ store, gateway, cryptography: reportCryptography, country: config.country }),
      },
      build: makeBuildActivities({ store, builds, profiles }),
      host: makeHostActivities({ host, gateway, store, country: config.country, hardwareClass, tossCoin: () => randomInt(2) === 1 }),
    },
    async close() {
      identity.stop();
      await database.close();
      await scratch.close();
    },
  };
}

async function buildIdOf(path: string): Promise<string | null> {
  return (await readElf(path).catch(() => null))?.buildId ?? null;
}
