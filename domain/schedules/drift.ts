import type { ScheduleSettings } from '../manifest/schedule-schema.ts';
import { canonicalJson } from '../privacy/canonical-json.ts';
import type { ScheduleSight } from '../model/schedule.ts';
import { calendarKey, entryText, foreignTimingText, timesOf, timingKey, timingOf, timingText } from './timing.ts';

/** One thing in which a schedule departs from the manifest. */
export interface ScheduleDrift {
  readonly field: string;
  readonly manifest: string;
  readonly schedule: string;
}

type Key = keyof ScheduleSettings;

/** What belongs together: who changes one of a group has changed the group. `paused` and `note` are a state, and no drift. */
const groups: readonly (readonly Key[])[] = [
  ['cron', 'calendar', 'every', 'offset'],
  ['except'],
  ['timeZone'],
  ['startAt'],
  ['endAt'],
  ['jitterSeconds'],
  ['overlap'],
  ['catchupWindowSeconds'],
  ['limitedActions'],
  ['pauseOnFailure'],
  ['action'],
  ['paused'],
  ['note'],
];

/**
 * What a schedule is to be after a manifest was registered: what a person has changed since the last time stays, everything else is as the manifest
 * says now.
 * @param settings as it is
 * @param before what the manifest said the last time; null for a schedule that a person made, which becomes the manifest's
 */
export function mergeSettings(settings: ScheduleSettings, before: ScheduleSettings | null, declared: ScheduleSettings): ScheduleSettings {
  if (before === null) return declared;
  const kept = new Set(groups.filter((group) => textOf(settings, group) !== textOf(before, group)).flat());
  const parts = (Object.keys({ ...settings, ...declared }) as Key[]).map((key) => [key, (kept.has(key) ? settings : declared)[key]]);
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined)) as ScheduleSettings;
}

/** True when nothing would be different. */
export function sameSettings(left: ScheduleSettings, right: ScheduleSettings): boolean {
  return groups.every((group) => textOf(left, group) === textOf(right, group));
}

/** `overlap: skip → buffer-one`, for each thing that is different. */
export function settingsChanges(from: ScheduleSettings, to: ScheduleSettings): readonly string[] {
  const before = { ...saying(from), paused: word(from.paused), note: word(from.note ?? null) };
  const after: Words = { ...saying(to), paused: word(to.paused), note: word(to.note ?? null) };
  return Object.entries(before)
    .filter(([field, { key }]) => after[field]!.key !== key)
    .map(([field, { text }]) => `${field}: ${text} → ${after[field]!.text}`);
}

const textOf = (settings: ScheduleSettings, group: readonly Key[]) => canonicalJson(group.map((key) => settings[key] ?? null));

/**
 * Field by field: what the manifest says, and what the schedule in Temporal says. Empty when they agree.
 * @param settings what Hone last told Temporal, for its words
 * @param sight null when Temporal has no such schedule
 */
export function driftOf(declared: ScheduleSettings, settings: ScheduleSettings, sight: ScheduleSight | null): readonly ScheduleDrift[] {
  if (sight === null) return [{ field: 'schedule', manifest: 'there', schedule: 'missing in Temporal' }];
  const said = saying(declared);
  const seen = seeing(settings, sight);
  return Object.keys(said)
    .filter((field) => said[field]!.key !== seen[field]!.key)
    .map((field) => ({ field, manifest: said[field]!.text, schedule: seen[field]!.text }));
}

/** The words for what a schedule does: Temporal's state where there is one. */
export function seenSettings({ settings, sight }: { readonly settings: ScheduleSettings; readonly sight: ScheduleSight | null }): {
  readonly when: string;
  readonly except: string;
  readonly timeZone: string;
  readonly action: string;
} {
  const { when, except, timeZone, action } = sight === null ? saying(settings) : seeing(settings, sight);
  return { when: when!.text, except: except!.text, timeZone: timeZone!.text, action: action!.text };
}

type Words = Readonly<Record<string, { readonly key: string; readonly text: string }>>;

const word = (value: string | number | boolean | null) => ({ key: String(value), text: value === null ? 'none' : String(value) });
const instant = (iso: string | undefined | null) => (iso == null ? word(null) : { key: String(Date.parse(iso)), text: iso });

function saying(settings: ScheduleSettings): Words {
  const { timeZone, jitterSeconds, overlap, catchupWindowSeconds, pauseOnFailure, action } = settings;
  return {
    when: { key: timingKey(timingOf(settings)), text: timingText(settings) },
    except: { key: timesOf(settings.except).map(calendarKey).toSorted().join(' '), text: exceptText(settings) },
    timeZone: word(timeZone),
    startAt: instant(settings.startAt),
    endAt: instant(settings.endAt),
    jitterSeconds: word(jitterSeconds),
    overlap: word(overlap),
    catchupWindowSeconds: word(catchupWindowSeconds),
    limitedActions: word(settings.limitedActions ?? null),
    pauseOnFailure: word(pauseOnFailure),
    action: word(action),
  };
}

/** In the words of the settings where these are what Temporal has. */
function seeing(settings: ScheduleSettings, sight: ScheduleSight): Words {
  const own = saying(settings);
  const when = timingKey(sight.timing);
  const except = sight.except.map(calendarKey).toSorted().join(' ');
  const isLimited = sight.remainingActions !== null;
  return {
    when: when === own['when']!.key ? own['when']! : { key: when, text: foreignTimingText(sight.timing) },
    except:
      except === own['except']!.key
        ? own['except']!
        : { key: except, text: foreignTimingText({ calendars: sight.except, intervals: [] }) || 'none' },
    timeZone: word(sight.timeZone),
    startAt: instant(sight.startAt),
    endAt: instant(sight.endAt),
    jitterSeconds: word(sight.jitterSeconds),
    overlap: word(sight.overlap),
    catchupWindowSeconds: word(sight.catchupWindowSeconds),
    limitedActions: isLimited ? word(settings.limitedActions ?? 'limited') : word(null),
    pauseOnFailure: word(sight.pauseOnFailure),
    action: word(sight.action),
  };
}

const exceptText = ({ except }: ScheduleSettings) => (except.length === 0 ? 'none' : except.map(entryText).join(' and '));
