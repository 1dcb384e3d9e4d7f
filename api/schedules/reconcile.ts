import type { ScheduleSettings } from '../../domain/manifest/schedule-schema.ts';
import type { ScheduleRow } from '../../domain/model/schedule.ts';
import type { Target } from '../../domain/model/target.ts';
import type { SchedulePort } from '../../domain/ports/schedules.ts';
import type { Store } from '../../domain/ports/store.ts';
import { mergeSettings, sameSettings, settingsChanges } from '../../domain/schedules/drift.ts';
import { withLastPause } from './restore.ts';

interface Reconciling {
  readonly store: Store;
  readonly schedules: SchedulePort;
  readonly target: Target;
  readonly actor: string;
}

const note = 'the manifest was registered';

/**
 * Makes a target's schedules what its manifest says: new ones are made, those that it no longer has are removed, the others are changed where the
 * manifest has changed. What a person has changed or paused stays, and so does what a person made. May be done again after an error.
 * Throws `engine-unavailable`, `input-invalid` for what the engine refuses.
 */
export async function reconcileSchedules({ store, schedules, target, actor }: Reconciling): Promise<void> {
  const declared = target.manifest.schedules ?? {};
  const rows = await store.schedules.list({ targetId: target.id });
  const reconciling = { store, schedules, target, actor };
  for (const row of rows) {
    if (row.declared !== null && !Object.hasOwn(declared, row.name)) await remove(reconciling, row.name);
  }
  for (const [name, settings] of Object.entries(declared)) {
    const row = rows.find((other) => other.name === name);
    await (row === undefined ? create(reconciling, name, settings) : bring(reconciling, row, settings));
  }
}

async function create({ store, schedules, target, actor }: Reconciling, name: string, settings: ScheduleSettings): Promise<void> {
  const row = { targetId: target.id, name };
  await schedules.apply({ ...row, targetName: target.name }, settings, { pause: false, remaining: false });
  await store.schedules.save({ ...row, declared: settings, settings }, { ...row, kind: 'created', actor, note, details: [] });
}

async function bring({ store, schedules, target, actor }: Reconciling, row: ScheduleRow, declared: ScheduleSettings): Promise<void> {
  const { targetId, name, declared: before, settings: old } = row;
  const key = { targetId, targetName: target.name, name };
  const settings = mergeSettings(old, before, declared);
  const isSame = sameSettings(old, settings);
  if ((await schedules.look(key)) === null) {
    await schedules.apply(key, await withLastPause(store, key, settings), { pause: false, remaining: false });
  } else if (!isSame) {
    const pause = old.paused === settings.paused && old.note === settings.note;
    await schedules.apply(key, settings, { pause, remaining: old.limitedActions === settings.limitedActions });
  }
  if (isSame && before !== null && sameSettings(before, declared)) return;
  const change = { targetId, name, kind: 'updated' as const, actor, note, details: settingsChanges(old, settings) };
  await store.schedules.save({ targetId, name, declared, settings }, isSame ? null : change);
}

async function remove({ store, schedules, target, actor }: Reconciling, name: string): Promise<void> {
  const key = { targetId: target.id, targetName: target.name, name };
  await schedules.remove(key);
  await store.schedules.remove(target.id, name, {
    targetId: target.id,
    name,
    kind: 'removed',
    actor,
    note: 'the manifest that was registered no longer has it',
    details: [],
  });
}
