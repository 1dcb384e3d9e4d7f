import { CancellationScope } from '@temporalio/workflow';
import type { BlobRef } from '../../domain/model/blob.ts';
import { gateway, gatewayGivingBack, gatewayWork } from '../options.ts';
import { type CycleContext, type CyclePlan, sessionIdOf } from './cycle-context.ts';

/** The gateway's session and what instances will need of production's store, on the way while the compiler works. */
export interface Preparation {
  /** The prepared data; null without a hook, or for a command drive. Throws what went wrong, so that it shows where the data is needed. */
  data(): Promise<BlobRef | null>;
}

export function startPreparing(context: CycleContext, plan: CyclePlan): Preparation {
  if (context.basis.manifest.drive.kind !== 'http') return { data: async () => null };
  const { basis, input, compensations } = context;
  const sessionId = sessionIdOf(context);
  const scope = new CancellationScope();
  const preparing = scope.run(async () => {
    await gateway.openSession({ sessionId, targetName: input.targetName, directory: basis.directory, manifest: basis.manifest });
    return gatewayWork.prepareData({ sessionId, baselineBinary: plan.baseline.binary });
  });
  const settled = preparing.catch(() => undefined);
  compensations.register('session', async () => {
    scope.cancel();
    await settled;
    await gatewayGivingBack.discardSession({ sessionId });
  });
  return { data: () => preparing };
}
