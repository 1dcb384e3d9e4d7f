import type { Window as WindowRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import type { CycleId, HostId, WindowId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { Window } from '../domain/model/collection.ts';
import type { WindowStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { toEnvironment } from './environment.ts';
import { fromJson, toJson } from './json.ts';

const toWindow = (row: WindowRow): Window => ({
  id: asId<WindowId>(row.id),
  cycleId: asId<CycleId>(row.cycleId),
  hostId: asId<HostId>(row.hostId),
  index: row.index,
  attempt: row.attempt,
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt.toISOString(),
  requests: row.requests,
  cpuNanoseconds: Number(row.cpuNanoseconds),
  kept: row.kept,
  rejections: row.rejections,
  rawProfiles: fromJson(row.rawProfiles),
  environment: toEnvironment(row.environment),
});

const toRow = (window: Omit<Window, 'id'>) => ({
  cycleId: window.cycleId,
  hostId: window.hostId,
  index: window.index,
  attempt: window.attempt,
  startedAt: new Date(window.startedAt),
  endedAt: new Date(window.endedAt),
  requests: window.requests,
  cpuNanoseconds: BigInt(Math.round(window.cpuNanoseconds)),
  kept: window.kept,
  rejections: [...window.rejections],
  rawProfiles: toJson(window.rawProfiles),
  environment: toJson(window.environment),
});

/** Windows: immutable; at most one kept per place in the cycle. */
export function makeWindows(db: Database): WindowStore {
  const ofCycles = async (ids: readonly CycleId[]) =>
    (
      await db.window.findMany({
        where: { cycleId: { in: [...ids] } },
        orderBy: [{ cycleId: 'asc' }, { index: 'asc' }, { attempt: 'asc' }],
      })
    ).map(toWindow);
  return {
    save: async (window) => {
      const { cycleId, index, attempt } = window;
      await db.window.createMany({ data: [toRow(window)], skipDuplicates: true });
      const row = await db.window.findUnique({ where: { cycleId_index_attempt: { cycleId, index, attempt } } });
      if (row === null) throw keptTwice(window);
      return toWindow(row);
    },
    byId: async (id) => {
      const row = await db.window.findUnique({ where: { id } });
      return row === null ? null : toWindow(row);
    },
    ofCycle: (id) => ofCycles([id]),
    ofCycles,
  };
}

function keptTwice({ cycleId, index, attempt }: Omit<Window, 'id'>): HoneError {
  return new HoneError(
    'conflict',
    `Window ${index} of the cycle ${cycleId} has been kept already, so that its attempt ${attempt} cannot be kept too.`,
    'Repeat a window only after it was rejected.',
  );
}
