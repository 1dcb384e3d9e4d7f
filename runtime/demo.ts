import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HoneError } from '../domain/errors.ts';
import { readConfig } from './config.ts';
import { closeLoopOnce, exampleDirectory, type ClosedLoop } from './demo/loop.ts';
import { readLearnt, summarise, summariseFailure, summaryLines } from './demo/summary.ts';
import { untilInterrupted } from './interrupted.ts';
import { showError } from './show-error.ts';

/**
 * `npm run demo`: registers the example, starts its baseline as production behind nginx, sends traffic, and runs one
 * refresh cycle on real parts. Options: --once (end when the cycle has ended), --json (one object on standard output),
 * --rate N (requests a second to production), --example DIRECTORY (another copy of the example).
 */
const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    rate: { type: 'string', default: '300' },
    example: { type: 'string', default: exampleDirectory },
  },
});
const startedAt = performance.now();
const elapsedSeconds = () => (performance.now() - startedAt) / 1000;
const say = (line: string) => void process.stderr.write(`${elapsedSeconds().toFixed(1).padStart(6)} s  ${line}\n`);

const interrupted = untilInterrupted();
const abort = new AbortController();
void interrupted.then(() => abort.abort());

try {
  const config = readConfig();
  const loop = await closeLoopOnce({
    config,
    example: resolve(options.example),
    requestsPerSecond: requestRate(options.rate),
    say,
    signal: abort.signal,
  });
  try {
    await conclude(loop, config.dataDirectory);
  } finally {
    await loop.stop();
  }
} catch (error) {
  process.exitCode = 1;
  if (abort.signal.aborted) say('interrupted: the cycle was cancelled and everything stopped');
  else if (error instanceof HoneError) showError(error, say);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
process.exit();

async function conclude({ services, stack, target, cycleId }: ClosedLoop, dataDirectory: string): Promise<void> {
  const learnt = await readLearnt(services.store, target, cycleId).catch(async (error: unknown) => {
    if (options.json)
      process.stdout.write(`${JSON.stringify(await summariseFailure(services.store, target, cycleId, elapsedSeconds()))}\n`);
    throw error;
  });
  const summary = summarise(learnt, elapsedSeconds());
  process.stderr.write(`\n${summaryLines(learnt).join('\n')}\n`);
  const { url } = JSON.parse(await readFile(join(dataDirectory, 'api.json'), 'utf8')) as { url: string };
  process.stderr.write(`\nAPI ${url}/graphql   Temporal UI ${stack.temporalUiUrl}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  if (!process.stdout.isTTY || options.once || options.json) return;
  process.stderr.write('Everything stays up until Ctrl-C; try the command above in another terminal.\n');
  await interrupted;
}

function requestRate(text: string): number {
  const rate = Number(text);
  if (Number.isFinite(rate) && rate >= 1 && rate <= 5000) return rate;
  throw new HoneError('input-invalid', `--rate ${text} is no rate.`, 'Give requests a second, from 1 to 5000.');
}
