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
import { placeBinary, servedBuild } from './baseline.ts';
import { attendCycles, runCycle } from './cycles.ts';
import { InterruptedError } from './interrupted-error.ts';
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
  /** Called when the cycle has an id, with the name of its target. */
  readonly onStarted?: (targetName: string, cycleId: CycleId) => void;
}

/** A loop that has closed once; everything is still up. */
export interface ClosedLoop {
  readonly stack: Stack;
  readonly services: Services;
  readonly target: Target;
  readonly cycleId: CycleId;
  /** Runs still; its traffic has been stopped. */
  readonly production: DemoProduction;
  /** Until the signal comes: production's usual traffic, and what each further cycle of the target needs. */
  attend(): Promise<void>;
  /** Stops production, the stack and whatever else was started, newest first. */
  stop(): Promise<void>;
}

/**
 * The example from nothing to the end of one refresh cycle: stack, target, production, traffic, cycle. Interrupted by the
 * signal, it ends all that and throws {@link InterruptedError}.
 */
export async function closeLoopOnce(settings: LoopSettings): Promise<ClosedLoop> {
  const { config, example, say, signal, onStarted = () => undefined } = settings;
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
    signal.throwIfAborted();
    const production = await startExample(settings, services, target);
    closers.push(() => production.stop());
    signal.throwIfAborted();
    const client = connectTemporal({ address: stack.temporalAddress, namespace: config.temporal.namespace });
    closers.push(() => client.connection.close());
    const engine = makeEngine({ client, host: config.host, cycles: services.store.cycles });
    const ground = { engine, store: services.store, production, target, say };
    const cycleId = await runCycle(ground, (id) => onStarted(target.name, id), signal);
    return { stack, services, target, cycleId, production, attend: () => attendCycles(ground, signal), stop };
  } catch (error) {
    await stop();
    // What was cut short may have failed in words of its own.
    throw signal.aborted && !(error instanceof InterruptedError) ? new InterruptedError() : error;
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
  { config, requestsPerSecond, say, signal }: LoopSettings,
  services: Services,
  target: Target,
): Promise<DemoProduction> {
  // Where the example's manifest says that its production lives.
  const productionDirectory = join(target.directory, '../../.hone/production', target.name);
  const binary = async () => {
    const build = await servedBuild(services, target, signal, say);
    const path = join(config.dataDirectory, 'releases', target.name, build.elfBuildId, target.name);
    await placeBinary(services, build, path);
    return path;
  };
  const production = await startProduction({ exampleDirectory: target.directory, productionDirectory, binary, requestsPerSecond });
  say(`production: that build behind nginx at ${production.url}`);
  return production;
}
