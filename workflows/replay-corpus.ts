import { ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import { type ReplayCorpusInput, replayCorpusWorkflowId } from '../domain/contracts/workflows.ts';
import type { StressBasis } from '../domain/contracts/stress-activities.ts';
import { HoneError, type HoneErrorData } from '../domain/errors.ts';
import { asId, type InstanceId } from '../domain/ids.ts';
import type { Manifest } from '../domain/manifest/schema.ts';
import type { StressState } from '../domain/model/stress.ts';
import { type Compensations, startCompensations } from './compensations.ts';
import { toErrorData } from './failures.ts';
import { builds, control, controlGivingBack, controlHolding, hostActivities, stress, stressGivingBack } from './options.ts';

/**
 * A corpus against a build, faster than it was recorded: lease, instance, replay, and everything given back however it ends. A failure is
 * the window's state and the workflow's.
 */
export async function replayCorpus(input: ReplayCorpusInput): Promise<void> {
  const compensations = startCompensations();
  try {
    const { targetName: _, ...opening } = input;
    const basis = await stress.openStress({ ...opening, workflowId: replayCorpusWorkflowId(input.id) });
    const core = await takeHost(input, compensations);
    await replay(input, basis, core, compensations);
    await end(input, compensations, 'succeeded', null);
  } catch (error) {
    const cancelled = isCancellation(error);
    const data = cancelled ? null : toErrorData(error);
    await CancellationScope.nonCancellable(() => end(input, compensations, cancelled ? 'cancelled' : 'failed', data));
    if (data === null) throw error;
    throw ApplicationFailure.create({ type: data.code, message: data.message, nonRetryable: true, details: [data] });
  }
}

/** Does not wait: a person stands by. Answers the core to pin the instance to. */
async function takeHost({ host, id }: ReplayCorpusInput, compensations: Compensations): Promise<number> {
  const { collectionCores } = await hostActivities(host).work.describeHost({});
  const request = { host, stressId: id };
  const holding = new CancellationScope();
  compensations.register('host lease', async () => {
    holding.cancel();
    await controlGivingBack.releaseHost(request);
  });
  if (!(await control.takeHost(request))) {
    throw new HoneError(
      'host-busy',
      `${host} is in use.`,
      'See by whom (hone cycle list, hone replay list), and try again when that has ended.',
    );
  }
  // A lease that is lost shows where the replay begins; here its end must not fail the workflow.
  holding.run(() => controlHolding.holdHost(request)).catch(() => undefined);
  return collectionCores[0] ?? 0;
}

async function replay(
  { id, host, order }: ReplayCorpusInput,
  basis: StressBasis,
  core: number,
  compensations: Compensations,
): Promise<void> {
  const { manifest, build, corpus, directory } = basis;
  const { work, replaying, givingBack } = hostActivities(host);
  // The program may want files of its source beside it; the build is as it is.
  const source = namesSource(manifest) ? await builds.captureSource({ directory, manifest }) : null;
  const instanceId = asId<InstanceId>(`stress-${id}`);
  compensations.register('instance', () => givingBack.stopInstance({ instanceId }));
  const instance = await work.deployInstance({
    instanceId,
    manifest,
    binary: build.binary,
    libraries: build.libraries,
    elfBuildId: build.elfBuildId,
    sourceArchive: source?.archive ?? null,
    data: corpus.data,
    core,
    instrumented: false,
  });
  await replaying.replayCorpus({ stressId: id, instance, manifest, corpus: { training: corpus.training, heldOut: corpus.heldOut }, order });
}

function namesSource({ run }: Manifest): boolean {
  return JSON.stringify(run).includes('{source}');
}

/** Gives everything back, then closes the window: a closed one has left nothing behind. */
async function end(
  { id }: ReplayCorpusInput,
  compensations: Compensations,
  state: Exclude<StressState, 'running'>,
  error: HoneErrorData | null,
): Promise<void> {
  const left = await compensations.settleAll();
  const sentence = `Could not be given back: ${left.join(', ')}.`;
  const advice = 'See that the worker of the host runs; a worker that starts ends the instances that are left on its host.';
  const closing = left.length === 0 ? error : (error ?? { code: 'internal' as const, message: sentence, advice });
  await stressGivingBack.closeStress({ stressId: id, state: left.length === 0 ? state : 'failed', error: closing });
}
