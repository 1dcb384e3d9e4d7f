import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { checkResults, heldOutRuns } from './command-pair.ts';
import { choosePairCores } from './cores.ts';
import type { PairTools } from './http-pair.ts';
import { evaluationFailed, type LegName } from './pair-failure.ts';
import { blamed, makeSpeedTally, turnOrder, type SpeedTally } from './speed-turns.ts';
import { instanceFolder } from '../local/instance-folder.ts';
import { instanceEnvironment } from '../local/launch.ts';
import { runBatch } from '../local/run-batch.ts';
import { planRun } from '../local/run-inputs.ts';
import { asId, type InstanceId } from '../../domain/ids.ts';
import type { SpeedComparison } from '../../domain/model/speed.ts';
import type { SpeedRequest } from '../../domain/ports/host.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';

/** Wall time of a command drive's runs, one at a time: the held-out inputs once in each turn. */
export async function measureCommandSpeed(
  request: SpeedRequest,
  tools: Omit<PairTools, 'replay'>,
  call: LongCall,
): Promise<SpeedComparison> {
  const [, core] = await choosePairCores();
  const tallies = { baseline: makeSpeedTally(), candidate: makeSpeedTally() };
  for (const { name } of turnOrder(request.candidateFirst)) {
    await blamed(name, (who) => runTurn(request, who, { core, tools, call, tally: tallies[who] }));
  }
  const { candidateFirst } = request;
  const [baseline, candidate] = [tallies.baseline.figures(), tallies.candidate.figures()];
  return { candidateFirst, core, concurrency: 1, askedPerSecond: null, baseline, candidate };
}

interface TurnOptions {
  readonly core: number;
  readonly tools: Omit<PairTools, 'replay'>;
  readonly call: LongCall;
  readonly tally: SpeedTally;
}

async function runTurn(request: SpeedRequest, name: LegName, { core, tools, call, tally }: TurnOptions): Promise<void> {
  const { manifest, sourceArchive, data } = request;
  const inputs = heldOutRuns(manifest, manifest.evaluation.runsPerLeg);
  const spec = {
    ...request[name],
    manifest,
    sourceArchive,
    data,
    instanceId: asId<InstanceId>(`speed-${name}-${randomUUID()}`),
    core,
    instrumented: false,
  };
  try {
    await tools.instances.deploy(spec, call);
    const { record } = await tools.instances.assertRunning(spec.instanceId);
    const folder = instanceFolder(record.directory);
    const batch = (of: string, list: typeof inputs) =>
      runBatch({
        runs: list.map((input) => planRun(manifest, input, folder, join(folder.raw, 'out'), null)),
        folder,
        name: of,
        environment: instanceEnvironment({ ...spec, folder, port: null }),
        core,
        limitSeconds: manifest.evaluation.maximumSeconds,
        onResult: (index) => call.progress(`wall time: ${name} run ${index + 1} of ${list.length}`),
        signal: call.signal,
      }).catch((error: unknown) => {
        throw evaluationFailed(name, spec.elfBuildId, error);
      });
    await batch('warm-up', inputs.slice(0, 1));
    const results = await batch('measured', inputs);
    await checkResults({ name, spec }, inputs, results, folder);
    // Where the wrapper cannot read a clock there is no wall time, and so no figure.
    for (const { wallNanoseconds } of results) if (wallNanoseconds > 0) tally.ended(wallNanoseconds / 1e6, null);
    const sum = (of: 'wallNanoseconds' | 'cpuNanoseconds') => results.reduce((total, result) => total + result[of], 0);
    const seconds = sum('wallNanoseconds') / 1e9;
    if (seconds > 0) tally.closed({ answered: results.length, lost: 0, seconds, busyShare: sum('cpuNanoseconds') / 1e9 / seconds });
  } finally {
    await tools.instances.stop(spec.instanceId);
  }
}
