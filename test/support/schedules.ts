import { HoneError } from '../../domain/errors.ts';
import type { ScheduleSettings } from '../../domain/manifest/schedule-schema.ts';
import type { ScheduleSight } from '../../domain/model/schedule.ts';
import type { ScheduleKey, SchedulePort } from '../../domain/ports/schedules.ts';
import { timesOf, timingOf } from '../../domain/schedules/timing.ts';

export interface MemorySchedules extends SchedulePort {
  /** For a test that has it fail. */
  apply: SchedulePort['apply'];
  /** By target and name, `shop/nightly`. */
  readonly there: Map<string, ScheduleSight>;
  /** What was triggered and backfilled. */
  readonly started: string[];
}

const idOf = ({ targetName, name }: ScheduleKey) => `${targetName}/${name}`;

/** Schedules that only remember what they are told: nothing is ever due. Those of Temporal are in test/runtime/schedules.test.ts. */
export function makeMemorySchedules(): MemorySchedules {
  const there = new Map<string, ScheduleSight>();
  const started: string[] = [];
  const change = async (key: ScheduleKey, changes: Partial<ScheduleSight>) => {
    const sight = there.get(idOf(key));
    if (sight === undefined) throw new HoneError('not-found', `Temporal has no schedule ${key.name}.`, 'Reset it.');
    there.set(idOf(key), { ...sight, ...changes });
  };
  return {
    there,
    started,
    apply: async (key, settings, kept) => {
      const now = there.get(idOf(key));
      const { paused, note, remainingActions } = sightOf(settings);
      there.set(idOf(key), {
        ...sightOf(settings),
        ...(now && kept.pause ? { paused: now.paused, note: now.note } : { paused, note }),
        remainingActions: now && kept.remaining ? now.remainingActions : remainingActions,
      });
    },
    remove: async (key) => void there.delete(idOf(key)),
    look: async (key) => there.get(idOf(key)) ?? null,
    pause: (key, note) => change(key, { paused: true, note }),
    resume: (key, note) => change(key, { paused: false, note }),
    trigger: async (key) => {
      await change(key, {});
      started.push(idOf(key));
    },
    timesBetween: async (_key, from) => [from.toISOString()],
    backfill: async (key, { overlap }) => void started.push(`${idOf(key)} ${overlap}`),
  };
}

function sightOf(settings: ScheduleSettings): ScheduleSight {
  return {
    ...settings,
    timing: timingOf(settings),
    except: timesOf(settings.except),
    startAt: settings.startAt ?? null,
    endAt: settings.endAt ?? null,
    note: settings.note ?? null,
    remainingActions: settings.limitedActions ?? null,
    nextTimes: ['2027-03-27T01:30:00.000Z', '2027-03-29T00:30:00.000Z'],
    recentActions: [],
    runningWorkflowIds: [],
    counts: { taken: 0, missed: 0, skipped: 0, buffered: 0, bufferDropped: 0 },
  };
}
