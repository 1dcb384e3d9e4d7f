import { randomUUID } from 'node:crypto';
import { refreshCycleWorkflowId } from '../../domain/contracts/workflows.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { type AllActivities, fakeLoop, type Ledger, routeByWorkflow } from './fake-loop.ts';
import { startEngine } from './run-cycle.ts';

/** Made-up loops on one real engine, several at once: each test has a loop and a workflow of its own, and waits most of its time for the server. */
export async function serveLoops() {
  const temporal = await startTestTemporal();
  const loops = new Map<string, AllActivities>();
  const engine = await startEngine(temporal.address, routeByWorkflow(loops));

  /** A cycle whose activities are those of the loop. */
  const start = async (
    { activities }: Pick<ReturnType<typeof fakeLoop>, 'activities'>,
    targetName = `fake-${randomUUID().slice(0, 8)}`,
  ) => {
    loops.set(refreshCycleWorkflowId(targetName), activities);
    return engine.start(targetName);
  };
  return {
    start,
    runCycle: async (overrides?: (ledger: Ledger) => Partial<AllActivities>, manifest?: Parameters<typeof fakeLoop>[1]) => {
      const loop = fakeLoop(overrides, manifest);
      const result = await (await start(loop)).result();
      return { ...loop, result };
    },
    /** A cycle of a target that has its loop already, or has none. */
    startEmpty: (targetName: string) => engine.start(targetName),
    close: async (): Promise<void> => {
      await engine.close();
      await temporal.stop();
    },
  };
}

export type ServedLoops = Awaited<ReturnType<typeof serveLoops>>;
