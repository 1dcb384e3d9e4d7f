import { HoneError } from '../../domain/errors.ts';
import type { CalendarEntry } from '../../domain/manifest/schedule-schema.ts';
import { overlapPolicies, scheduleActions } from '../../domain/model/schedule-words.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import {
  backfillSchedule,
  type ChangeOrder,
  createSchedule,
  pauseSchedule,
  removeSchedule,
  resetSchedule,
  resumeSchedule,
  type SettingsPatch,
  triggerSchedule,
  updateSchedule,
} from '../schedules/change.ts';
import { type ScheduleView, viewSchedule } from '../schedules/view.ts';
import { saidText, targetNamed } from './arguments.ts';
import { enumOf } from './enums.ts';
import { NotFoundError, notFoundTypes, withTypedErrors } from './errors.ts';
import { TargetNode } from './nodes.ts';
import { ScheduleObject } from './schedule.ts';

const Overlap = enumOf(
  'ScheduleOverlap',
  'What a schedule does when a cycle of its target runs; docs/schedules.md explains each.',
  overlapPolicies,
);
const Action = enumOf('ScheduleAction', 'What a schedule starts.', scheduleActions);

const Settings = builder.inputType('ScheduleSettings', {
  description:
    'What is to be different, in the words of the manifest; null takes a setting away, or back to its default. One of cron, calendar and every takes the place of what was there.',
  fields: (t) => ({
    action: t.field({ type: Action }),
    cron: t.string(),
    calendar: t.field({ type: 'JSON', description: 'As in the manifest.' }),
    every: t.string(),
    offset: t.string(),
    except: t.field({ type: 'JSON', description: 'As in the manifest.' }),
    timeZone: t.string(),
    startAt: t.field({ type: 'DateTime' }),
    endAt: t.field({ type: 'DateTime' }),
    jitterSeconds: t.int(),
    overlap: t.field({ type: Overlap }),
    catchupWindowSeconds: t.int(),
    limitedActions: t.int(),
    pauseOnFailure: t.boolean(),
  }),
});

type WrittenSettings = typeof Settings.$inferInput;

/** The form is checked with the rest of the settings. */
const patchOf = (written: WrittenSettings): SettingsPatch => ({
  ...written,
  calendar: written.calendar as CalendarEntry[] | null | undefined,
  except: written.except as CalendarEntry[] | null | undefined,
});

interface OrderArguments {
  readonly target: string;
  readonly name: string;
  readonly note: string;
  readonly actor?: string | null | undefined;
}

async function orderOf({ store, caller }: ApiContext, args: OrderArguments): Promise<ChangeOrder> {
  return {
    target: await targetNamed(store, args.target),
    name: args.name,
    actor: saidText('actor', args.actor ?? caller?.name ?? ''),
    note: saidText('note', args.note),
  };
}

/** Does something to a schedule, and answers it as it is then. */
function changed(context: ApiContext, args: OrderArguments, change: (order: ChangeOrder) => Promise<unknown>): Promise<ScheduleView> {
  return withTypedErrors(notFoundTypes, async () => {
    const order = await orderOf(context, args);
    await change(order);
    return viewSchedule(context, order.target, order.name);
  });
}

const errors = { types: [NotFoundError, HoneError] };

interface Backfill {
  readonly schedule: ScheduleView;
  readonly times: readonly string[];
}

const BackfillObject = builder.objectRef<Backfill>('ScheduleBackfill').implement({
  description: 'What a backfill starts.',
  fields: (t) => ({
    schedule: t.field({ type: ScheduleObject, resolve: ({ schedule }) => schedule }),
    times: t.field({
      type: ['DateTime'],
      description: 'Each of them is started for, as its overlap policy allows.',
      resolve: ({ times }) => [...times],
    }),
  }),
});

builder.mutationFields((t) => {
  const orderArguments = {
    target: t.arg.string({ required: true }),
    name: t.arg.string({ required: true, description: "The schedule's name." }),
    note: t.arg.string({ required: true, description: 'Why; kept in the record, and shown with a pause.' }),
    actor: t.arg.string({ description: 'Who asks; the holder of the local token when left out.' }),
  };
  const settings = t.arg({ type: Settings, required: true });
  const plain = (description: string, change: (services: ApiContext, order: ChangeOrder) => Promise<unknown>) =>
    t.field({
      type: ScheduleObject,
      description,
      errors,
      args: orderArguments,
      resolve: (_root, args, context) => changed(context, args, (order) => change(context, order)),
    });
  return {
    pauseSchedule: plain(
      'Nothing is started until it is resumed, but what is asked for by hand. Outlives registrations of the manifest.',
      pauseSchedule,
    ),
    resumeSchedule: plain('Starts again at its next time; what went by is not made up for.', resumeSchedule),
    triggerSchedule: plain(
      'Starts its action now, paused or not. What came of it is the first of recentStarts, in a moment.',
      triggerSchedule,
    ),
    resetSchedule: plain('Makes the schedule what the manifest says; a pause stays.', resetSchedule),
    updateSchedule: t.field({
      type: ScheduleObject,
      description: 'Changes settings. What then departs from the manifest is drift, and stays until it is reset.',
      errors,
      args: { ...orderArguments, settings },
      resolve: (_root, args, context) => changed(context, args, (order) => updateSchedule(context, order, patchOf(args.settings))),
    }),
    createSchedule: t.field({
      type: ScheduleObject,
      description: 'Makes a schedule that no manifest has; registrations leave it alone, unless the manifest takes up its name.',
      errors,
      args: { ...orderArguments, settings },
      resolve: (_root, args, context) => changed(context, args, (order) => createSchedule(context, order, patchOf(args.settings))),
    }),
    removeSchedule: t.field({
      type: TargetNode,
      description: 'Removes a schedule that a person made; what it has started runs on.',
      errors,
      args: orderArguments,
      resolve: (_root, args, context) =>
        withTypedErrors(notFoundTypes, async () => {
          const order = await orderOf(context, args);
          await removeSchedule(context, order);
          return order.target;
        }),
    }),
    backfillSchedule: t.field({
      type: BackfillObject,
      description: 'Starts its action, now, for each of its times in a span that is over: what an outage or a pause left out.',
      errors,
      args: {
        ...orderArguments,
        from: t.arg({ type: 'DateTime', required: true }),
        to: t.arg({ type: 'DateTime', required: true }),
        overlap: t.arg({
          type: Overlap,
          defaultValue: 'buffer-all',
          description: 'For these starts alone; buffer-all runs one after the other.',
        }),
      },
      resolve: async (_root, args, context) => {
        let times: readonly string[] = [];
        const span = { from: new Date(args.from), to: new Date(args.to), overlap: args.overlap ?? 'buffer-all' };
        const schedule = await changed(context, args, async (order) => (times = await backfillSchedule(context, order, span)));
        return { schedule, times };
      },
    }),
  };
});
