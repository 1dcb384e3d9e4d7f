import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { compareAnswers, makeAnswerDigest, withOutputs } from './answers.ts';
import { choosePairCores } from './cores.ts';
import type { PairOutcome, PairTools } from './http-pair.ts';
import { takeOutputs } from './outputs.ts';
import { evaluationFailed, withBothLegs } from './pair-failure.ts';
import type { LegName } from './pair-failure.ts';
import { asLeg, makePair, roleOrder } from './pair-result.ts';
import { instanceFolder } from '../local/instance-folder.ts';
import type { InstanceFolder } from '../local/instance-folder.ts';
import { readLastLines } from '../local/last-lines.ts';
import { instanceEnvironment } from '../local/launch.ts';
import { runBatch } from '../local/run-batch.ts';
import type { BatchResult, BatchRun } from '../local/run-batch.ts';
import { badEnd, inputsOf, planRun } from '../local/run-inputs.ts';
import type { CommandInput } from '../local/run-inputs.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId } from '../../domain/ids.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { LegMeasure } from '../../domain/model/evaluation.ts';
import type { InstanceSpec, PairRequest } from '../../domain/ports/host.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';

interface CommandLeg {
  readonly name: LegName;
  readonly spec: InstanceSpec;
  readonly core: number;
}

interface LegOutcome {
  readonly measure: LegMeasure;
  readonly digests: readonly string[];
  /** Files that no run wrote although the manifest says so, each with its input. */
  readonly missing: ReadonlySet<string>;
}

/**
 * One pair of a command drive: both builds run the held-out inputs at once, each on its core. The cost is the kernel's
 * account of each run (wait4: user and system time, children included), the start of the process with it.
 */
export async function measureCommandPair(request: PairRequest, tools: Omit<PairTools, 'replay'>, call: LongCall): Promise<PairOutcome> {
  const inputs = heldOutRuns(request.manifest, request.manifest.evaluation.runsPerLeg);
  const cores = await choosePairCores();
  const legs = roleOrder(request.candidateFirst).map((name, role) => makeLeg(name, cores[role] as number, request));
  const stopped = new AbortController();
  const signal = AbortSignal.any([call.signal, stopped.signal]);
  try {
    for (const { spec } of legs) await tools.instances.deploy(spec, call);
    const startedAt = new Date().toISOString();
    const outcomes = await withBothLegs(legs, (leg) =>
      runLeg(leg, inputs, request, tools, { ...call, signal }).catch((error: unknown) => {
        if (leg.name === 'baseline') stopped.abort(error);
        throw error;
      }),
    );
    const of = (name: LegName): LegOutcome => outcomes[legs.findIndex((leg) => leg.name === name)] as LegOutcome;
    const [baseline, candidate] = [of('baseline'), of('candidate')];
    refuseUnwritten(baseline.missing, candidate.missing);
    const answers = compareAnswers(baseline.digests, candidate.digests, (index) => inputs[index]?.name ?? '?');
    return { pair: makePair(request, startedAt, baseline.measure, candidate.measure), answers };
  } finally {
    await Promise.all(legs.map(({ spec }) => tools.instances.stop(spec.instanceId)));
  }
}

/** The held-out inputs, so many times. Throws `input-invalid` without any. */
export function heldOutRuns(manifest: Manifest, rounds: number): readonly CommandInput[] {
  const held = inputsOf(manifest, true);
  if (held.length === 0) throw nothingHeldOut();
  return Array.from({ length: rounds }, () => held).flat();
}

function nothingHeldOut(): HoneError {
  const advice = 'Set heldOut: true for one input or more; a build must not be judged by what it was trained on.';
  return new HoneError('input-invalid', 'No input of drive.inputs is held out for the evaluation.', advice);
}

/** What neither build writes would always be equal: the manifest names another file than the program. */
function refuseUnwritten(baseline: ReadonlySet<string>, candidate: ReadonlySet<string>): void {
  const first = [...baseline].find((output) => candidate.has(output));
  if (first === undefined) return;
  const advice = 'Correct outputs of the input in the manifest: paths are relative to the working directory of the run, {data}.';
  throw new HoneError('input-invalid', `Neither build wrote the output ${first}.`, advice);
}

function makeLeg(name: LegName, core: number, request: PairRequest): CommandLeg {
  const { manifest, sourceArchive, data } = request;
  const instanceId = asId<InstanceId>(`pair-${request.index}-${name}-${randomUUID()}`);
  return { name, core, spec: { ...request[name], manifest, sourceArchive, data, instanceId, core, instrumented: false } };
}

async function runLeg(
  leg: CommandLeg,
  inputs: readonly CommandInput[],
  request: PairRequest,
  tools: Omit<PairTools, 'replay'>,
  call: LongCall,
): Promise<LegOutcome> {
  const { spec } = leg;
  const { record } = await tools.instances.assertRunning(spec.instanceId);
  const folder = instanceFolder(record.directory);
  const stdoutOf = (index: number): string => join(folder.raw, `${index}.out`);
  const runsOf = (list: readonly CommandInput[]): readonly BatchRun[] =>
    list.map((input, index) => planRun(spec.manifest, input, folder, stdoutOf(index), null, true));
  const batch = (name: string, list: readonly CommandInput[]): Promise<readonly BatchResult[]> =>
    runBatch({
      runs: runsOf(list),
      folder,
      name,
      environment: instanceEnvironment({ ...spec, folder, port: null }),
      core: leg.core,
      limitSeconds: request.manifest.evaluation.maximumSeconds,
      onResult: (index) => call.progress(`pair ${request.index}: ${leg.name} run ${index + 1} of ${list.length}`),
      signal: call.signal,
    }).catch((error: unknown) => {
      throw evaluationFailed(leg.name, spec.elfBuildId, error);
    });
  // The first run pays for cold files: it is not counted.
  await batch('warm-up', inputs.slice(0, 1));
  const results = await batch('measured', inputs);
  await checkResults(leg, inputs, results, folder);
  const answered = await digestAnswers({ leg, inputs, runs: runsOf(inputs), results }, request);
  const resident = Math.max(...results.map((result) => result.maximumResidentBytes));
  return { ...answered, measure: asLeg(leg.core, sumUp(inputs, results), resident) };
}

/** Throws `evaluation-failed` or `baseline-failed` for the first run that did not end as the manifest says. */
export async function checkResults(
  leg: Pick<CommandLeg, 'name' | 'spec'>,
  inputs: readonly CommandInput[],
  results: readonly BatchResult[],
  folder: InstanceFolder,
): Promise<void> {
  const complaint = inputs.map((input, index) => badEnd(input, results[index] as BatchResult)).find((text) => text !== null);
  if (complaint === undefined) return;
  throw evaluationFailed(leg.name, leg.spec.elfBuildId, complaint, await readLastLines(folder.log));
}

function sumUp(inputs: readonly CommandInput[], results: readonly BatchResult[]) {
  const endpoints: Record<string, { cpuNanoseconds: number; requests: number }> = {};
  results.forEach(({ cpuNanoseconds }, index) => {
    const name = inputs[index]?.name ?? '?';
    const before = endpoints[name] ?? { cpuNanoseconds: 0, requests: 0 };
    endpoints[name] = { cpuNanoseconds: before.cpuNanoseconds + cpuNanoseconds, requests: before.requests + 1 };
  });
  return { cpuNanoseconds: results.reduce((sum, result) => sum + result.cpuNanoseconds, 0), requests: results.length, endpoints };
}

interface MeasuredRuns {
  readonly leg: CommandLeg;
  readonly inputs: readonly CommandInput[];
  readonly runs: readonly BatchRun[];
  readonly results: readonly BatchResult[];
}

/** Digests of standard output and output files, after the leg's last run: reading them would cost CPU time on its core. */
async function digestAnswers(
  { leg, inputs, runs, results }: MeasuredRuns,
  request: PairRequest,
): Promise<Pick<LegOutcome, 'digests' | 'missing'>> {
  const rules = request.manifest.evaluation.answers;
  const digest = makeAnswerDigest(rules);
  const digests: string[] = [];
  const missing = new Set<string>();
  for (const [index, run] of runs.entries()) {
    const input = inputs[index] as CommandInput;
    const printed = digest((results[index] as BatchResult).code, await readFile(run.stdoutPath));
    await rm(run.stdoutPath);
    const outputs = await takeOutputs(input, run);
    if (typeof outputs === 'string') throw evaluationFailed(leg.name, leg.spec.elfBuildId, outputs);
    for (const { path, content } of outputs) if (content === null) missing.add(`${path} of input ${input.name}`);
    digests.push(withOutputs(printed, outputs, rules));
  }
  return { digests, missing };
}
