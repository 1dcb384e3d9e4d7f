import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { HoneError } from '../../domain/errors.ts';
import type { WindowMember, WindowRequest } from '../../domain/contracts/host-activities.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { Build } from '../../domain/model/build.ts';
import type { InstanceRef } from '../../domain/model/collection.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';
import type { SessionReport } from '../../domain/ports/gateway.ts';
import { isUnfit } from '../../domain/rules/admission.ts';
import { restoresStore } from '../../domain/rules/side-effects.ts';
import { failedWith } from '../failures.ts';
import { control, controlGivingBack, controlHolding, gateway } from '../options.ts';
import type { Beside } from './beside.ts';
import { counted, type CycleContext, type CyclePlan, instanceIdOf, sessionIdOf } from './cycle-context.ts';
import { direct, type HoldingOut, quietly, startHoldingOut, turnMirrorOn } from './mirror.ts';

/** A window as the workflow remembers it: references only. */
export type CollectedWindow = Awaited<ReturnType<CycleContext['host']['work']['collectWindow']>>;

/** The windows are collected; requests for the evaluation still come in. */
export interface Collecting {
  readonly windows: readonly CollectedWindow[];
  /** Null for a command drive. */
  readonly holdingOut: HoldingOut | null;
  readonly data: BlobRef | null;
}

export interface Collected extends Collecting {
  /** Null for a command drive. */
  readonly session: SessionReport | null;
}

/** A redeployed instance may be lost again; after so many losses of one piece of work the cycle fails. */
const maximumRecoveries = 2;

/** Deploy → mirror on → warm up → windows → stop. The mirror stays on: requests are held out for the evaluation. */
export async function collect(
  context: CycleContext,
  plan: CyclePlan,
  build: Build,
  preparation: Beside<BlobRef | null>,
): Promise<Collecting> {
  const deployed = await deploy(context, plan, build, preparation);
  const mirrored = await turnMirrorOn(context, deployed.members);
  const request = windowRequest(context, plan, deployed);
  await warmUp(context, request);
  const collected = await collectWindows(context, request, mirrored);
  await stopInstance(context);
  return { ...collected, data: deployed.data };
}

async function takeHost({ input, compensations, progress }: CycleContext): Promise<void> {
  const request = { host: input.host, cycleId: input.cycleId };
  const holding = new CancellationScope();
  compensations.register('host lease', async () => {
    holding.cancel();
    await controlGivingBack.releaseHost(request);
  });
  if (!(await control.takeHost(request))) {
    progress.say(`waiting for ${input.host}: another cycle or a stress window uses it`);
    await controlHolding.acquireHost(request);
    progress.say(`${input.host} is free`);
  }
  quietly(
    holding.run(() => controlHolding.holdHost(request)),
    (message) => progress.say(`host lease: ${message}`),
  );
}

interface Deployed {
  readonly members: readonly WindowMember[];
  readonly data: BlobRef | null;
}

async function deploy(context: CycleContext, plan: CyclePlan, build: Build, preparation: Beside<BlobRef | null>): Promise<Deployed> {
  const { basis, input, progress, compensations, host } = context;
  return progress.stage(
    'deploy',
    async () => {
      await takeHost(context);
      const data = await preparation.result();
      const specs = plan.cores.map((core, index): InstanceSpec => ({
        instanceId: instanceIdOf(context, index),
        manifest: basis.manifest,
        binary: build.binary,
        libraries: build.libraries,
        elfBuildId: build.elfBuildId,
        sourceArchive: plan.source.archive,
        data,
        core,
        instrumented: true,
      }));
      compensations.register('instance', () => Promise.all(specs.map(({ instanceId }) => host.givingBack.stopInstance({ instanceId }))));
      return { members: await deployAll(host, specs), data };
    },
    ({ members }) => members.map(({ instance }) => placeOf(instance, input.host)).join('; '),
  );
}

/** One after the other: what fails then has nothing that starts behind it. An instance that runs already is found. */
async function deployAll(host: CycleContext['host'], specs: readonly InstanceSpec[]): Promise<readonly WindowMember[]> {
  const members: WindowMember[] = [];
  for (const spec of specs) members.push({ instance: await host.work.deployInstance(spec), spec });
  return members;
}

function placeOf({ pid, core, port }: InstanceRef, host: string): string {
  return pid === null ? `ready to run on ${host}, core ${core}` : `process ${pid} on ${host}, core ${core}, port ${port}`;
}

function windowRequest(context: CycleContext, plan: CyclePlan, { members }: Deployed): WindowRequest {
  const { basis, input } = context;
  const sessionId = basis.manifest.drive.kind === 'http' ? sessionIdOf(context) : null;
  return { cycleId: input.cycleId, hostId: plan.hostId, index: 0, attempt: 1, manifest: basis.manifest, members, sessionId };
}

async function warmUp(context: CycleContext, request: WindowRequest): Promise<void> {
  await context.progress.stage(
    'warm-up',
    () => recovering(context, request, 'warm-up', (current) => context.host.work.warmUp(current)),
    ({ requests }) => `${counted(requests)} ${request.sessionId ? 'requests' : 'runs'}`,
  );
}

async function collectWindows(context: CycleContext, first: WindowRequest, mirrored: boolean): Promise<Omit<Collecting, 'data'>> {
  const { basis, progress } = context;
  const { windows: wanted, windowAttempts } = basis.manifest.collection;
  return progress.stage(
    'windows',
    async () => {
      const all: CollectedWindow[] = [];
      for (let index = 1, repeats = 0; index <= wanted;) {
        const attempt = all.filter((window) => window.index === index).length + 1;
        if (all.length > 0 && restoresStore(basis.manifest)) first = await restoreStore(context, first, index);
        const window = await recovering(context, { ...first, index, attempt }, `window ${index}`, (request) =>
          context.host.work.collectWindow(request),
        );
        all.push(window);
        progress.countWindow(window.kept);
        progress.say(windowSentence(window));
        const rejected = all.filter(({ kept }) => !kept).length;
        if (isUnfit(all.length - rejected, rejected, wanted)) throw tooManyRejected(context, all);
        if (window.kept) index += 1;
        else if (++repeats > windowAttempts) throw tooManyRejected(context, all);
      }
      return { windows: all, holdingOut: mirrored ? await startHoldingOut(context) : null };
    },
    ({ windows: all }) => `${all.filter(({ kept }) => kept).length} kept, ${all.filter(({ kept }) => !kept).length} rejected`,
  );
}

/** The instance anew on the prepared data: what requests of earlier windows have changed is gone. */
async function restoreStore(context: CycleContext, request: WindowRequest, index: number): Promise<WindowRequest> {
  const { host, progress } = context;
  if (request.sessionId !== null) await gateway.pauseTraining({ sessionId: request.sessionId });
  const specs = request.members.map(({ spec }) => spec);
  for (const { instanceId } of specs) await host.work.stopInstance({ instanceId });
  const restored = { ...request, members: await deployAll(host, specs) };
  await direct(restored);
  await recovering(context, restored, 'warm-up', (current) => host.work.warmUp(current));
  progress.say(`store restored before window ${index}`);
  return restored;
}

/** An instance that is gone is deployed again and the work repeated; a gateway that restarted is told again what it is for. */
async function recovering<Result>(
  context: CycleContext,
  request: WindowRequest,
  what: string,
  work: (request: WindowRequest) => Promise<Result>,
): Promise<Result> {
  for (let recoveries = 0; ; recoveries += 1) {
    try {
      return await work(request);
    } catch (error) {
      const lost = failedWith(error, 'instance-lost');
      if (isCancellation(error) || recoveries >= maximumRecoveries || !(lost || failedWith(error, 'gateway-restarted'))) throw error;
      context.progress.say(`${what} void: ${lost ? 'the instance was lost and is deployed again' : 'the gateway restarted'}`);
      const specs = request.members.map(({ spec }) => spec);
      request = { ...request, members: await deployAll(context.host, specs) };
      await direct(request);
    }
  }
}

async function stopInstance({ progress, compensations }: CycleContext): Promise<void> {
  await progress.stage(
    'stop',
    () => compensations.settle('instance'),
    () => 'instance stopped',
  );
}

function windowSentence({ index, kept, requests, rejections }: CollectedWindow): string {
  return kept ? `window ${index} kept: ${counted(requests)} requests` : `window ${index} rejected: ${rejections.join('; ')}`;
}

function tooManyRejected({ input }: CycleContext, windows: readonly CollectedWindow[]): HoneError {
  const rejected = windows.filter(({ kept }) => !kept);
  return new HoneError(
    'windows-rejected',
    `${rejected.length} of ${windows.length} windows on ${input.host} were rejected, more than half of those wanted or more than may be repeated.`,
    'Find what disturbs the host (see the windows of this cycle), or loosen collection.admission in the manifest, then refresh again.',
    { details: rejected.flatMap(({ index, rejections }) => rejections.map((sentence) => `window ${index}: ${sentence}`)) },
  );
}
