import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeMemoryBlobs, makePlainCorpus } from './blobs.ts';
import { asId } from '../../../domain/ids.ts';
import type { InstanceId } from '../../../domain/ids.ts';
import { manifestSchema } from '../../../domain/manifest/schema.ts';
import type { Manifest } from '../../../domain/manifest/schema.ts';
import type { BlobRef } from '../../../domain/model/blob.ts';
import type { AgentPort } from '../../../domain/ports/agent.ts';
import type { BlobPort } from '../../../domain/ports/blobs.ts';
import type { HostPort, InstanceSpec } from '../../../domain/ports/host.ts';
import type { ReplayPort } from '../../../domain/ports/replay.ts';
import type { LongCall } from '../../../domain/ports/toolchain.ts';
import { makeLocalHost } from '../../../hosts/index.ts';
import { makeReplayClient } from '../../../traffic/replay/client.ts';

/** An agent port for builds without an agent. */
export const noAgent: AgentPort = { ping: async () => 1, reset: async () => 1, write: async () => [] };

/** A manifest of the test server; what is not given has its default. */
export function serverManifest(
  options: { readonly arguments?: readonly string[]; readonly more?: Record<string, unknown> } = {},
): Manifest {
  return manifestSchema.parse({
    target: 'tiny',
    build: { command: 'make', binary: 'server' },
    run: {
      command: ['{binary}', '--port', '{port}', ...(options.arguments ?? [])],
      stop: { graceSeconds: 1 },
      ready: { timeoutSeconds: 5 },
    },
    drive: { kind: 'http' },
    ...options.more,
  });
}

/** A call that nobody cancels. */
export function plainCall(signal: AbortSignal = new AbortController().signal): LongCall {
  return { signal, progress: () => undefined };
}

export interface TestHost {
  readonly host: HostPort;
  readonly blobs: BlobPort;
  readonly folder: string;
  /** Another worker's view of the same host: same data directory, nothing in memory. */
  restarted(): HostPort;
  spec(binary: BlobRef, manifest: Manifest, more?: Partial<InstanceSpec>): InstanceSpec;
  remove(): Promise<void>;
}

let count = 0;

/** A local host in a temporary folder. */
export async function makeTestHost(agent: AgentPort = noAgent, replay: ReplayPort = makeReplayClient()): Promise<TestHost> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-host-'));
  const blobs = makeMemoryBlobs();
  const make = (): HostPort =>
    makeLocalHost({
      name: 'test',
      dataDirectory: join(folder, 'host'),
      blobs,
      corpus: makePlainCorpus(blobs),
      agent,
      replay,
      log: { info: () => undefined, warn: () => undefined },
    });
  return {
    host: make(),
    blobs,
    folder,
    restarted: make,
    spec: (binary, manifest, more = {}) => ({
      instanceId: asId<InstanceId>(`test/${process.pid}/${(count += 1)}`),
      manifest,
      binary,
      libraries: [],
      elfBuildId: 'abc123',
      sourceArchive: null,
      data: null,
      core: null,
      instrumented: false,
      ...more,
    }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
