import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoneError } from '../../domain/errors.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { makePortChooser } from '../../hosts/local/free-port.ts';
import { baselineFlags, composeFlags } from '../../toolchains/clang/flags.ts';
import { defaultSearchPath, requireTools } from '../../toolchains/clang/tools.ts';
import { runProcess } from '../../toolchains/process.ts';
import type { LoopFacts } from './loop-facts.ts';

/** What the script made, and how long each of its steps took. */
export interface HandMade {
  readonly binary: string;
  readonly seconds: Readonly<Record<HandStep, number>>;
}

const steps = ['start', 'unpacked', 'built-instrumented', 'ran', 'merged', 'built-optimised'] as const;
export type HandStep = Exclude<(typeof steps)[number], 'start'>;

export interface HandSettings {
  readonly facts: LoopFacts;
  /** Does not exist yet. */
  readonly folder: string;
  readonly database: string;
  /** Called when the workload has been sent: Hone's cycle has production's traffic up to that point as well. */
  readonly onRan: () => Promise<void>;
  readonly signal: AbortSignal;
}

const script = fileURLToPath(new URL('./by-hand.sh', import.meta.url));
const sender = fileURLToPath(new URL('./send.ts', import.meta.url));

/**
 * Runs the script with the same source, compiler, flags, store and corpus as the cycle had, at the pace and for the time of its
 * kept windows. Throws `build-failed` with the script's last lines.
 */
export async function makeByHand({ facts, folder, database, onRan, signal }: HandSettings): Promise<HandMade> {
  const { manifest, sourceArchive, training, windowRequests, windowSeconds } = facts;
  await mkdir(folder);
  const corpus = join(folder, 'corpus.jsonl');
  // What was replayed before the windows was warm-up, which the profile does not have.
  await writeFile(
    corpus,
    training
      .slice(-windowRequests)
      .map((request: CorpusRequest) => `${JSON.stringify(request)}\n`)
      .join(''),
  );
  const tools = await requireTools(manifest.toolchain.version, defaultSearchPath);
  const flags = composeFlags(manifest.toolchain, baselineFlags);
  const port = await makePortChooser().take();
  const send = ['--corpus', corpus, '--port', port, '--seconds', windowSeconds, '--connections', manifest.collection.concurrency];
  const ends = new Map<string, number>();
  let resting: Promise<void> = Promise.resolve();
  const { exitCode, lastLines } = await runProcess({
    command: '/bin/sh',
    arguments: [script],
    workingDirectory: folder,
    environment: {
      PATH: defaultSearchPath,
      SOURCE: sourceArchive,
      WORK: folder,
      DATABASE: database,
      PORT: String(port),
      CORE: String(cpus().length - 1),
      CC: tools.clang,
      AR: tools['llvm-ar'],
      CFLAGS: flags.compile.join(' '),
      LDFLAGS: flags.link.join(' '),
      PROFDATA: tools['llvm-profdata'],
      WORKLOAD: [process.execPath, sender, ...send].map((word) => `'${word}'`).join(' '),
    },
    signal,
    onLine(line) {
      const [step = '', at] = line.split(' ');
      ends.set(step, Number(at));
      if (step === 'ran') resting = onRan();
    },
  });
  await resting;
  if (exitCode !== 0 || !steps.every((step) => ends.has(step))) {
    throw new HoneError('build-failed', `by-hand.sh ended with exit code ${exitCode}.`, 'See its last lines.', {
      details: lastLines.slice(-20),
    });
  }
  return { binary: join(folder, 'query-service'), seconds: stepSeconds(ends) };
}

/** Seconds of each step, from the times at which they ended. */
export function stepSeconds(ends: ReadonlyMap<string, number>): Record<HandStep, number> {
  const at = (step: string) => ends.get(step) ?? Number.NaN;
  return Object.fromEntries(steps.slice(1).map((step, before) => [step, at(step) - at(steps[before]!)])) as Record<HandStep, number>;
}
