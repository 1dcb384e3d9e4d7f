import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HoneError } from '../domain/errors.ts';
import { readConfig } from './config.ts';
import { InterruptedError } from './demo/interrupted-error.ts';
import { closeLoopOnce, exampleDirectory, type ClosedLoop } from './demo/loop.ts';
import { type DemoSummary, readLearnt, readRemains, summarise, summariseFailure, summaryLines } from './demo/summary.ts';
import { untilInterrupted } from './interrupted.ts';
import { showError } from './show-error.ts';

/**
 * `npm run demo`: registers the example, starts its baseline, or the build that is promoted, as production behind nginx, sends
 * traffic, and runs one refresh cycle on real parts. Options: --once (end when the cycle has ended), --json (exactly one object
 * on standard output, whatever happens), --rate N (requests a second to production), --example DIRECTORY (another copy of
 * the example).
 */
const startedAt = performance.now();
const elapsedSeconds = () => (performance.now() - startedAt) / 1000;
const say = (line: string) => void process.stderr.write(`${elapsedSeconds().toFixed(1).padStart(6)} s  ${line}\n`);

const abort = new AbortController();
void untilInterrupted().then(() => abort.abort());

/** What is known by the time of a failure. */
let known: Partial<DemoSummary> = {};
let summary: DemoSummary;
try {
  summary = await runDemo(readOptions());
} catch (error) {
  process.exitCode = 1;
  show(error);
  summary = summariseFailure(error, known, elapsedSeconds());
}
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(summary)}\n`);
process.exit();

type Options = ReturnType<typeof readOptions>;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        rate: { type: 'string', default: '300' },
        example: { type: 'string', default: exampleDirectory },
      },
    });
    return { ...values, requestsPerSecond: requestRate(values.rate) };
  } catch (error) {
    if (error instanceof HoneError) throw error;
    throw new HoneError('input-invalid', (error as Error).message, 'The options are --once, --json, --rate N and --example DIRECTORY.');
  }
}

/** Why the demo ends with its cycle; null when it stays up for the person at the terminal. */
function reasonToEnd({ once, json }: Options): string | null {
  if (once || json) return once ? '--once' : '--json';
  return process.stdout.isTTY ? null : 'standard output is no terminal';
}

async function runDemo(options: Options): Promise<DemoSummary> {
  const config = readConfig();
  const ends = reasonToEnd(options);
  say(ends === null ? 'everything stays up after the cycle, until Ctrl-C' : `everything ends with the cycle (${ends})`);
  const loop = await closeLoopOnce({
    config,
    example: resolve(options.example),
    requestsPerSecond: options.requestsPerSecond,
    say,
    signal: abort.signal,
    onStarted: (target, cycle) => (known = { target, cycle }),
  });
  try {
    return await conclude(loop, config.dataDirectory, ends === null);
  } finally {
    await loop.stop();
  }
}

async function conclude(loop: ClosedLoop, dataDirectory: string, staysUp: boolean): Promise<DemoSummary> {
  const { services, stack, target, cycleId } = loop;
  const learnt = await readLearnt(services.store, target, cycleId).catch(async (error: unknown) => {
    known = { ...known, ...(await readRemains(services.store, cycleId)) };
    throw error;
  });
  const seconds = elapsedSeconds();
  process.stderr.write(`\n${summaryLines(learnt).join('\n')}\n`);
  const { url } = JSON.parse(await readFile(join(dataDirectory, 'api.json'), 'utf8')) as { url: string };
  process.stderr.write(`\nAPI ${url}/graphql   Temporal UI ${stack.temporalUiUrl}\n`);
  if (staysUp) {
    process.stderr.write('Everything stays up until Ctrl-C, production in use; try the command above in another terminal.\n');
    await loop.attend();
  }
  return summarise(learnt, seconds);
}

function show(error: unknown): void {
  if (error instanceof InterruptedError) say(`${error.message}; everything is stopped`);
  else if (error instanceof HoneError) showError(error, say);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

function requestRate(text: string): number {
  const rate = Number(text);
  if (Number.isFinite(rate) && rate >= 1 && rate <= 5000) return rate;
  throw new HoneError('input-invalid', `--rate ${text} is no rate.`, 'Give requests a second, from 1 to 5000.');
}
