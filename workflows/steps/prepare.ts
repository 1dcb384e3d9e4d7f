import type { BlobRef } from '../../domain/model/blob.ts';
import { gateway, gatewayGivingBack, gatewayWork } from '../options.ts';
import { type Beside, startBeside } from './beside.ts';
import { type CycleContext, type CyclePlan, sessionIdOf } from './cycle-context.ts';

/**
 * Opens the gateway's session and prepares what instances will need of production's store, on the way while the compiler works.
 * The result is the prepared data; null without a hook, or for a command drive.
 */
export function startPreparing(context: CycleContext, plan: CyclePlan): Beside<BlobRef | null> {
  const { basis, input, compensations } = context;
  if (basis.manifest.drive.kind !== 'http') return { result: async () => null };
  const sessionId = sessionIdOf(context);
  compensations.register('session', () => gatewayGivingBack.discardSession({ sessionId }));
  return startBeside(context, 'preparation', async () => {
    await gateway.openSession({ sessionId, targetName: input.targetName, directory: basis.directory, manifest: basis.manifest });
    const { binary, libraries } = plan.baseline;
    return gatewayWork.prepareData({ sessionId, baseline: { binary, libraries } });
  });
}
