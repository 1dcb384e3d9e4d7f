import type { Target as TargetRow } from '../prisma/client/client.ts';
import type { Digest, TargetId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { Target } from '../domain/model/target.ts';
import type { TargetStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { fromJson, toJson } from './json.ts';
import { readPage } from './pages.ts';

const toTarget = (row: TargetRow): Target => ({
  id: asId<TargetId>(row.id),
  name: row.name,
  directory: row.directory,
  manifest: fromJson(row.manifest),
  manifestDigest: asId<Digest>(row.manifestDigest),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

const orNull = (row: TargetRow | null): Target | null => (row === null ? null : toTarget(row));

/** Targets: registered once by name; the manifest may be replaced. */
export function makeTargets(db: Database): TargetStore {
  return {
    register: async ({ name, directory, manifest, manifestDigest }) => {
      const values = { directory, manifest: toJson(manifest), manifestDigest };
      return toTarget(
        await db.target.upsert({ where: { name }, create: { name, ...values }, update: { ...values, updatedAt: new Date() } }),
      );
    },
    byId: async (id) => orNull(await db.target.findUnique({ where: { id } })),
    byIds: async (ids) => (await db.target.findMany({ where: { id: { in: [...ids] } } })).map(toTarget),
    byName: async (name) => orNull(await db.target.findUnique({ where: { name } })),
    list: (page) => readPage(page, 'createdAt', (query) => db.target.findMany(query), toTarget),
  };
}
