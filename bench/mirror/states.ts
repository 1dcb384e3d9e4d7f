import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { asId, type EpochId, type SessionId } from '../../domain/ids.ts';
import { manifestSchema, type Manifest } from '../../domain/manifest/schema.ts';
import type { SessionCounters } from '../../domain/model/collection.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { makeGatewayClient } from '../../traffic/gateway/client.ts';

/** What the gateway does while production is measured. */
export const gatewayStates = ['healthy', 'slow', 'stopped', 'dead', 'resetting', 'restarting'] as const;
export type GatewayState = (typeof gatewayStates)[number];

export interface Measured<Result> {
  readonly result: Result;
  readonly counters: SessionCounters;
  /** Copies that nginx noted. */
  readonly noted: number;
}

/** A gateway process and sessions of its own, in a folder with production's nginx. */
export interface MirrorBench {
  /** Measures with a mirror on and its gateway in a state; afterwards the gateway is well, and the mirror off. */
  during<Result>(state: GatewayState, measure: () => Promise<Result>): Promise<Measured<Result>>;
  stop(): Promise<void>;
}

const processFile = join(import.meta.dirname, 'gateway-process.ts');
/** Of the measurement: when the gateway of the state `restarting` is killed. */
const killAfterMilliseconds = 500;

export async function startMirrorBench(folder: string, nginxPath: string): Promise<MirrorBench> {
  const startGateway = () => start(['gateway', folder, nginxPath]);
  const client = makeGatewayClient({ controlSocket: join(folder, 'control.sock') });
  let gateway = await startGateway();
  let sessions = 0;

  const restart = async () => {
    await end(gateway, 'SIGKILL');
    gateway = await startGateway();
  };
  const restartInBetween = async (sessionId: SessionId) => {
    await delay(killAfterMilliseconds);
    await restart();
    await client.mirrorOn(sessionId);
  };
  /** Puts something else on the gateway's socket. */
  const replaced = async <Result>(kind: 'slow' | 'resetting', measure: () => Promise<Result>): Promise<Result> => {
    await end(gateway, 'SIGKILL');
    const other = await start([kind, await findInInclude(folder, 'http.conf', /server unix:(\S+) max_fails/)]);
    try {
      return await measure();
    } finally {
      await end(other, 'SIGKILL');
      gateway = await startGateway();
    }
  };
  const inState = async <Result>(state: GatewayState, sessionId: SessionId, measure: () => Promise<Result>): Promise<Result> => {
    if (state === 'slow' || state === 'resetting') return replaced(state, measure);
    if (state === 'stopped') gateway.kill('SIGSTOP');
    if (state === 'dead') await end(gateway, 'SIGKILL');
    const restarting = state === 'restarting' ? restartInBetween(sessionId) : null;
    try {
      return await measure();
    } finally {
      await restarting;
      if (state === 'stopped') gateway.kill('SIGCONT');
      if (state === 'dead') gateway = await startGateway();
    }
  };
  return {
    async during(state, measure) {
      const sessionId = asId<SessionId>(`bench/mirror ${(sessions += 1)}`);
      await client.openSession({
        sessionId,
        epoch: { id: asId<EpochId>(randomUUID()), index: 1 },
        targetName: 'bench',
        targetDirectory: folder,
        manifest,
      });
      await client.mirrorOn(sessionId);
      const copiesLog = await findInInclude(folder, 'location.conf', /access_log (\S+) hone_copy/);
      const result = await inState(state, sessionId, measure);
      await client.mirrorOff(sessionId);
      const noted = (await readFile(copiesLog, 'latin1')).split('\n').length - 1;
      const { counters } = await closed(client, sessionId);
      return { result, counters, noted };
    },
    stop: () => end(gateway, 'SIGTERM'),
  };
}

async function closed(client: GatewayPort, sessionId: SessionId): Promise<{ readonly counters: SessionCounters }> {
  const report = await client.closeSession(sessionId, {
    granted: false,
    code: 'privacy-budget-spent',
    message: 'The bench releases nothing.',
  });
  await client.discardSession(sessionId);
  return report;
}

/** Every request is mirrored, bodies up to the largest that may be; production is not watched first, since the bench does that. */
const manifest: Manifest = manifestSchema.parse({
  target: 'bench',
  build: { command: 'true', binary: 'bench' },
  run: { command: ['{binary}', '{port}'] },
  drive: { kind: 'http' },
  mirror: {
    configuration: 'nginx.conf',
    httpInclude: 'http.conf',
    locationInclude: 'location.conf',
    methods: ['GET', 'POST'],
    maximumBodyBytes: 1_048_576,
    leaseSeconds: 600,
    guard: { baselineSeconds: 0, maximumErrorShare: 1 },
  },
});

async function findInInclude(folder: string, name: string, pattern: RegExp): Promise<string> {
  const found = pattern.exec(await readFile(join(folder, name), 'utf8'))?.[1];
  if (found === undefined) throw new Error(`${name} has no ${String(pattern)}.`);
  return found;
}

async function start(words: readonly string[]): Promise<ChildProcess> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, processFile, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const died = once(child, 'exit').then(() => Promise.reject(new Error(`${words[0]} ended at its start.`)));
  await Promise.race([once(child.stdout, 'data'), died]);
  died.catch(() => undefined);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
