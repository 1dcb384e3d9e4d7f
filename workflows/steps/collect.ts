import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { HoneError } from '../../domain/errors.ts';
import type { WindowRequest } from '../../domain/contracts/host-activities.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { Build } from '../../domain/model/build.ts';
import type { InstanceRef } from '../../domain/model/collection.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';
import type { SessionReport } from '../../domain/ports/gateway.ts';
import { isUnfit } from '../../domain/rules/admission.ts';
import { failedWith, toErrorData } from '../failures.ts';
import { controlGivingBack, controlHolding, gateway, gatewayGivingBack, gatewayHolding, gatewayMirror, gatewayWork } from '../options.ts';
import { counted, type CycleContext, type CyclePlan, instanceIdOf, sessionIdOf } from './cycle-context.ts';
import type { Preparation } from './prepare.ts';

/** A window as the workflow remembers it: references only. */
export type CollectedWindow = Awaited<ReturnType<CycleContext['host']['work']['collectWindow']>>;

export interface Collected {
  readonly windows: readonly CollectedWindow[];
  /** Null for a command drive. */
  readonly session: SessionReport | null;
  readonly data: BlobRef | null;
}

/** A redeployed instance may be lost again; after so many losses of one piece of work the cycle fails. */
const maximumRecoveries = 2;

/** Deploy → mirror on → warm up → windows → mirror off → stop. */
export async function collect(context: CycleContext, plan: CyclePlan, build: Build, preparation: Preparation): Promise<Collected> {
  await takeHost(context);
  const deployed = await deploy(context, plan, build, preparation);
  const mirror = await turnMirrorOn(context, deployed.instance);
  try {
    const request = windowRequest(context, plan, deployed);
    await warmUp(context, request);
    const windows = await collectWindows(context, request);
    const session = await turnMirrorOff(context, mirror);
    await stopInstance(context);
    return { windows, session, data: deployed.data };
  } finally {
    mirror?.cancel();
  }
}

async function takeHost({ input, compensations, progress }: CycleContext): Promise<void> {
  const request = { host: input.host, cycleId: input.cycleId };
  const holding = new CancellationScope();
  compensations.register('host lease', async () => {
    holding.cancel();
    await controlGivingBack.releaseHost(request);
  });
  progress.say(`waiting for ${input.host}, when another cycle uses it`);
  await controlHolding.acquireHost(request);
  quietly(
    holding.run(() => controlHolding.holdHost(request)),
    (message) => progress.say(`host lease: ${message}`),
  );
}

interface Deployed {
  readonly instance: InstanceRef;
  readonly spec: InstanceSpec;
  readonly data: BlobRef | null;
}

async function deploy(context: CycleContext, plan: CyclePlan, build: Build, preparation: Preparation): Promise<Deployed> {
  const { basis, input, progress, compensations, host } = context;
  return progress.stage(
    'deploy',
    async () => {
      const data = await preparation.data();
      const instanceId = instanceIdOf(context);
      const spec: InstanceSpec = {
        instanceId,
        manifest: basis.manifest,
        binary: build.binary,
        elfBuildId: build.elfBuildId,
        sourceArchive: plan.source.archive,
        data,
        core: plan.core,
        instrumented: true,
      };
      compensations.register('instance', () => host.givingBack.stopInstance({ instanceId }));
      return { instance: await host.work.deployInstance(spec), spec, data };
    },
    ({ instance }) =>
      instance.pid === null
        ? `ready to run on ${input.host}, core ${plan.core}`
        : `process ${instance.pid} on ${input.host}, core ${plan.core}, port ${instance.port}`,
  );
}

function windowRequest(context: CycleContext, plan: CyclePlan, { instance, spec }: Deployed): WindowRequest {
  const { basis, input } = context;
  const sessionId = basis.manifest.drive.kind === 'http' ? sessionIdOf(context) : null;
  return { cycleId: input.cycleId, hostId: plan.hostId, index: 0, attempt: 1, manifest: basis.manifest, instance, spec, sessionId };
}

/** The mirror's lease is held by a long activity beside the windows; cancelling the scope lets it go. */
async function turnMirrorOn(context: CycleContext, instance: InstanceRef): Promise<CancellationScope | null> {
  const { basis, progress, compensations } = context;
  return progress.stage(
    'mirror-on',
    async () => {
      if (basis.manifest.drive.kind !== 'http' || !basis.manifest.mirror || instance.port === null) return null;
      const sessionId = sessionIdOf(context);
      compensations.register('mirror', () => gatewayGivingBack.stopMirror({ sessionId }));
      await direct({ sessionId, instance });
      const scope = new CancellationScope();
      const { leaseSeconds } = basis.manifest.mirror;
      quietly(
        scope.run(() => gatewayHolding.holdMirror({ sessionId, leaseSeconds })),
        (message) => progress.say(`mirror lease: ${message}`),
      );
      return scope;
    },
    (scope) =>
      scope
        ? `${Math.round(basis.manifest.mirror!.share * 100)} % of ${basis.manifest.mirror!.methods.join(', ')}`
        : 'not needed: the program runs on recorded inputs',
  );
}

async function warmUp(context: CycleContext, request: WindowRequest): Promise<void> {
  await context.progress.stage(
    'warm-up',
    () => recovering(context, request, 'warm-up', (current) => context.host.work.warmUp(current)),
    ({ requests }) => `${counted(requests)} ${request.sessionId ? 'requests' : 'runs'}`,
  );
}

async function collectWindows(context: CycleContext, first: WindowRequest): Promise<readonly CollectedWindow[]> {
  const { basis, progress } = context;
  const { windows: wanted, windowAttempts } = basis.manifest.collection;
  return progress.stage(
    'windows',
    async () => {
      const all: CollectedWindow[] = [];
      for (let index = 1, repeats = 0; index <= wanted;) {
        const attempt = all.filter((window) => window.index === index).length + 1;
        const window = await recovering(context, { ...first, index, attempt }, `window ${index}`, (request) =>
          context.host.work.collectWindow(request),
        );
        all.push(window);
        progress.countWindow(window.kept);
        progress.say(windowSentence(window));
        const rejected = all.filter(({ kept }) => !kept).length;
        if (isUnfit(all.length - rejected, rejected, wanted)) throw unfit(context, all);
        if (window.kept) index += 1;
        else if (++repeats > windowAttempts) throw unfit(context, all);
      }
      if (first.sessionId) await holdOut(context);
      return all;
    },
    (all) => `${all.filter(({ kept }) => kept).length} kept, ${all.filter(({ kept }) => !kept).length} rejected`,
  );
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
      const instance = await context.host.work.deployInstance(request.spec);
      request = { ...request, instance };
      await direct(request);
    }
  }
}

/** Tells the gateway where training requests go and turns the mirror on. */
async function direct({ sessionId, instance }: Pick<WindowRequest, 'sessionId' | 'instance'>): Promise<void> {
  if (sessionId === null || instance.port === null) return;
  await gateway.useInstances({ sessionId, ports: [instance.port] });
  await gatewayMirror.startMirror({ sessionId });
}

async function holdOut(context: CycleContext): Promise<void> {
  const { heldOutRequests, heldOutSeconds } = context.basis.manifest.collection;
  context.progress.say('holding out requests for the evaluation');
  const { requests } = await gatewayWork.holdOut({ sessionId: sessionIdOf(context), requests: heldOutRequests, seconds: heldOutSeconds });
  context.progress.say(`${counted(requests)} requests held out for the evaluation`);
}

async function turnMirrorOff(context: CycleContext, scope: CancellationScope | null): Promise<SessionReport | null> {
  const { input, progress, compensations } = context;
  return progress.stage(
    'mirror-off',
    async () => {
      if (!scope) return null;
      scope.cancel();
      await compensations.settle('mirror');
      return gatewayWork.closeSession({ sessionId: sessionIdOf(context), cycleId: input.cycleId });
    },
    (report) => (report ? sessionSentence(report) : 'nothing was mirrored'),
  );
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

function sessionSentence({ counters }: SessionReport): string {
  const dropped = Object.values(counters.dropped).reduce((sum, count) => sum + count, 0);
  return `${counted(counters.received)} received, ${counted(counters.replayed)} replayed, ${counted(counters.heldOut)} held out, ${counted(dropped)} dropped`;
}

function unfit({ input }: CycleContext, windows: readonly CollectedWindow[]): HoneError {
  const rejected = windows.filter(({ kept }) => !kept);
  return new HoneError(
    'host-unfit',
    `${rejected.length} of ${windows.length} windows on ${input.host} were rejected, more than half of those wanted or more than may be repeated.`,
    'Find what disturbs the host (see the windows of this cycle), or loosen collection.admission in the manifest, then refresh again.',
    { details: rejected.flatMap(({ index, rejections }) => rejections.map((sentence) => `window ${index}: ${sentence}`)) },
  );
}

/** A lease that is lost shows where it is needed: windows and pairs renew it before they begin. Here its end must not fail the workflow. */
function quietly(holding: Promise<void>, say: (message: string) => void): void {
  holding.catch((error: unknown) => {
    if (!isCancellation(error)) say(toErrorData(error).message);
  });
}
