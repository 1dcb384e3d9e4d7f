import type { Host as HostRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import type { HostId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { Host, HostLease } from '../domain/model/target.ts';
import type { HostStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { fromJson, toJson } from './json.ts';
import { readPage } from './pages.ts';

const toHost = (row: HostRow): Host => ({
  id: asId<HostId>(row.id),
  name: row.name,
  hardwareClass: row.hardwareClass,
  facts: fromJson(row.facts),
  lastSeenAt: row.lastSeenAt.toISOString(),
});

/** Hosts as they last said they are, and who may use them. Lease times are the database's, so that no two clocks disagree. */
export function makeHosts(db: Database): HostStore {
  return {
    saw: async ({ name, hardwareClass, facts }) => {
      const values = { hardwareClass, facts: toJson(facts), lastSeenAt: new Date() };
      return toHost(await db.host.upsert({ where: { name }, create: { name, ...values }, update: values }));
    },
    byName: async (name) => {
      const row = await db.host.findUnique({ where: { name } });
      return row === null ? null : toHost(row);
    },
    byIds: async (ids) => (await db.host.findMany({ where: { id: { in: [...ids] } } })).map(toHost),
    list: (page) => readPage(page, 'createdAt', (query) => db.host.findMany(query), toHost),
    lease: (name, holder, seconds) => lease(db, name, holder, seconds),
    leasesOf: (ids) => leasesOf(db, ids),
    release: async (name, holder) =>
      void (await db.hostLease.deleteMany({ where: { OR: [{ cycleId: holder }, { stressId: holder }], host: { name } } })),
  };
}

/** One statement: taken when free or run out, renewed when the holder's own, else left alone. What is closed gets none: who holds for it may outlive it for a moment. */
async function lease(db: Database, name: string, holder: string, seconds: number): Promise<boolean> {
  const host = await db.host.findUnique({ where: { name }, select: { id: true } });
  if (host === null)
    throw new HoneError(
      'not-found',
      `No load-test host named "${name}" has ever reported to this Hone.`,
      'Start the worker of that host, or choose another host.',
    );
  const taken = await db.$executeRaw`
    WITH cycle AS (SELECT "id" FROM "RefreshCycle" WHERE "id" = ${holder} AND "state" = 'running' FOR SHARE),
      stress AS (SELECT "id" FROM "StressWindow" WHERE "id" = ${holder} AND "state" = 'running' FOR SHARE),
      holder AS (SELECT "id" AS "cycleId", NULL::text AS "stressId" FROM cycle UNION ALL SELECT NULL, "id" FROM stress)
    INSERT INTO "HostLease" ("hostId", "cycleId", "stressId", "expiresAt")
    SELECT ${host.id}, "cycleId", "stressId", now() + make_interval(secs => ${seconds}::double precision) FROM holder
    ON CONFLICT ("hostId") DO UPDATE
    SET "cycleId" = EXCLUDED."cycleId", "stressId" = EXCLUDED."stressId", "expiresAt" = EXCLUDED."expiresAt"
    WHERE COALESCE("HostLease"."cycleId", "HostLease"."stressId") = COALESCE(EXCLUDED."cycleId", EXCLUDED."stressId")
      OR "HostLease"."expiresAt" <= now()`;
  return taken === 1;
}

async function leasesOf(db: Database, ids: readonly HostId[]): Promise<readonly HostLease[]> {
  const rows = await db.$queryRaw<readonly (Omit<HostLease, 'expiresAt'> & { readonly expiresAt: Date })[]>`
    SELECT "hostId", "cycleId", "stressId", "expiresAt" FROM "HostLease" WHERE "hostId" = ANY(${[...ids]}) AND "expiresAt" > now()`;
  return rows.map(({ expiresAt, ...holding }) => ({ ...holding, expiresAt: expiresAt.toISOString() }));
}
