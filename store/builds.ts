import type { Build as BuildRow } from '../prisma/client/client.ts';
import type { BuildRecordId, Digest, ProfileVersionId, TargetId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { Build, ToolchainRef } from '../domain/model/build.ts';
import type { BuildStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { fromJson, toJson } from './json.ts';
import { readPage } from './pages.ts';

const toBuild = (row: BuildRow): Build => ({
  id: asId<BuildRecordId>(row.id),
  targetId: asId<TargetId>(row.targetId),
  kind: row.kind,
  key: asId<Digest>(row.key),
  sourceDigest: asId<Digest>(row.sourceDigest),
  toolchain: { kind: row.toolchainKind as ToolchainRef['kind'], version: row.toolchainVersion, identity: row.toolchainIdentity },
  flags: row.flags,
  profileDigest: row.profileDigest as Digest | null,
  profileVersionId: row.profileVersionId as ProfileVersionId | null,
  elfBuildId: row.elfBuildId,
  binary: { digest: asId<Digest>(row.binaryDigest), sizeBytes: Number(row.binarySizeBytes) },
  libraries: fromJson(row.libraries),
  textBytes: Number(row.textBytes),
  seconds: row.seconds,
  createdAt: row.createdAt.toISOString(),
});

const toRow = (build: Omit<Build, 'id' | 'createdAt'>) => ({
  targetId: build.targetId,
  kind: build.kind,
  key: build.key,
  sourceDigest: build.sourceDigest,
  toolchainKind: build.toolchain.kind,
  toolchainVersion: build.toolchain.version,
  toolchainIdentity: build.toolchain.identity,
  flags: [...build.flags],
  profileDigest: build.profileDigest,
  profileVersionId: build.profileVersionId,
  elfBuildId: build.elfBuildId,
  binaryDigest: build.binary.digest,
  binarySizeBytes: BigInt(build.binary.sizeBytes),
  libraries: toJson(build.libraries),
  textBytes: BigInt(build.textBytes),
  seconds: build.seconds,
});

const orNull = (row: BuildRow | null): Build | null => (row === null ? null : toBuild(row));

/** Builds: made once per key, immutable. */
export function makeBuilds(db: Database): BuildStore {
  const byKey = (targetId: string, key: string) => db.build.findUnique({ where: { targetId_key: { targetId, key } } });
  return {
    byKey: async (targetId, key) => orNull(await byKey(targetId, key)),
    save: async (build) => {
      await db.build.createMany({ data: [toRow(build)], skipDuplicates: true });
      return toBuild(await db.build.findUniqueOrThrow({ where: { targetId_key: { targetId: build.targetId, key: build.key } } }));
    },
    byId: async (id) => orNull(await db.build.findUnique({ where: { id } })),
    byIds: async (ids) => (await db.build.findMany({ where: { id: { in: [...ids] } } })).map(toBuild),
    hasDigest: async (digest) =>
      (await db.build.findFirst({
        where: { OR: [{ binaryDigest: digest }, { libraries: { array_contains: [{ file: { digest } }] } }] },
        select: { id: true },
        orderBy: { id: 'asc' },
      })) !== null,
    list: ({ targetId, kind }, page) =>
      readPage(
        page,
        'createdAt',
        ({ where, ...query }) =>
          db.build.findMany({
            ...query,
            where: { ...where, ...(targetId === null ? {} : { targetId }), ...(kind === null ? {} : { kind }) },
          }),
        toBuild,
      ),
  };
}
