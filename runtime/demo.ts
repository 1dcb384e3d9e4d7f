import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HoneError } from '../domain/errors.ts';
import { asId, type CycleId, type Digest } from '../domain/ids.ts';
import { parseManifest } from '../domain/manifest/parse.ts';
import type { Target } from '../domain/model/target.ts';
import { readConfig } from './config.ts';
import { baselineBuild, placeBinary } from './demo/baseline.ts';
import { startProduction, type DemoProduction } from './demo/production.ts';
import { readLearnt, summarise, summaryLines } from './demo/summary.ts';
import { connectTemporal, makeEngine } from './engine.ts';
import { untilInterrupted } from './interrupted.ts';
import { makeLog } from './log.ts';
import { makeServices, type Services } from './services.ts';
import { showError } from './show-error.ts';
import { startStack, type Stack } from './stack.ts';

/**
 * `npm run demo`: registers the example, starts its baseline as production behind nginx, sends traffic, and runs one
 * refresh cycle on real parts. Options: --once (end when the cycle has ended), --json (one object on standard output),
 * --rate N (requests a second to production).
 */
const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    rate: { type: 'string', default: '300' },
  },
});
const exampleDirectory = fileURLToPath(new URL('../examples/query-service', import.meta.url));
const startedAt = performance.now();
const interrupted = untilInterrupted();
const abort = new AbortController();
const closers: (() => Promise<unknown>)[] = [];
let interruptedEarly = false;

function say(line: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds} s  ${line}\n`);
}

void interrupted.then(() => {
  interruptedEarly = true;
  abort.abort();
});

try {
  const config = readConfig();
  const stack = await startStack(config, say);
  closers.push(() => stack.stop());
  const demoConfig = {
    ...config,
    databaseUrl: stack.databaseUrl,
    temporal: { ...config.temporal, address: stack.temporalAddress },
    logLevel: 'warn' as const,
  };
  const services = await makeServices(demoConfig, makeLog('demo', demoConfig));
  closers.push(() => services.close());
  await runDemo(demoConfig, stack, services);
} catch (error) {
  process.exitCode = 1;
  if (interruptedEarly) say('interrupted');
  else if (error instanceof HoneError) showError(error, say);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  while (closers.length > 0) await closers.pop()!().catch((error: unknown) => say(`while stopping: ${String(error)}`));
}
process.exit();

async function runDemo(config: Parameters<typeof makeServices>[0], stack: Stack, services: Services): Promise<void> {
  const target = await registerExample(services);
  say(`target ${target.name} registered from its hone.yaml`);
  const production = await startExample(config.dataDirectory, services, target);
  closers.push(() => production.stop());
  say(`production: the baseline build behind nginx at ${production.url}`);
  await production.send('training');
  const client = connectTemporal({ address: stack.temporalAddress, namespace: config.temporal.namespace });
  closers.push(() => client.connection.close());
  const engine = makeEngine({ client, host: config.host });
  const cycleId = await engine.startCycle(target, 'the demo asked for it');
  closers.push(() => engine.cancelCycle(target.name, cycleId).catch(() => undefined));
  await followCycle(services, production, cycleId);
  await production.stopTraffic();
  await conclude(config.dataDirectory, stack, services, target, cycleId);
}

async function registerExample({ store }: Services): Promise<Target> {
  const text = await readFile(join(exampleDirectory, 'hone.yaml'), 'utf8');
  const parsed = parseManifest(text);
  if (!parsed.ok) {
    throw new HoneError('manifest-invalid', "The example's hone.yaml is not valid.", 'Correct it; npx hone target check shows the same.', {
      details: parsed.issues.map(({ line, column, message }) => `${line}:${column} ${message}`),
    });
  }
  const manifestDigest = asId<Digest>(createHash('sha256').update(text).digest('hex'));
  return store.targets.register({ name: parsed.manifest.target, directory: exampleDirectory, manifest: parsed.manifest, manifestDigest });
}

async function startExample(dataDirectory: string, services: Services, target: Target): Promise<DemoProduction> {
  const baseline = await baselineBuild(services, target, { signal: abort.signal, progress: () => undefined });
  say(`baseline built: build ID ${baseline.elfBuildId.slice(0, 12)}, ${baseline.seconds.toFixed(1)} s when it was made`);
  const productionDirectory = join(dataDirectory, 'production', target.name);
  const binary = join(dataDirectory, 'releases', target.name, baseline.elfBuildId, target.name);
  await placeBinary(services, baseline, binary);
  return startProduction({ exampleDirectory, productionDirectory, binary, requestsPerSecond: Number(options.rate) });
}

/** Shows the cycle's events; production's clients change their mix when the cycle holds out, and rest when the mirror is off. */
async function followCycle({ store }: Services, production: DemoProduction, cycleId: CycleId): Promise<void> {
  for await (const event of store.cycles.follow(cycleId, 0, abort.signal)) {
    if (event.state === 'started') {
      if (event.stage === 'stop') await production.stopTraffic();
      continue;
    }
    say(`${event.stage.padEnd(18)} ${event.state === 'progress' ? '· ' : ''}${event.message}${event.state === 'failed' ? 'failed' : ''}`);
    if (event.message.startsWith('holding out')) await production.send('held-out');
  }
  abort.signal.throwIfAborted();
}

async function conclude(dataDirectory: string, stack: Stack, { store }: Services, target: Target, cycleId: CycleId): Promise<void> {
  const learnt = await readLearnt(store, target, cycleId);
  const summary = summarise(learnt, (performance.now() - startedAt) / 1000);
  process.stderr.write(`\n${summaryLines(learnt).join('\n')}\n`);
  const { url } = JSON.parse(await readFile(join(dataDirectory, 'api.json'), 'utf8')) as { url: string };
  process.stderr.write(`\nAPI ${url}/graphql   Temporal UI ${stack.temporalUiUrl}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  if (!process.stdout.isTTY || options.once || options.json) return;
  process.stderr.write('Everything stays up until Ctrl-C; try the command above in another terminal.\n');
  await interrupted;
}
