import type { ScheduleSettings } from '../../domain/manifest/schedule-schema.ts';
import type { ScheduleKey } from '../../domain/ports/schedules.ts';
import type { Store } from '../../domain/ports/store.ts';

/** Far more than anybody does to a schedule between two pauses. */
const latest = 200;

/** The settings of a schedule that Temporal has lost, paused or not as a person last had it: a pause must not end because a database is gone. */
export async function withLastPause(store: Store, { targetId, name }: ScheduleKey, settings: ScheduleSettings): Promise<ScheduleSettings> {
  const changes = await store.schedules.changesOf(targetId, name, latest);
  const last = changes.find(
    ({ kind, details }) => isPause(kind) || kind === 'created' || details.some((line) => line.startsWith('paused:')),
  );
  return last !== undefined && isPause(last.kind) ? { ...settings, paused: last.kind === 'paused', note: last.note } : settings;
}

const isPause = (kind: string) => kind === 'paused' || kind === 'resumed';
