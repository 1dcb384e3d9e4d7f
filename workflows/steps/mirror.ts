import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { WindowMember, WindowRequest } from '../../domain/contracts/host-activities.ts';
import type { SessionReport } from '../../domain/ports/gateway.ts';
import { toErrorData } from '../failures.ts';
import { gateway, gatewayGivingBack, gatewayHolding, gatewayMirror, gatewayWork } from '../options.ts';
import { type Beside, startBeside } from './beside.ts';
import { counted, type CycleContext, sessionIdOf } from './cycle-context.ts';

/** Requests for the evaluation, kept beside what comes after the windows. */
export type HoldingOut = Beside<{ requests: number }>;

/** Answers whether anything is mirrored. The mirror's lease is held by a long activity until the mirror is given back. */
export async function turnMirrorOn(context: CycleContext, members: readonly WindowMember[]): Promise<boolean> {
  const { basis, progress, compensations } = context;
  const { mirror } = basis.manifest;
  return progress.stage(
    'mirror-on',
    async () => {
      if (basis.manifest.drive.kind !== 'http' || !mirror || portsOf(members).length === 0) return false;
      const sessionId = sessionIdOf(context);
      const holding = new CancellationScope();
      compensations.register('mirror', () => {
        holding.cancel();
        return gatewayGivingBack.stopMirror({ sessionId });
      });
      await direct({ sessionId, members });
      quietly(
        holding.run(() => gatewayHolding.holdMirror({ sessionId, leaseSeconds: mirror.leaseSeconds })),
        (message) => progress.say(`mirror lease: ${message}`),
      );
      return true;
    },
    (on) =>
      on ? `${Math.round(mirror!.share * 100)} % of ${mirror!.methods.join(', ')}` : 'not needed: the program runs on recorded inputs',
  );
}

/** Tells the gateway where training requests go and turns the mirror on. */
export async function direct({ sessionId, members }: Pick<WindowRequest, 'sessionId' | 'members'>): Promise<void> {
  const ports = portsOf(members);
  if (sessionId === null || ports.length === 0) return;
  await gatewayMirror.startMirror({ sessionId, ports });
}

function portsOf(members: readonly WindowMember[]): readonly number[] {
  return members.flatMap(({ instance: { entrancePort } }) => (entrancePort === null ? [] : [entrancePort]));
}

/** From here on nothing is replayed to an instance; the requests are waited for where the mirror is turned off. */
export async function startHoldingOut(context: CycleContext): Promise<HoldingOut> {
  const { heldOutRequests, heldOutSeconds } = context.basis.manifest.collection;
  const sessionId = sessionIdOf(context);
  await gateway.endTraining({ sessionId });
  context.progress.say('holding out requests for the evaluation');
  return startBeside(context, 'hold-out', () => gatewayWork.holdOut({ sessionId, requests: heldOutRequests, seconds: heldOutSeconds }));
}

export async function turnMirrorOff(context: CycleContext, holdingOut: HoldingOut | null): Promise<SessionReport | null> {
  const { basis, input, progress, compensations } = context;
  const { heldOutRequests, heldOutSeconds } = basis.manifest.collection;
  return progress.stage(
    'mirror-off',
    async () => {
      if (!holdingOut) return null;
      const { requests } = await holdingOut.result();
      const fewer = requests < heldOutRequests ? `, fewer than the ${counted(heldOutRequests)} wanted came within ${heldOutSeconds} s` : '';
      progress.say(`${counted(requests)} requests held out for the evaluation${fewer}`);
      await compensations.settle('mirror');
      return gatewayWork.closeSession({ sessionId: sessionIdOf(context), cycleId: input.cycleId });
    },
    (report) => (report ? sessionSentence(report) : 'nothing was mirrored'),
  );
}

function sessionSentence({ counters }: SessionReport): string {
  const dropped = Object.values(counters.dropped).reduce((sum, count) => sum + count, 0);
  return `${counted(counters.received)} received, ${counted(counters.replayed)} replayed, ${counted(counters.heldOut)} held out, ${counted(dropped)} dropped`;
}

/** A lease that is lost shows where it is needed: windows and pairs renew it before they begin. Here its end must not fail the workflow. */
export function quietly(holding: Promise<void>, say: (message: string) => void): void {
  holding.catch((error: unknown) => {
    if (!isCancellation(error)) say(toErrorData(error).message);
  });
}
