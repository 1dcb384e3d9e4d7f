import { HoneError } from '../../domain/errors.ts';
import { type ScheduleSettings, scheduleSchema } from '../../domain/manifest/schedule-schema.ts';
import { pathText } from '../../domain/manifest/issue.ts';
import type { ScheduleChange, ScheduleRow } from '../../domain/model/schedule.ts';
import type { OverlapPolicy } from '../../domain/model/schedule-words.ts';
import type { Target } from '../../domain/model/target.ts';
import type { ScheduleKey, SchedulePort } from '../../domain/ports/schedules.ts';
import type { Store } from '../../domain/ports/store.ts';
import { scheduleFindings } from '../../domain/schedules/check.ts';
import { driftOf, sameSettings, settingsChanges } from '../../domain/schedules/drift.ts';
import { withLastPause } from './restore.ts';

interface Changing {
  readonly store: Store;
  readonly schedules: SchedulePort;
}

/** Who changes a schedule, which one, and why. */
export interface ChangeOrder {
  readonly target: Target;
  readonly name: string;
  readonly actor: string;
  readonly note: string;
}

/** Settings that are written anew; null takes one away. */
export type SettingsPatch = { readonly [Key in keyof ScheduleSettings]?: ScheduleSettings[Key] | null | undefined };

/** Throws `not-found`. */
export async function scheduleNamed(store: Store, target: Target, name: string): Promise<ScheduleRow> {
  const row = await store.schedules.find(target.id, name);
  if (row !== null) return row;
  const message = `${target.name} has no schedule "${name.slice(0, 80)}".`;
  throw new HoneError('not-found', message, `See which there are: hone schedule list ${target.name}.`);
}

const keyOf = ({ target, name }: ChangeOrder): ScheduleKey => ({ targetId: target.id, targetName: target.name, name });

function recordOf({ target, name, actor, note }: ChangeOrder, kind: ScheduleChange['kind'], details: readonly string[] = []) {
  return { targetId: target.id, name, kind, actor, note, details };
}

/** Throws `not-found`, `engine-unavailable`, as all of these. */
export async function pauseSchedule({ store, schedules }: Changing, order: ChangeOrder): Promise<void> {
  await scheduleNamed(store, order.target, order.name);
  await schedules.pause(keyOf(order), order.note);
  await store.schedules.recordChange(recordOf(order, 'paused'));
}

export async function resumeSchedule({ store, schedules }: Changing, order: ChangeOrder): Promise<void> {
  await scheduleNamed(store, order.target, order.name);
  await schedules.resume(keyOf(order), order.note);
  await store.schedules.recordChange(recordOf(order, 'resumed'));
}

export async function triggerSchedule({ store, schedules }: Changing, order: ChangeOrder): Promise<void> {
  await scheduleNamed(store, order.target, order.name);
  await schedules.trigger(keyOf(order));
  await store.schedules.recordChange(recordOf(order, 'triggered'));
}

const mostBackfilled = 100;

/** Answers the times that it starts something for. Throws `input-invalid` for a span without any, or with too many. */
export async function backfillSchedule(
  { store, schedules }: Changing,
  order: ChangeOrder,
  span: { readonly from: Date; readonly to: Date; readonly overlap: OverlapPolicy },
): Promise<readonly string[]> {
  await scheduleNamed(store, order.target, order.name);
  const { from, to, overlap } = span;
  if (!(from < to)) {
    throw new HoneError(
      'input-invalid',
      `The span ends at ${to.toISOString()}, which is not after its beginning.`,
      'Give an end after the beginning.',
    );
  }
  if (to > new Date())
    throw new HoneError(
      'input-invalid',
      'The span ends in the future.',
      'What is to come is started when it comes: end the span now or earlier.',
    );
  const times = await schedules.timesBetween(keyOf(order), from, to);
  if (times.length === 0) {
    throw new HoneError(
      'input-invalid',
      'The schedule has no time in this span.',
      `See its times: hone schedule show ${order.target.name} ${order.name}.`,
    );
  }
  if (times.length > mostBackfilled) {
    const message = `The span has ${times.length} times; a backfill starts at most ${mostBackfilled}.`;
    throw new HoneError('input-invalid', message, 'Choose a shorter span: each time is a whole refresh cycle.');
  }
  await schedules.backfill(keyOf(order), span);
  const details = [`${times.length} times from ${from.toISOString()} to ${to.toISOString()}, ${overlap}`];
  await store.schedules.recordChange(recordOf(order, 'backfilled', details));
  return times;
}

/** Throws `input-invalid` for settings that cannot be. */
export async function updateSchedule({ store, schedules }: Changing, order: ChangeOrder, patch: SettingsPatch): Promise<void> {
  const row = await scheduleNamed(store, order.target, order.name);
  const settings = checkedSettings(patched(row.settings, patch));
  const details = settingsChanges(row.settings, settings);
  if (sameSettings(row.settings, settings)) {
    throw new HoneError('input-invalid', 'Nothing would change.', `See how it is: hone schedule show ${order.target.name} ${order.name}.`);
  }
  await schedules.apply(keyOf(order), settings, { pause: true, remaining: row.settings.limitedActions === settings.limitedActions });
  await store.schedules.save({ ...row, settings }, recordOf(order, 'updated', details));
}

/** Brings a schedule back to what its manifest says; one that a person made, to what Hone was last told. A pause stays. */
export async function resetSchedule({ store, schedules }: Changing, order: ChangeOrder): Promise<void> {
  const row = await scheduleNamed(store, order.target, order.name);
  const wanted = row.declared ?? row.settings;
  const key = keyOf(order);
  const sight = await schedules.look(key);
  const drift = driftOf(wanted, row.settings, sight);
  const limitStays = row.settings.limitedActions === wanted.limitedActions && !drift.some(({ field }) => field === 'limitedActions');
  if (sight === null) await schedules.apply(key, await withLastPause(store, key, wanted), { pause: false, remaining: false });
  else await schedules.apply(key, wanted, { pause: true, remaining: limitStays });
  const details = drift.map(({ field, manifest, schedule }) => `${field}: ${schedule} → ${manifest}`);
  await store.schedules.save({ ...row, settings: wanted }, recordOf(order, 'reset', details));
}

/** Throws `conflict` for a name that is taken, `input-invalid`. */
export async function createSchedule({ store, schedules }: Changing, order: ChangeOrder, patch: SettingsPatch): Promise<void> {
  const { target, name } = order;
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
    const message = `"${name.slice(0, 80)}" is not the name of a schedule.`;
    throw new HoneError('input-invalid', message, 'Use lower-case letters, digits and hyphens, starting with a letter: nightly.');
  }
  if ((await store.schedules.find(target.id, name)) !== null) {
    throw new HoneError(
      'conflict',
      `${target.name} has a schedule ${name} already.`,
      `Change it: hone schedule set ${target.name} ${name}.`,
    );
  }
  const settings = checkedSettings(patched({}, patch));
  await schedules.apply(keyOf(order), settings, { pause: false, remaining: false });
  await store.schedules.save({ targetId: target.id, name, declared: null, settings }, recordOf(order, 'created'));
}

/** Throws `conflict` for one that the manifest makes. */
export async function removeSchedule({ store, schedules }: Changing, order: ChangeOrder): Promise<void> {
  const { declared } = await scheduleNamed(store, order.target, order.name);
  if (declared !== null) {
    const message = `The schedule ${order.name} of ${order.target.name} stands in its manifest.`;
    const advice = `Take it out of hone.yaml and register that again, or pause it: hone schedule pause ${order.target.name} ${order.name}.`;
    throw new HoneError('conflict', message, advice);
  }
  await schedules.remove(keyOf(order));
  await store.schedules.remove(order.target.id, order.name, recordOf(order, 'removed'));
}

const timingKeys = ['cron', 'calendar', 'every', 'offset'] as const;

/** The settings with what is written anew; a new kind of times takes the place of the old one. */
function patched(settings: Partial<ScheduleSettings>, patch: SettingsPatch): Record<string, unknown> {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const newKind = (['cron', 'calendar', 'every'] as const).some((key) => patch[key] != null);
  const kept = Object.entries(settings).filter(([key]) => !newKind || !timingKeys.some((timing) => timing === key));
  const all = Object.fromEntries<unknown>([...kept, ...given]);
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

function checkedSettings(written: Record<string, unknown>): ScheduleSettings {
  const checked = scheduleSchema.safeParse(written);
  const wrong = [
    ...(checked.success ? [] : checked.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`)),
    ...scheduleFindings(written).map(
      ({ path, message, advice }) => `${path.length === 0 ? '' : `${pathText(path)}: `}${message} ${advice}`,
    ),
  ];
  if (checked.success && wrong.length === 0) return checked.data;
  const [first, ...details] = wrong;
  throw new HoneError('input-invalid', first!, 'docs/manifest.md has what each setting takes.', { details });
}
