import type { Channel as ChannelRow, ChannelMove as MoveRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import type { ReleaseId, TargetId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { Channel, ChannelMove } from '../domain/model/release.ts';
import type { ReleaseStore } from '../domain/ports/store.ts';
import type { Database, Queries } from './client.ts';
import { isForeignKeyViolation } from './failures.ts';
import { noTarget } from './lock-target.ts';

const toChannel = (row: ChannelRow): Channel => ({
  targetId: asId<TargetId>(row.targetId),
  name: row.name,
  releaseId: row.releaseId as ReleaseId | null,
  revision: row.revision,
  updatedAt: row.updatedAt.toISOString(),
});

const toMove = (row: MoveRow): ChannelMove => ({
  targetId: asId<TargetId>(row.targetId),
  channel: row.channelName,
  kind: row.kind,
  fromReleaseId: row.fromReleaseId as ReleaseId | null,
  toReleaseId: row.toReleaseId as ReleaseId | null,
  revision: row.revision,
  actor: row.actor,
  reason: row.reason,
  servingBuildId: row.servingBuildId,
  at: row.at.toISOString(),
});

type Move = Parameters<ReleaseStore['move']>[0];

/** Channels move by compare-and-set on their revision; each move is recorded with it, for ever. */
export function makeChannels(db: Database): Pick<ReleaseStore, 'channel' | 'channels' | 'move' | 'moves' | 'movesOf'> {
  return {
    channel: async (targetId, name) => {
      const row = await db.channel.findUnique({ where: { targetId_name: { targetId, name } } });
      return row === null ? unmoved(db, targetId, name) : toChannel(row);
    },
    channels: async (targetIds) =>
      (await db.channel.findMany({ where: { targetId: { in: [...targetIds] } }, orderBy: [{ targetId: 'asc' }, { name: 'asc' }] })).map(
        toChannel,
      ),
    move: (move, expectedRevision) => moveChannel(db, move, expectedRevision),
    moves: async (targetId, name) =>
      (await db.channelMove.findMany({ where: { targetId, channelName: name }, orderBy: { revision: 'asc' } })).map(toMove),
    movesOf: async (targetIds) =>
      (
        await db.channelMove.findMany({
          where: { targetId: { in: [...targetIds] } },
          orderBy: [{ at: 'asc' }, { targetId: 'asc' }, { channelName: 'asc' }, { revision: 'asc' }],
        })
      ).map(toMove),
  };
}

async function unmoved(db: Database, targetId: TargetId, name: string): Promise<Channel> {
  const target = await db.target.findUnique({ where: { id: targetId }, select: { createdAt: true } });
  if (target === null) throw noTarget(targetId);
  return { targetId, name, releaseId: null, revision: 0, updatedAt: target.createdAt.toISOString() };
}

async function moveChannel(db: Database, move: Move, expectedRevision: number): Promise<Channel> {
  try {
    return await db.$transaction(async (tx) => {
      const before = await tx.channel.findUnique({ where: { targetId_name: { targetId: move.targetId, name: move.channel } } });
      const row = await compareAndSet(tx, move, expectedRevision);
      const { channel: channelName, ...rest } = move;
      await tx.channelMove.create({
        data: { ...rest, channelName, fromReleaseId: before?.releaseId ?? null, revision: row.revision, at: row.updatedAt },
      });
      return toChannel(row);
    });
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw new HoneError(
      'not-found',
      `The release ${move.toReleaseId} is not one of this target.`,
      'List the releases with: hone release list.',
      { cause: error },
    );
  }
}

/** Equal revisions mean that nothing has happened since the caller looked, since the last read of this transaction too. */
async function compareAndSet(tx: Queries, move: Move, expectedRevision: number): Promise<ChannelRow> {
  const { targetId, channel: name, toReleaseId: releaseId } = move;
  const data = { releaseId, revision: expectedRevision + 1, updatedAt: new Date() };
  const { count } =
    expectedRevision === 0
      ? await tx.channel.createMany({ data: [{ targetId, name, ...data }], skipDuplicates: true })
      : await tx.channel.updateMany({ where: { targetId, name, revision: expectedRevision }, data });
  if (count === 1) return { targetId, name, ...data };
  throw new HoneError(
    'conflict',
    `The channel "${name}" has moved since it was looked at (revision ${expectedRevision}).`,
    'Look at the channel again, then decide: hone release list.',
  );
}
