import type { Program } from '../main.ts';
import { startCycle } from '../operations/cycle.ts';
import type { Session } from '../session.ts';
import { watchCycle } from './watch.ts';

export function addRefreshCommand(program: Program, session: Session): void {
  program
    .command('refresh')
    .argument('<target>', "the target's name")
    .option('--reason <text>', 'why, for those who read the history', 'asked for on the command line')
    .option('--detach', 'start the cycle and return at once')
    .description('run one refresh cycle and show its progress')
    .action((target, { reason, detach }) => refresh(session, target, reason, detach === true));
}

async function refresh(session: Session, target: string, reason: string, detach: boolean): Promise<void> {
  const api = await session.api();
  const cycleId = await startCycle(api, target, reason);
  if (!detach) {
    session.note(`Cycle ${cycleId} of ${target} has started.`);
    await watchCycle(session, api, cycleId);
    return;
  }
  session.answer({ cycle: cycleId, target }, `Cycle ${cycleId} of ${target} has started.\n`);
  session.next(`hone cycle watch ${cycleId}`, `hone cycle cancel ${cycleId}`);
}
