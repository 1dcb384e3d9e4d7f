import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { refreshCycleWorkflowId, searchAttributes } from '../../domain/contracts/workflows.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type CycleId, type Digest } from '../../domain/ids.ts';
import { parseManifest } from '../../domain/manifest/parse.ts';
import type { CycleEvent, CycleStage, RefreshCycle } from '../../domain/model/cycle.ts';
import type { Target } from '../../domain/model/target.ts';
import type { EnginePort, FreshnessPort, PromotionPort, StressPort } from '../../domain/ports/engine.ts';
import type { Store } from '../../domain/ports/store.ts';
import { readConfig, type Config } from '../../runtime/config.ts';
import { connectTemporal, makeEngine, makePromotion } from '../../runtime/engine.ts';
import { makeLog } from '../../runtime/log.ts';
import { makeFreshnessEngine } from '../../runtime/freshness-engine.ts';
import { makeStressEngine } from '../../runtime/stress-engine.ts';
import { startStack, type Stack } from '../../runtime/stack.ts';
import { makeStore } from '../../store/index.ts';
import { findLeftovers } from './leftovers.ts';
import { shareWorkflowBundle } from './workflow-bundle.ts';
import { startClient, type TrafficClient, type TrafficCount } from './loop-traffic.ts';
import { copyFixture, startProduction, type FixtureCopy, type Production } from './production.ts';

export interface LoopOptions {
  readonly fixture?: 'tiny-service' | 'tiny-command' | 'tiny-library';
  /** Edits the text of the fixture's hone.yaml. */
  readonly manifest?: (text: string) => string;
  /** Edits the copy of the fixture, before anything is built of it. */
  readonly source?: (directory: string) => Promise<void>;
  /** Of production's service and of instances (`TINY_…`). */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the gateway, worker and API processes, beside their own. */
  readonly workerEnvironment?: Readonly<Record<string, string>>;
  /** Where the loop's data folder is made; default: the system's temporary folder. */
  readonly folder?: string;
  /** Starts the stack; another process may own it. Default: startStack in this one. */
  readonly stack?: (config: Config) => Promise<LoopStack>;
}

/** What a loop must know of the stack that it runs on. */
export type LoopStack = Pick<Stack, 'databaseUrl' | 'temporalAddress' | 'stop'> & Partial<Stack>;

/** A real loop on a tiny fixture: stack, production, clients; one target. */
export interface Loop<AStack extends LoopStack = Stack> {
  readonly config: Config;
  readonly stack: AStack;
  readonly store: Store;
  readonly engine: EnginePort;
  readonly promotion: PromotionPort;
  readonly freshness: FreshnessPort;
  readonly stress: StressPort;
  readonly target: Target;
  readonly fixture: FixtureCopy;
  /** Null for a command drive. */
  readonly production: Production | null;
  /** What the stack said, a line each. */
  readonly said: readonly string[];
  /** Of tiny-service; bounded in count and time. Ends the clients before. */
  startTraffic(requestsPerSecond: number): void;
  stopTraffic(): Promise<TrafficCount>;
  startCycle(reason?: string): Promise<CycleId>;
  /** The first event of the cycle that fits, past or future. Throws when the cycle ends without it, or after three minutes. */
  untilEvent(cycleId: CycleId, fits: (event: CycleEvent) => boolean): Promise<CycleEvent>;
  /** The stage of the target's running cycle as Temporal has it: true also while no worker lives. Null when its workflow is over. */
  workflowStage(): Promise<CycleStage | null>;
  /** The cycle once its row is closed and its workflow is over; throws after `seconds`. */
  ended(cycleId: CycleId, seconds?: number): Promise<RefreshCycle>;
  /** A sentence for each thing that a cycle left behind. */
  leftovers(): Promise<string[]>;
  /** The same target and production on another stack of the same data folder; its `stop` ends only that stack. */
  attach<Other extends LoopStack>(stack: Other): Promise<Loop<Other>>;
  stop(): Promise<void>;
}

const pollMilliseconds = 15;
const eventSeconds = 180;
const defaultEndSeconds = 150;

type Closers = (() => Promise<unknown>)[];

export function startLoop(options?: Omit<LoopOptions, 'stack'>): Promise<Loop>;
export function startLoop<AStack extends LoopStack>(
  options: LoopOptions & { readonly stack: (config: Config) => Promise<AStack> },
): Promise<Loop<AStack>>;
/** Starts everything; ends what was started when a part fails to start. */
export async function startLoop(options: LoopOptions = {}): Promise<Loop<LoopStack>> {
  const closers: Closers = [];
  const said: string[] = [];
  const start = options.stack ?? ((config: Config) => startStack(config, (line) => said.push(line), options.workerEnvironment));
  try {
    const fixture = await openFixture(options);
    closers.push(() => fixture.remove());
    const dataDirectory = await mkdtemp(join(options.folder ?? tmpdir(), 'hone-loop-'));
    closers.push(() => rm(dataDirectory, { recursive: true, force: true }));
    await shareWorkflowBundle(join(dataDirectory, 'cache'));
    const config = readConfig({ HONE_DATA: dataDirectory, HONE_HOST: 'loop-host', HONE_LOG_LEVEL: 'warn' });
    const production = await openProduction(options, fixture);
    if (production) closers.push(() => production.stop());
    const traffic = trafficOf(production);
    closers.push(() => traffic.stopTraffic());
    return await onStack({ config, fixture, production, said, ...traffic }, await start(config), closers);
  } catch (error) {
    await closeAll(closers).catch(() => undefined);
    throw error;
  }
}

async function closeAll(closers: Closers): Promise<void> {
  const failures: unknown[] = [];
  while (closers.length > 0) await closers.pop()!().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'The loop did not stop cleanly.');
}

/** What stays when the stack is another one. */
type Ground = Pick<Loop, 'config' | 'fixture' | 'production' | 'said' | 'startTraffic' | 'stopTraffic'>;

/** The loop on a stack that is up. Its `stop` calls the closers, the stack's first. */
async function onStack<AStack extends LoopStack>(ground: Ground, stack: AStack, closers: Closers): Promise<Loop<AStack>> {
  closers.push(() => stack.stop());
  const { config, fixture, production } = ground;
  const opened = await makeStore({ databaseUrl: stack.databaseUrl, poolSize: 5, log: makeLog('loop', { logLevel: 'silent' }) });
  closers.push(() => opened.close());
  const client = connectTemporal({ address: stack.temporalAddress, namespace: config.temporal.namespace });
  closers.push(() => client.connection.close());
  const { store } = opened;
  const target = await register(store, fixture.directory);
  const engine = makeEngine({ client, host: config.host, cycles: store.cycles });
  const workflow = client.workflow.getHandle(refreshCycleWorkflowId(target.name));
  const places = {
    dataDirectory: config.dataDirectory,
    databaseUrl: stack.databaseUrl,
    targetName: target.name,
    mirrorIncludes: production ? [production.httpInclude, production.locationInclude] : [],
  };
  return {
    ...ground,
    stack,
    store,
    engine,
    target,
    ...followerOf(store, async () => (await workflow.describe()).status.name !== 'RUNNING'),
    async workflowStage() {
      const { status, searchAttributes: attributes } = await workflow.describe();
      return status.name === 'RUNNING' ? (attributes[searchAttributes.stage]![0] as CycleStage) : null;
    },
    promotion: makePromotion({ client, targets: store.targets }),
    freshness: makeFreshnessEngine(client),
    stress: makeStressEngine({ client, host: config.host, stress: store.stress, hosts: store.hosts }),
    startCycle: (reason = 'a test asked for it') => engine.startCycle(target, reason),
    leftovers: () => findLeftovers(places),
    attach: (other) => onStack(ground, other, []),
    stop: () => closeAll(closers),
  };
}

async function openFixture({ fixture = 'tiny-service', manifest, source, environment = {} }: LoopOptions): Promise<FixtureCopy> {
  const copy = await copyFixture(fixture);
  const path = join(copy.directory, 'hone.yaml');
  const entries = Object.entries(environment).map(([name, value]) => `\n    ${name}: ${JSON.stringify(value)}`);
  const text = await readFile(path, 'utf8');
  const withEnvironment = entries.length === 0 ? text : text.replace(/^run:$/m, `run:\n  environment:${entries.join('')}`);
  await writeFile(path, manifest ? manifest(withEnvironment) : withEnvironment);
  await source?.(copy.directory);
  return copy;
}

async function openProduction({ fixture = 'tiny-service', environment }: LoopOptions, copy: FixtureCopy): Promise<Production | null> {
  if (fixture !== 'tiny-service') return null;
  return startProduction({
    directory: join(copy.directory, 'production'),
    binary: await copy.build(),
    service: join(copy.directory, 'service.json'),
    ...(environment ? { environment } : {}),
  });
}

async function register(store: Store, directory: string): Promise<Target> {
  const text = await readFile(join(directory, 'hone.yaml'), 'utf8');
  const parsed = parseManifest(text);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ line, column, message }) => `hone.yaml:${line}:${column} ${message}`).join('\n'));
  const manifestDigest = asId<Digest>(createHash('sha256').update(text).digest('hex'));
  return store.targets.register({ name: parsed.manifest.target, directory, manifest: parsed.manifest, manifestDigest });
}

function trafficOf(production: Production | null): Pick<Loop, 'startTraffic' | 'stopTraffic'> {
  let client: TrafficClient | null = null;
  return {
    startTraffic(requestsPerSecond) {
      if (!production) throw new Error('tiny-command has no production to send traffic to.');
      void client?.stop();
      client = startClient(production.url, requestsPerSecond);
    },
    async stopTraffic() {
      const count = await client?.stop();
      client = null;
      return count ?? { sent: 0, answered: 0, failures: [] };
    },
  };
}

function followerOf({ cycles }: Store, workflowOver: () => Promise<boolean>): Pick<Loop, 'untilEvent' | 'ended'> {
  const describe = async (cycleId: CycleId) =>
    (await cycles.events(cycleId, 0)).map(({ stage, state, message }) => `${stage} ${state} ${message}`).join('\n');

  return {
    async untilEvent(cycleId, fits) {
      const time = AbortSignal.timeout(eventSeconds * 1000);
      const found = await poll(eventSeconds, async () => {
        for await (const event of cycles.follow(cycleId, 0, time)) if (fits(event)) return event;
        return 'none';
      });
      if (found !== 'none') return found;
      const cycle = await cycles.byId(cycleId);
      throw new Error(`No such event (${cycle?.state}).\n${await describe(cycleId)}\n${JSON.stringify(cycle?.error)}`);
    },
    async ended(cycleId, seconds = defaultEndSeconds) {
      const time = AbortSignal.timeout(seconds * 1000);
      try {
        return await poll(seconds, async () => {
          for await (const event of cycles.follow(cycleId, 0, time)) void event;
          const cycle = await cycles.byId(cycleId);
          return cycle && cycle.state !== 'running' && (await workflowOver()) ? cycle : null;
        });
      } catch (error) {
        throw new Error(`The cycle did not end.\n${await describe(cycleId)}`, { cause: error });
      }
    },
  };
}

/** Asks until there is an answer; a store or engine that is away for a while is asked again. What asks may itself wait for an event. */
async function poll<Result>(seconds: number, ask: () => Promise<Result | null>): Promise<Result> {
  const deadline = Date.now() + seconds * 1000;
  for (let last: unknown = 'no answer'; Date.now() < deadline; await delay(pollMilliseconds)) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      if (!isAway(error)) throw error;
      last = error;
      if (Date.now() > deadline) throw last;
    }
  }
  throw new Error(`It did not happen within ${seconds} s.`);
}

/** A cycle that was just ordered is `not-found` until its workflow opens it. */
const away: ReadonlySet<string> = new Set(['store-unavailable', 'engine-unavailable', 'not-found']);

function isAway(error: unknown): boolean {
  if (error instanceof HoneError) return away.has(error.code);
  return error instanceof Error && error.name === 'ServiceError';
}
