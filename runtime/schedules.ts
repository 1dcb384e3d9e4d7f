import {
  type Client,
  DAYS_OF_WEEK,
  MONTHS,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { msToTs, tsToDate } from '@temporalio/common/lib/time.js';
import { controlQueue } from '../domain/contracts/task-queues.ts';
import {
  type ScheduledInput,
  scheduledWorkflowId,
  scheduledWorkflows,
  scheduleId,
  searchAttributes,
  whenActiveOf,
} from '../domain/contracts/workflows.ts';
import { HoneError } from '../domain/errors.ts';
import type { ScheduleSettings } from '../domain/manifest/schedule-schema.ts';
import type { ScheduleSight } from '../domain/model/schedule.ts';
import type { OverlapPolicy } from '../domain/model/schedule-words.ts';
import type { KeptState, ScheduleKey, SchedulePort } from '../domain/ports/schedules.ts';
import type { CalendarTimes } from '../domain/schedules/calendar.ts';
import { timesOf, timingOf } from '../domain/schedules/timing.ts';
import { reached } from './engine.ts';

const targetAttribute = defineSearchAttributeKey(searchAttributes.target, 'KEYWORD');

/** Temporal's own schedules: Hone sets them and looks at them. */
export function makeSchedulePort(client: Client): SchedulePort {
  const handleOf = ({ targetName, name }: ScheduleKey) => client.schedule.getHandle(scheduleId(targetName, name));
  const on = <Result>(key: ScheduleKey, call: (handle: ScheduleHandle) => Promise<Result>): Promise<Result> =>
    told(key, () => call(handleOf(key)));
  return {
    apply: (key, settings, kept) => told(key, () => apply(client, handleOf(key), key, settings, kept)),
    remove: (key) => told(key, () => handleOf(key).delete().catch(nullWhenGone)).then(() => undefined),
    look: async (key) => {
      const description = await told(key, () => handleOf(key).describe().catch(nullWhenGone));
      return description && sightOf(description);
    },
    pause: (key, note) => on(key, (handle) => handle.pause(note)),
    resume: (key, note) => on(key, (handle) => handle.unpause(note)),
    // The workflow that it starts looks for a running cycle itself.
    trigger: (key) => on(key, (handle) => handle.trigger(ScheduleOverlapPolicy.ALLOW_ALL)),
    timesBetween: (key, from, to) =>
      told(key, async () => {
        const answer = await client.workflowService.listScheduleMatchingTimes({
          namespace: client.options.namespace,
          scheduleId: scheduleId(key.targetName, key.name),
          // The engine leaves its first moment out.
          startTime: msToTs(from.getTime() - 1),
          endTime: msToTs(to.getTime()),
        });
        return answer.startTime.map((time) => tsToDate(time).toISOString());
      }),
    backfill: (key, { from: start, to: end, overlap }) => on(key, (handle) => handle.backfill({ start, end, overlap: toEngine(overlap) })),
  };
}

async function apply(client: Client, handle: ScheduleHandle, key: ScheduleKey, settings: ScheduleSettings, kept: KeptState): Promise<void> {
  const options = optionsOf(key, settings);
  const { paused, note, limitedActions: remainingActions } = settings;
  try {
    await client.schedule.create({ scheduleId: handle.scheduleId, ...options, state: present({ paused, note, remainingActions }) });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await handle.update(({ state }) => {
      const pause = kept.pause ? state : { paused, note };
      const limit = kept.remaining ? state : { remainingActions };
      return { ...options, state: present({ paused: pause.paused, note: pause.note, remainingActions: limit.remainingActions }) };
    });
  }
}

/** Without what is undefined, which the client's types do not take. */
function present(state: { paused: boolean; note: string | undefined; remainingActions: number | undefined }) {
  const { paused, note, remainingActions } = state;
  return { paused, ...(note === undefined ? {} : { note }), ...(remainingActions === undefined ? {} : { remainingActions }) };
}

function optionsOf({ targetId, targetName, name }: ScheduleKey, settings: ScheduleSettings) {
  const { calendars, intervals } = timingOf(settings);
  const input: ScheduledInput = { targetId, targetName, schedule: name, whenActive: whenActiveOf[settings.overlap] };
  const typedSearchAttributes = new TypedSearchAttributes([{ key: targetAttribute, value: targetName }]);
  return {
    spec: {
      calendars: calendars.map(toSpec),
      intervals: intervals.map(({ everySeconds, offsetSeconds }) => ({ every: everySeconds * 1000, offset: offsetSeconds * 1000 })),
      skip: timesOf(settings.except).map(toSpec),
      timezone: settings.timeZone,
      jitter: settings.jitterSeconds * 1000,
      ...(settings.startAt === undefined ? {} : { startAt: new Date(settings.startAt) }),
      ...(settings.endAt === undefined ? {} : { endAt: new Date(settings.endAt) }),
    },
    action: {
      type: 'startWorkflow' as const,
      workflowType: scheduledWorkflows[settings.action],
      workflowId: scheduledWorkflowId(targetName, name),
      taskQueue: controlQueue,
      args: [input],
      typedSearchAttributes,
    },
    policies: {
      overlap: toEngine(settings.overlap),
      catchupWindow: settings.catchupWindowSeconds * 1000,
      pauseOnFailure: settings.pauseOnFailure,
    },
    typedSearchAttributes,
  };
}

function toSpec({ month, dayOfWeek, year, ...rest }: CalendarTimes) {
  return {
    ...(Object.fromEntries(Object.entries(rest).map(([field, values]) => [field, [...values]])) as Record<keyof typeof rest, number[]>),
    month: month.map((value) => MONTHS[value - 1]!),
    dayOfWeek: dayOfWeek.map((value) => DAYS_OF_WEEK[value]!),
    ...(year.length === 0 ? {} : { year: [...year] }),
  };
}

type Span<Unit> = { readonly start: Unit; readonly end: Unit; readonly step: number };

function fromSpec(spec: NonNullable<ScheduleDescription['spec']['calendars']>[number]): CalendarTimes {
  const numbers = (spans: readonly Span<number>[]) =>
    [
      ...new Set(
        spans.flatMap(({ start, end, step }) =>
          Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step),
        ),
      ),
    ].toSorted((left, right) => left - right);
  const named = <Name extends string>(spans: readonly Span<Name>[], names: readonly Name[], first: number) =>
    numbers(spans.map(({ start, end, step }) => ({ start: names.indexOf(start) + first, end: names.indexOf(end) + first, step })));
  return {
    second: numbers(spec.second),
    minute: numbers(spec.minute),
    hour: numbers(spec.hour),
    dayOfMonth: numbers(spec.dayOfMonth),
    month: named(spec.month, MONTHS, 1),
    year: numbers(spec.year),
    dayOfWeek: named(spec.dayOfWeek, DAYS_OF_WEEK, 0),
  };
}

function sightOf({ spec, action, policies, state, info, raw }: ScheduleDescription): ScheduleSight {
  const own = Object.entries(scheduledWorkflows).find(([, type]) => type === action.workflowType);
  return {
    timing: {
      calendars: (spec.calendars ?? []).map(fromSpec),
      intervals: (spec.intervals ?? []).map(({ every, offset }) => ({ everySeconds: every / 1000, offsetSeconds: (offset ?? 0) / 1000 })),
    },
    except: (spec.skip ?? []).map(fromSpec),
    timeZone: spec.timezone === undefined || spec.timezone === '' ? 'UTC' : spec.timezone,
    startAt: spec.startAt?.toISOString() ?? null,
    endAt: spec.endAt?.toISOString() ?? null,
    jitterSeconds: (spec.jitter ?? 0) / 1000,
    overlap: (policies.overlap ?? 'SKIP').toLowerCase().replaceAll('_', '-'),
    catchupWindowSeconds: policies.catchupWindow / 1000,
    pauseOnFailure: policies.pauseOnFailure,
    action: own?.[0] ?? action.workflowType,
    paused: state.paused,
    note: state.note === undefined || state.note === '' ? null : state.note,
    remainingActions: state.remainingActions ?? null,
    nextTimes: info.nextActionTimes.slice(0, 10).map((time) => time.toISOString()),
    recentActions: info.recentActions
      .map(({ scheduledAt, takenAt, action: { workflow } }) => ({
        dueAt: scheduledAt.toISOString(),
        takenAt: takenAt.toISOString(),
        workflowId: workflow.workflowId,
      }))
      .toReversed(),
    runningWorkflowIds: info.runningActions.map(({ workflow }) => workflow.workflowId),
    counts: {
      taken: info.numActionsTaken,
      missed: info.numActionsMissedCatchupWindow,
      skipped: info.numActionsSkippedOverlap,
      buffered: Number(raw.info?.bufferSize ?? 0),
      bufferDropped: Number(raw.info?.bufferDropped ?? 0),
    },
  };
}

const toEngine = (overlap: OverlapPolicy): ScheduleOverlapPolicy =>
  ScheduleOverlapPolicy[overlap.toUpperCase().replaceAll('-', '_') as 'SKIP' | 'BUFFER_ONE' | 'BUFFER_ALL' | 'CANCEL_OTHER'];

function nullWhenGone(error: unknown): null {
  if (error instanceof ScheduleNotFoundError) return null;
  throw error;
}

const grpcInvalidArgument = 3;

async function told<Result>({ targetName, name }: ScheduleKey, call: () => Promise<Result>): Promise<Result> {
  try {
    return await reached(call);
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) {
      const message = `Temporal has no schedule ${name} of ${targetName}.`;
      throw new HoneError('not-found', message, `Make it again: hone schedule reset ${targetName} ${name}.`, { cause: error });
    }
    const cause = error instanceof Error ? (error.cause as { code?: unknown; details?: unknown } | undefined) : undefined;
    if (cause?.code !== grpcInvalidArgument) throw error;
    const message = `Temporal refuses the schedule ${name} of ${targetName}: ${String(cause.details)}.`;
    throw new HoneError('input-invalid', message, 'Change what it names.', { cause: error });
  }
}
