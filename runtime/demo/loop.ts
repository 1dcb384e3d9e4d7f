import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoneError } from '../../domain/errors.ts';
import { asId, type CycleId, type Digest } from '../../domain/ids.ts';
import { parseManifest } from '../../domain/manifest/parse.ts';
import type { Target } from '../../domain/model/target.ts';
import type { Config } from '../config.ts';
import { connectTemporal, makeEngine } from '../engine.ts';
import { makeLog } from '../log.ts';
import { makeServices, type Services } from '../services.ts';
import { startStack, type Say, type Stack } from '../stack.ts';
import { baselineBuild, placeBinary } from './baseline.ts';
import { startProduction, type DemoProduction } from './production.ts';

export const exampleDirectory = fileURLToPath(new URL('../../examples/query-service', import.meta.url));

export interface LoopSettings {
  readonly config: Config;
  /** The example's folder; its production lives where its manifest says. */
  readonly example: string;
  /** To production, open loop. */
  readonly requestsPerSecond: number;
  readonly say: Say;
  readonly signal: AbortSignal;
}

/** A loop that has closed once; everything is still up. */
export interface ClosedLoop {
  readonly stack: Stack;
  readonly services: Services;
  readonly target: Target;
  readonly cycleId: CycleId;
  /** Runs still; its traffic has been stopped. */
  readonly production: DemoProduction;
  /** Stops production, the stack and whatever else was started, newest first. */
  stop(): Promise<void>;
}

const cleanUpSeconds = 60;

/** The example from nothing to the end of one refresh cycle: stack, target, production, traffic, cycle. */
export async function closeLoopOnce({ config, example, requestsPerSecond, say, signal }: LoopSettings): Promise<ClosedLoop> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    while (closers.length > 0) await closers.pop()!().catch((error: unknown) => say(`while stopping: ${String(error)}`));
  };
  try {
    const stack = await startStack(config, say);
    closers.push(() => stack.stop());
    const ownConfig = {
      ...config,
      databaseUrl: stack.databaseUrl,
      temporal: { ...config.temporal, address: stack.temporalAddress },
      logLevel: 'warn' as const,
    };
    const services = await makeServices(ownConfig, makeLog('demo', ownConfig));
    closers.push(() => services.close());
    const target = await registerExample(services, example);
    say(`target ${target.name} registered from its hone.yaml`);
    const production = await startExample(config.dataDirectory, services, target, requestsPerSecond, signal, say);
    closers.push(() => production.stop());
    say(`production: the baseline build behind nginx at ${production.url}`);
    const client = connectTemporal({ address: stack.temporalAddress, namespace: config.temporal.namespace });
    closers.push(() => client.connection.close());
    const cycleId = await runCycle({
      engine: makeEngine({ client, host: config.host, cycles: services.store.cycles }),
      services,
      production,
      target,
      say,
      signal,
    });
    return { stack, services, target, cycleId, production, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function registerExample({ store }: Services, directory: string): Promise<Target> {
  const text = await readFile(join(directory, 'hone.yaml'), 'utf8');
  const parsed = parseManifest(text);
  if (!parsed.ok) {
    throw new HoneError('manifest-invalid', "The example's hone.yaml is not valid.", 'Correct it; npx hone target check shows the same.', {
      details: parsed.issues.map(({ line, column, message }) => `${line}:${column} ${message}`),
    });
  }
  const manifestDigest = asId<Digest>(createHash('sha256').update(text).digest('hex'));
  return store.targets.register({ name: parsed.manifest.target, directory, manifest: parsed.manifest, manifestDigest });
}

async function startExample(
  dataDirectory: string,
  services: Services,
  target: Target,
  requestsPerSecond: number,
  signal: AbortSignal,
  say: Say,
): Promise<DemoProduction> {
  const baseline = await baselineBuild(services, target, { signal, progress: () => undefined });
  say(`baseline: build ID ${baseline.elfBuildId.slice(0, 12)}, ${baseline.seconds.toFixed(1)} s when it was made`);
  // Where the example's manifest says that its production lives.
  const productionDirectory = join(target.directory, '../../.hone/production', target.name);
  const binary = join(dataDirectory, 'releases', target.name, baseline.elfBuildId, target.name);
  await placeBinary(services, baseline, binary);
  return startProduction({ exampleDirectory: target.directory, productionDirectory, binary, requestsPerSecond });
}

interface CycleRun {
  readonly engine: ReturnType<typeof makeEngine>;
  readonly services: Services;
  readonly production: DemoProduction;
  readonly target: Target;
  readonly say: Say;
  readonly signal: AbortSignal;
}

/** Starts the cycle and follows it to its end. Interrupted, it cancels the cycle and waits until that has cleaned up. */
async function runCycle({ engine, services: { store }, production, target, say, signal }: CycleRun): Promise<CycleId> {
  await production.send('training');
  const cycleId = await engine.startCycle(target, 'the demo asked for it');
  try {
    await followCycle({ store, production, say }, cycleId, signal);
    signal.throwIfAborted();
  } catch (error) {
    await engine.cancelCycle(target.name, cycleId).catch(() => undefined); // it may have ended by itself
    await followCycle({ store, production, say }, cycleId, AbortSignal.timeout(cleanUpSeconds * 1000)).catch(() => undefined);
    throw error;
  } finally {
    await production.stopTraffic();
  }
  return cycleId;
}

/** Shows the cycle's events; production's clients change their mix when the cycle holds out, and rest when the mirror is off. */
async function followCycle(
  { store, production, say }: Pick<CycleRun, 'production' | 'say'> & Pick<Services, 'store'>,
  cycleId: CycleId,
  signal: AbortSignal,
): Promise<void> {
  for await (const { stage, state, message } of store.cycles.follow(cycleId, 0, signal)) {
    if (state === 'started') {
      if (stage === 'plan') say(`${stage.padEnd(18)} started`);
      if (stage === 'accept') await production.stopTraffic();
      continue;
    }
    say(`${stage.padEnd(18)} ${state === 'progress' ? '· ' : ''}${state === 'failed' ? 'failed' : message}`);
    if (state === 'progress' && message.startsWith('holding out')) await production.send('held-out');
  }
}
