import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { SessionRequest } from '../../domain/ports/gateway.ts';
import type { TransportIdentity } from '../../domain/ports/transport.ts';
import type { Log } from '../log.ts';
import { makeFilesMirror } from '../mirror/files.ts';
import { makeNginxMirror, nginxRules } from '../mirror/nginx.ts';
import { makeNoMirror } from '../mirror/none.ts';
import { makeStagePool } from '../stages/pool.ts';
import { makeControlHandler } from './control.ts';
import { makeGateway } from './gateway.ts';

export interface GatewayOptions {
  /** Sessions live below it; only the gateway's user may read it. */
  readonly dataDirectory: string;
  /** Path of the unix socket of the control API, made with mode 0600; at most 107 bytes. */
  readonly controlSocket: string;
  readonly blobs: BlobPort;
  readonly log: Log;
  readonly nginxPath: string;
  readonly clock?: () => Date;
  /** What the gateway is to load-test hosts; without it instances are reached by plain HTTP. */
  readonly identity?: TransportIdentity | undefined;
  /** Threads that requests are de-identified in, for all sessions; by default one per core but one, and four at most. */
  readonly stageThreads?: number | undefined;
  /** Where this process keeps corpora and keys (ISO 3166-1, two letters): a session is refused whose rule packs do not allow it. */
  readonly country?: string | null;
}

const sweepMilliseconds = 30 * 60_000;

/**
 * Starts the gateway: finds the sessions of an earlier process, turns their mirrors off, and serves the control API.
 * `close` turns every mirror off and leaves the sessions on disk.
 */
export async function startGateway(options: GatewayOptions): Promise<{ close(): Promise<void> }> {
  const { dataDirectory, controlSocket, log, nginxPath } = options;
  if (Buffer.byteLength(controlSocket) > 107) {
    throw new HoneError(
      'input-invalid',
      `The control socket's path is longer than 107 bytes: ${controlSocket}`,
      'Choose a shorter data folder; the system allows no more.',
    );
  }
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const pool = makeStagePool({ threads: options.stageThreads });
  await mkdir(dirname(controlSocket), { recursive: true, mode: 0o700 });
  const makeMirror = ({ manifest: { mirror }, targetDirectory }: SessionRequest, stateFile: string) => {
    if (mirror === undefined) return makeNoMirror();
    if (mirror.kind === 'files') return makeFilesMirror({ targetDirectory, mirror, log });
    return makeNginxMirror({ nginxPath, targetDirectory, mirror: nginxRules(mirror), stateFile, log });
  };
  const clock = options.clock ?? (() => new Date());
  const gateway = await makeGateway({ ...options, clock, gatewayStart: randomUUID(), pool, makeMirror });

  // Not at once: after a machine was down, cycles that go on call their sessions first.
  const sweeper = setInterval(() => void gateway.discardAbandoned(), sweepMilliseconds);
  const server = createServer({ requestTimeout: 0 }, makeControlHandler(gateway, log));
  await rm(controlSocket, { force: true });
  const mask = process.umask(0o177);
  server.listen(controlSocket);
  process.umask(mask);
  await once(server, 'listening');
  await chmod(controlSocket, 0o600);
  log.info({ controlSocket }, 'gateway started');
  return {
    async close() {
      clearInterval(sweeper);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await gateway.suspend();
      await pool.close();
      log.info({}, 'gateway stopped');
    },
  };
}
