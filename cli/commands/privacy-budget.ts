import { type BudgetView, type SpendView, readBudget } from '../operations/privacy.ts';
import { count, percent, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';
import type { Session } from '../session.ts';

/** `hone privacy budget TARGET`: what of the epoch's budget is spent, and on what. */
export async function showBudget(session: Session, target: string, limit: number): Promise<void> {
  const { budget, ledger } = await readBudget(await session.api(), target, limit);
  session.answer({ target, ...budget, ledger }, budgetText(target, budget, ledger));
  const [first] = ledger;
  if (first === undefined) session.next(`hone refresh ${target}`);
  else session.next(first.purpose === 'traffic-sample' ? `hone freshness show ${target}` : `hone cycle show ${first.sessionId}`);
}

function budgetText(target: string, budget: BudgetView, ledger: readonly SpendView[]): string {
  const summary = facts([
    ['target', target],
    ['protects', 'everything that one customer sent within one epoch'],
    ['epoch', `${String(budget.epoch)}, ${time(budget.startsAt)} to ${time(budget.endsAt)}`],
    ['budget', `epsilon ${String(budget.epsilon)} at delta ${String(budget.delta)}, rho ${rho(budget.budgetMicroRho)}`],
    [
      'spent',
      `epsilon ${budget.epsilonSpent.toFixed(2)}, rho ${rho(budget.spentMicroRho)} (${percent(budget.spentMicroRho / budget.budgetMicroRho)})`,
    ],
    ['left', `rho ${rho(budget.leftMicroRho)}`],
    ['releases', `${count(budget.releases)} made, ${count(budget.releasesLeft)} left`],
  ]);
  if (ledger.length === 0) return `${summary}\nNothing has been released yet.\n`;
  const lines = table(ledger, [
    { title: 'SPENT', value: (row) => time(row.createdAt) },
    { title: 'EPOCH', value: (row) => String(row.epoch), align: 'right' },
    { title: 'RHO', value: (row) => rho(row.microRho), align: 'right' },
    { title: 'ON', value: (row) => row.purpose },
    { title: 'SESSION', value: (row) => row.sessionId },
  ]);
  return `${summary}\n${lines}`;
}

/** Millionths as a decimal fraction, exactly. */
function rho(microRho: number): string {
  return (microRho / 1e6).toFixed(6);
}
