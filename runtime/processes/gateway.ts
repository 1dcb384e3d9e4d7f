import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFileBlobs } from '../../store/blobs/file-blobs.ts';
import { startGateway } from '../../traffic/gateway/server.ts';
import { gatewayIdentity } from '../identities.ts';
import { runProcess } from './run-process.ts';

await runProcess('gateway', async (config, log) => {
  await mkdir(dirname(config.gatewaySocket), { recursive: true, mode: 0o711 });
  const identity = await gatewayIdentity(config, log);
  const gateway = await startGateway({
    dataDirectory: join(config.dataDirectory, 'gateway'),
    controlSocket: config.gatewaySocket,
    blobs: makeFileBlobs({ directory: join(config.dataDirectory, 'blobs') }),
    log,
    nginxPath: config.nginxPath,
    stageThreads: config.stageThreads ?? undefined,
    country: config.country,
    identity,
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    ended: promise,
    stop: () =>
      void gateway
        .close()
        .finally(() => identity.stop())
        .then(resolve, resolve),
  };
});
