import type { PrivacySpend as SpendRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import { asId, type SessionId, type TargetId } from '../domain/ids.ts';
import type { PrivacyPurpose, PrivacySpend } from '../domain/model/privacy.ts';
import type { PrivacyStore } from '../domain/ports/store.ts';
import type { Database, Queries } from './client.ts';
import { lockTarget } from './lock-target.ts';
import { readPage } from './pages.ts';

const toSpend = (row: SpendRow): PrivacySpend => ({
  id: row.id,
  targetId: asId<TargetId>(row.targetId),
  sessionId: asId<SessionId>(row.sessionId),
  purpose: row.purpose as PrivacyPurpose,
  epoch: {
    index: row.epochIndex,
    startsAt: row.epochStartsAt.toISOString(),
    endsAt: row.epochEndsAt.toISOString(),
    budgetFrom: row.budgetFrom.toISOString(),
  },
  budget: { microRho: row.budgetMicroRho, femtoDelta: Number(row.budgetFemtoDelta) },
  microRho: row.microRho,
  femtoDelta: Number(row.femtoDelta),
  createdAt: row.createdAt.toISOString(),
});

/** The ledger of what the releases of each target have cost. Lines are added, one at a time for a target, and stay. */
export function makePrivacy(db: Database): PrivacyStore {
  return {
    spend: (spend) => db.$transaction((tx) => spendOnce(tx, spend)),
    spentOf: (spans) => spentOf(db, spans),
    list: ({ targetId }, page) =>
      readPage(
        page,
        'createdAt',
        ({ where, ...query }) => db.privacySpend.findMany({ ...query, where: { ...where, ...(targetId === null ? {} : { targetId }) } }),
        toSpend,
      ),
  };
}

async function spendOnce(tx: Queries, spend: Parameters<PrivacyStore['spend']>[0]): Promise<PrivacySpend> {
  const { targetId, sessionId, purpose, epoch, budget, microRho, femtoDelta, createdAt } = spend;
  await lockTarget(tx, targetId);
  const paid = await tx.privacySpend.findUnique({ where: { targetId_sessionId_purpose: { targetId, sessionId, purpose } } });
  if (paid !== null) return toSpend(paid);
  const [spent] = await spentOf(tx, [{ targetId, epoch }]);
  const after = { microRho: (spent?.microRho ?? 0) + microRho, femtoDelta: (spent?.femtoDelta ?? 0) + femtoDelta };
  if (after.microRho > budget.microRho || after.femtoDelta > budget.femtoDelta) throw spentError(spend, spent?.releases ?? 0);
  const row = {
    targetId,
    sessionId,
    purpose,
    epochIndex: epoch.index,
    epochStartsAt: epoch.startsAt,
    epochEndsAt: epoch.endsAt,
    budgetFrom: epoch.budgetFrom,
    budgetMicroRho: budget.microRho,
    budgetFemtoDelta: BigInt(budget.femtoDelta),
    microRho,
    femtoDelta: BigInt(femtoDelta),
    createdAt,
  };
  return toSpend(await tx.privacySpend.create({ data: row }));
}

interface SpentRow {
  readonly targetId: string;
  readonly microRho: bigint;
  readonly femtoDelta: bigint;
  readonly releases: number;
}

/** By the budget that it was spent of: a session that ends after its epoch is still paid by it, and epochs cut by hand share one. */
async function spentOf(db: Queries, spans: Parameters<PrivacyStore['spentOf']>[0]): ReturnType<PrivacyStore['spentOf']> {
  const targets = spans.map(({ targetId }) => targetId);
  const budgets = spans.map(({ epoch }) => new Date(epoch.budgetFrom));
  const rows = await db.$queryRaw<readonly SpentRow[]>`
    SELECT s."targetId", SUM(s."microRho")::bigint AS "microRho", SUM(s."femtoDelta")::bigint AS "femtoDelta", COUNT(*)::int AS "releases"
    FROM unnest(${targets}::text[], ${budgets}::timestamptz[]) AS span(target, budget)
    JOIN "PrivacySpend" s ON s."targetId" = span.target AND s."budgetFrom" = span.budget
    GROUP BY s."targetId" ORDER BY s."targetId"`;
  return rows.map(({ targetId, microRho, femtoDelta, releases }) => ({
    targetId: asId<TargetId>(targetId),
    microRho: Number(microRho),
    femtoDelta: Number(femtoDelta),
    releases,
  }));
}

function spentError({ epoch, budget, microRho }: Parameters<PrivacyStore['spend']>[0], releases: number): HoneError {
  return new HoneError(
    'privacy-budget-spent',
    `The budget of privacy of epoch ${epoch.index} does not pay for another release (${microRho} of ${budget.microRho} millionths of ρ each; ${releases} made).`,
    `Wait for the next epoch (${epoch.endsAt}), or look with the privacy officer at deidentification.privacy in the manifest.`,
  );
}
