import type { ScheduleChange, ScheduleCounts, ScheduleSight, ScheduleStart } from '../../domain/model/schedule.ts';
import { scheduleChangeKinds, scheduleOutcomes } from '../../domain/model/schedule.ts';
import { driftOf, type ScheduleDrift, seenSettings } from '../../domain/schedules/drift.ts';
import { builder } from '../builder.ts';
import { type ScheduleView, viewSchedule, viewSchedules } from '../schedules/view.ts';
import { filterBy, targetNamed } from './arguments.ts';
import { enumOf } from './enums.ts';
import { CycleNode, TargetNode } from './nodes.ts';

const Outcome = enumOf(
  'ScheduleOutcome',
  'What came of a time of a schedule. WAITING: for the end of another cycle, and then becomes one of the others.',
  scheduleOutcomes,
);
const ChangeKind = enumOf('ScheduleChangeKind', 'What was done to a schedule.', scheduleChangeKinds);

const StartObject = builder.objectRef<ScheduleStart>('ScheduleStart').implement({
  description: 'One time at which a schedule started something.',
  fields: (t) => ({
    dueAt: t.field({ type: 'DateTime', description: 'The time by the schedule, without jitter.', resolve: ({ dueAt }) => dueAt }),
    outcome: t.field({ type: Outcome, resolve: ({ outcome }) => outcome }),
    cycle: t.field({
      type: CycleNode,
      nullable: true,
      description: 'The cycle that it started; when it did not, the one that ran at that moment.',
      resolve: ({ cycleId }) => cycleId,
    }),
    because: t.exposeString('because', { nullable: true, description: 'Why nothing is started.' }),
    workflowId: t.exposeString('workflowId', { description: 'The workflow that the schedule started.' }),
    at: t.field({ type: 'DateTime', description: 'When this was recorded.', resolve: ({ at }) => at }),
  }),
});

const ChangeObject = builder.objectRef<ScheduleChange>('ScheduleChange').implement({
  description: 'What a person, or a registration of the manifest, did to a schedule.',
  fields: (t) => ({
    kind: t.field({ type: ChangeKind, resolve: ({ kind }) => kind }),
    actor: t.exposeString('actor'),
    note: t.exposeString('note'),
    details: t.exposeStringList('details', { description: 'What is different after it: `overlap: skip → buffer-one`.' }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at }),
  }),
});

const DriftObject = builder.objectRef<ScheduleDrift>('ScheduleDrift').implement({
  description: 'One thing in which a schedule departs from the manifest that was registered.',
  fields: (t) => ({
    field: t.exposeString('field'),
    manifest: t.exposeString('manifest', { description: 'What the manifest says.' }),
    schedule: t.exposeString('schedule', { description: 'What Temporal says.' }),
  }),
});

const CountsObject = builder.objectRef<ScheduleCounts>('ScheduleCounts').implement({
  description: 'What Temporal has counted since the schedule was made.',
  fields: (t) => ({
    taken: t.exposeInt('taken', { description: 'Starts, by hand too.' }),
    missed: t.exposeInt('missed', { description: 'Older than the catch-up window when Temporal came back.' }),
    skipped: t.exposeInt('skipped', { description: 'Left out while a cycle that the schedule itself had started was running.' }),
    buffered: t.exposeInt('buffered', { description: 'Waiting now.' }),
    bufferDropped: t.exposeInt('bufferDropped', { description: 'Dropped because too many waited.' }),
  }),
});

const ActionObject = builder.objectRef<ScheduleSight['recentActions'][number]>('ScheduleRecentAction').implement({
  description: 'One workflow that Temporal started for a schedule.',
  fields: (t) => ({
    dueAt: t.field({ type: 'DateTime', description: 'The time by the schedule, jitter included.', resolve: ({ dueAt }) => dueAt }),
    takenAt: t.field({ type: 'DateTime', resolve: ({ takenAt }) => takenAt }),
    workflowId: t.exposeString('workflowId'),
  }),
});

const latest = 10;
const limitArgument = { description: 'How many at most.', defaultValue: latest } as const;

/** Between 1 and 100. */
const bounded = (limit: number | null | undefined) => Math.max(1, Math.min(limit ?? latest, 100));

export const ScheduleObject = builder.objectRef<ScheduleView>('Schedule').implement({
  description: 'When something is started for a target without being asked for: a schedule of Temporal. Settings are as Temporal has them.',
  fields: (t) => ({
    target: t.field({ type: TargetNode, resolve: ({ targetId }) => targetId }),
    name: t.exposeString('name'),
    isDeclared: t.boolean({
      description: 'False for one that a person made: registrations leave it alone.',
      resolve: ({ declared }) => declared !== null,
    }),
    isThere: t.boolean({
      description: 'False when Temporal has lost it; resetSchedule makes it again.',
      resolve: ({ sight }) => sight !== null,
    }),
    settings: t.field({
      type: 'JSON',
      description: 'As Hone last set them, in the form of the manifest.',
      resolve: ({ settings }) => settings,
    }),
    action: t.string({ resolve: (view) => seenSettings(view).action }),
    when: t.string({ description: '`cron 0 3 * * *`, `every 6h`, or fields of a calendar.', resolve: (view) => seenSettings(view).when }),
    except: t.string({ resolve: (view) => seenSettings(view).except }),
    timeZone: t.string({ resolve: (view) => seenSettings(view).timeZone }),
    startAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ settings, sight }) => (sight ?? settings).startAt ?? null }),
    endAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ settings, sight }) => (sight ?? settings).endAt ?? null }),
    jitterSeconds: t.float({ resolve: ({ settings, sight }) => (sight ?? settings).jitterSeconds }),
    overlap: t.string({
      description: 'skip, buffer-one, buffer-all or cancel-other.',
      resolve: ({ settings, sight }) => (sight ?? settings).overlap,
    }),
    catchupWindowSeconds: t.float({ resolve: ({ settings, sight }) => (sight ?? settings).catchupWindowSeconds }),
    limitedActions: t.int({
      nullable: true,
      description: 'Null: any number of starts.',
      resolve: ({ settings }) => settings.limitedActions ?? null,
    }),
    remainingActions: t.int({
      nullable: true,
      description: 'What is left of limitedActions.',
      resolve: ({ sight }) => sight?.remainingActions ?? null,
    }),
    pauseOnFailure: t.boolean({ resolve: ({ settings, sight }) => (sight ?? settings).pauseOnFailure }),
    paused: t.boolean({ resolve: ({ settings, sight }) => (sight ?? settings).paused }),
    note: t.string({
      nullable: true,
      description: "Of the last pause or resume, or the manifest's.",
      resolve: ({ settings, sight }) => (sight ?? settings).note ?? null,
    }),
    nextTimes: t.field({
      type: ['DateTime'],
      description: 'The next ten at most, jitter included; none while it is paused or nothing remains.',
      resolve: ({ sight }) => (sight === null || sight.paused || sight.remainingActions === 0 ? [] : [...sight.nextTimes]),
    }),
    counts: t.field({ type: CountsObject, nullable: true, resolve: ({ sight }) => sight?.counts ?? null }),
    running: t.stringList({
      description: 'The workflows that it started and that run.',
      resolve: ({ sight }) => [...(sight?.runningWorkflowIds ?? [])],
    }),
    drift: t.field({
      type: [DriftObject],
      description: 'Empty when the schedule is as the manifest says; for one that a person made, as Hone was last told.',
      resolve: ({ declared, settings, sight }) => [...driftOf(declared ?? settings, settings, sight)],
    }),
    recentActions: t.field({
      type: [ActionObject],
      description: 'What Temporal started for it of late, of whatever kind, the newest first.',
      resolve: ({ sight }) => [...(sight?.recentActions ?? [])],
    }),
    recentStarts: t.field({
      type: [StartObject],
      description: 'What came of its latest times, the newest first. Times that Temporal itself left out are only counted.',
      args: { limit: t.arg.int(limitArgument) },
      resolve: async ({ targetId, name }, { limit }, { store }) => [...(await store.schedules.startsOf(targetId, name, bounded(limit)))],
    }),
    changes: t.field({
      type: [ChangeObject],
      description: 'What was done to it, by whom and why, the newest first.',
      args: { limit: t.arg.int(limitArgument) },
      resolve: async ({ targetId, name }, { limit }, { store }) => [...(await store.schedules.changesOf(targetId, name, bounded(limit)))],
    }),
  }),
});

builder.objectField(TargetNode, 'schedules', (t) =>
  t.field({ type: [ScheduleObject], resolve: async ({ id }, _args, services) => [...(await viewSchedules(services, id))] }),
);

builder.queryFields((t) => ({
  schedule: t.field({
    type: ScheduleObject,
    nullable: true,
    args: { target: t.arg.string({ required: true }), name: t.arg.string({ required: true }) },
    resolve: async (_root, args, services) => {
      const target = await targetNamed(services.store, args.target);
      const row = await services.store.schedules.find(target.id, args.name);
      return row && viewSchedule(services, target, args.name);
    },
  }),
  schedules: t.field({
    type: [ScheduleObject],
    description: 'Of one target, or of all, by name.',
    args: { target: t.arg.string() },
    resolve: async (_root, args, services) => {
      const { targetId } = await filterBy(services.store, args.target);
      return [...(await viewSchedules(services, targetId))];
    },
  }),
}));
