import { verifyReport, type Verification } from '../../domain/privacy/verify-report.ts';
import { exitCodes } from '../exit-codes.ts';
import { type BatchReportView, listBatchReports, readGatewayKeys } from '../operations/batch-report.ts';
import { type BudgetView, readBudget } from '../operations/privacy.ts';
import { count, percent, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';
import { reportCryptography } from '../privacy/cryptography.ts';
import type { Session } from '../session.ts';

interface Audited extends BatchReportView {
  readonly verification: Verification;
}

/** `hone privacy audit TARGET`: every report is verified again here, by the keys that the API registered. */
export async function auditTarget(session: Session, target: string, limit: number): Promise<void> {
  const api = await session.api();
  const { budget, ledger } = await readBudget(api, target, limit);
  const reports = await listBatchReports(api, target, limit);
  const keys = await readGatewayKeys(api);
  const trusted = keys.map(({ keyId }) => keyId);
  const audited = reports.map((report) => ({ ...report, verification: verifyReport({ text: report.text, trusted }, reportCryptography) }));
  session.answer({ target, budget, ledger, keys, reports: audited.map(withoutText) }, auditText(target, budget, audited));
  const [first] = audited;
  // A batch that was refused is no failure of the proof: nothing of it was published. A report that was accepted and does not hold is.
  if (audited.some(({ accepted, verification }) => accepted && !holds(verification))) session.endWith(exitCodes.notVerified);
  session.next(
    ...(first === undefined ? [`hone refresh ${target}`] : [`hone cycle show ${first.cycle.id}`, `hone privacy budget ${target}`]),
  );
}

/** The text is long, and `hone privacy report` fetches it to the byte. */
const withoutText = ({ cycle, artefact, accepted, problems, createdAt, verification }: Audited) => ({
  cycle,
  artefact,
  accepted,
  problems,
  createdAt,
  verification,
});

const holds = ({ problems, failures }: Verification): boolean => problems.length === 0 && failures.length === 0;

function auditText(target: string, budget: BudgetView, reports: readonly Audited[]): string {
  const verified = reports.filter(({ verification }) => holds(verification)).length;
  const head = facts([
    ['target', target],
    ['reports', `${count(verified)} of ${count(reports.length)} verify and passed`],
    ['epoch', `${String(budget.epoch)}, ${time(budget.startsAt)} to ${time(budget.endsAt)}`],
    ['budget', `epsilon ${budget.epsilonSpent.toFixed(2)} of ${String(budget.epsilon)} spent at delta ${String(budget.delta)}`],
  ]);
  if (reports.length === 0) return `${head}\nNo session has been closed yet.\n`;
  const rows = table(reports, [
    { title: 'CLOSED', value: (row) => time(row.verification.report?.closedAt ?? row.createdAt) },
    { title: 'REPORT', value: stateOf },
    { title: 'RECEIVED', value: (row) => figure(row, ({ requests }) => count(requests.received)), align: 'right' },
    { title: 'REPLACED', value: (row) => figure(row, ({ replaced }) => count(total(replaced))), align: 'right' },
    {
      title: 'DROPPED',
      value: (row) => figure(row, ({ drops }) => percent(drops.valid === 0 ? 0 : drops.dropped / drops.valid)),
      align: 'right',
    },
    {
      title: 'CANARIES',
      value: (row) => figure(row, ({ canaries }) => `${count(canaries.leaked)} of ${count(canaries.planted)} out`),
      align: 'right',
    },
    { title: 'EPOCH', value: (row) => figure(row, ({ epoch }) => String(epoch.index)), align: 'right' },
    { title: 'KEY DESTROYED', value: ({ cycle }) => time(cycle.epoch?.destroyedAt ?? null) },
    { title: 'CYCLE', value: (row) => row.cycle.id },
  ]);
  const problems = reports.flatMap(({ cycle, problems: stored, verification }) => {
    const all = new Set([...stored, ...verification.problems, ...verification.failures]);
    return [...all].map((problem) => `${cycle.id}: ${problem}\n`);
  });
  return `${head}\n${rows}${problems.length === 0 ? '' : `\n${problems.join('')}`}`;
}

function stateOf({ accepted, verification }: Audited): string {
  if (!holds(verification)) return accepted ? 'DOES NOT HOLD' : 'refused';
  return accepted ? 'verified' : 'refused';
}

type Report = NonNullable<Verification['report']>;

function figure({ verification: { report } }: Audited, of: (report: Report) => string): string {
  return report === null ? '-' : of(report);
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}
