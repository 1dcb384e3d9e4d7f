import type { ScheduleChange, ScheduleCounts, ScheduleStart } from '../../domain/model/schedule.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Answer, errorSelection, successOf } from './failure.ts';

export interface StartView extends Pick<ScheduleStart, 'dueAt' | 'outcome' | 'because' | 'workflowId' | 'at'> {
  readonly cycle: { readonly id: string; readonly state: string } | null;
}

export interface ScheduleView {
  readonly target: { readonly name: string };
  readonly name: string;
  readonly isDeclared: boolean;
  readonly isThere: boolean;
  readonly action: string;
  readonly when: string;
  readonly except: string;
  readonly timeZone: string;
  readonly startAt: string | null;
  readonly endAt: string | null;
  readonly jitterSeconds: number;
  readonly overlap: string;
  readonly catchupWindowSeconds: number;
  readonly limitedActions: number | null;
  readonly remainingActions: number | null;
  readonly pauseOnFailure: boolean;
  readonly paused: boolean;
  readonly note: string | null;
  readonly nextTimes: readonly string[];
  readonly counts: ScheduleCounts | null;
  readonly running: readonly string[];
  readonly drift: readonly { readonly field: string; readonly manifest: string; readonly schedule: string }[];
  readonly recentActions: readonly { readonly dueAt: string; readonly takenAt: string; readonly workflowId: string }[];
  readonly recentStarts: readonly StartView[];
  readonly changes: readonly Pick<ScheduleChange, 'kind' | 'actor' | 'note' | 'details' | 'at'>[];
}

/** What a change of a schedule says of itself. */
export interface ScheduleOrder {
  readonly target: string;
  readonly name: string;
  readonly note: string;
}

const scheduleSelection = `
  target { name } name isDeclared isThere action when except timeZone startAt endAt jitterSeconds overlap catchupWindowSeconds
  limitedActions remainingActions pauseOnFailure paused note nextTimes running drift { field manifest schedule }
  counts { taken missed skipped buffered bufferDropped }
  recentActions { dueAt takenAt workflowId }
  recentStarts { dueAt outcome because workflowId at cycle { id: rawId state } }
  changes { kind actor note details at }`;

export const schedulesOperation = operation<
  { readonly target: string | null },
  { readonly schedules: readonly ScheduleView[] }
>(/* GraphQL */ `
  query Schedules($target: String) {
    schedules(target: $target) { ${scheduleSelection} }
  }
`);

export const scheduleOperation = operation<
  { readonly target: string; readonly name: string },
  { readonly schedule: ScheduleView | null }
>(/* GraphQL */ `
  query Schedule($target: String!, $name: String!) {
    schedule(target: $target, name: $name) { ${scheduleSelection} }
  }
`);

const orderVariables = '$target: String!, $name: String!, $note: String!';
const orderArguments = 'target: $target, name: $name, note: $note';
const answered = `__typename ... on Schedule { ${scheduleSelection} } ${errorSelection}`;

export const pauseScheduleOperation = operation<ScheduleOrder, { readonly pauseSchedule: Answer<ScheduleView> }>(/* GraphQL */ `
  mutation PauseSchedule(${orderVariables}) { pauseSchedule(${orderArguments}) { ${answered} } }
`);
export const resumeScheduleOperation = operation<ScheduleOrder, { readonly resumeSchedule: Answer<ScheduleView> }>(/* GraphQL */ `
  mutation ResumeSchedule(${orderVariables}) { resumeSchedule(${orderArguments}) { ${answered} } }
`);
export const triggerScheduleOperation = operation<ScheduleOrder, { readonly triggerSchedule: Answer<ScheduleView> }>(/* GraphQL */ `
  mutation TriggerSchedule(${orderVariables}) { triggerSchedule(${orderArguments}) { ${answered} } }
`);
export const resetScheduleOperation = operation<ScheduleOrder, { readonly resetSchedule: Answer<ScheduleView> }>(/* GraphQL */ `
  mutation ResetSchedule(${orderVariables}) { resetSchedule(${orderArguments}) { ${answered} } }
`);

type Settings = Readonly<Record<string, unknown>>;

export const updateScheduleOperation = operation<
  ScheduleOrder & { readonly settings: Settings },
  { readonly updateSchedule: Answer<ScheduleView> }
>(/* GraphQL */ `
  mutation UpdateSchedule(${orderVariables}, $settings: ScheduleSettings!) {
    updateSchedule(${orderArguments}, settings: $settings) { ${answered} }
  }
`);
export const createScheduleOperation = operation<
  ScheduleOrder & { readonly settings: Settings },
  { readonly createSchedule: Answer<ScheduleView> }
>(/* GraphQL */ `
  mutation CreateSchedule(${orderVariables}, $settings: ScheduleSettings!) {
    createSchedule(${orderArguments}, settings: $settings) { ${answered} }
  }
`);
export const removeScheduleOperation = operation<
  ScheduleOrder,
  { readonly removeSchedule: Answer<{ readonly name: string }> }
>(/* GraphQL */ `
  mutation RemoveSchedule(${orderVariables}) {
    removeSchedule(${orderArguments}) { __typename ... on Target { name } ${errorSelection} }
  }
`);
export const backfillScheduleOperation = operation<
  ScheduleOrder & { readonly from: string; readonly to: string; readonly overlap: string },
  { readonly backfillSchedule: Answer<{ readonly schedule: ScheduleView; readonly times: readonly string[] }> }
>(/* GraphQL */ `
  mutation BackfillSchedule(${orderVariables}, $from: DateTime!, $to: DateTime!, $overlap: ScheduleOverlap!) {
    backfillSchedule(${orderArguments}, from: $from, to: $to, overlap: $overlap) {
      __typename
      ... on ScheduleBackfill { schedule { ${scheduleSelection} } times }
      ${errorSelection}
    }
  }
`);

/** Of one target, or of all. Throws `target-not-found`, `engine-unavailable`. */
export async function listSchedules(api: ApiClient, target: string | null): Promise<readonly ScheduleView[]> {
  return (await api.request(schedulesOperation, { target })).schedules;
}

/** Throws `not-found` with the names that there are. */
export async function readSchedule(api: ApiClient, target: string, name: string): Promise<ScheduleView> {
  const { schedule } = await api.request(scheduleOperation, { target, name });
  if (schedule !== null) return schedule;
  const known = (await listSchedules(api, target)).map((other) => other.name);
  const advice = known.length === 0 ? `${target} has none: write schedules into its hone.yaml.` : `Schedules are: ${known.join(', ')}.`;
  throw notFound(`${target} has no schedule "${name}".`, advice);
}

const enumName = (word: string) => word.toUpperCase().replaceAll('-', '_');
const onWire = (settings: Settings): Settings =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      (key === 'overlap' || key === 'action') && typeof value === 'string' ? enumName(value) : value,
    ]),
  );

/** Each throws `not-found`, `engine-unavailable`. */
export const scheduleChanges = {
  pause: async (api: ApiClient, order: ScheduleOrder) => successOf((await api.request(pauseScheduleOperation, order)).pauseSchedule),
  resume: async (api: ApiClient, order: ScheduleOrder) => successOf((await api.request(resumeScheduleOperation, order)).resumeSchedule),
  trigger: async (api: ApiClient, order: ScheduleOrder) => successOf((await api.request(triggerScheduleOperation, order)).triggerSchedule),
  reset: async (api: ApiClient, order: ScheduleOrder) => successOf((await api.request(resetScheduleOperation, order)).resetSchedule),
  remove: async (api: ApiClient, order: ScheduleOrder) => successOf((await api.request(removeScheduleOperation, order)).removeSchedule),
  update: async (api: ApiClient, order: ScheduleOrder, settings: Settings) =>
    successOf((await api.request(updateScheduleOperation, { ...order, settings: onWire(settings) })).updateSchedule),
  create: async (api: ApiClient, order: ScheduleOrder, settings: Settings) =>
    successOf((await api.request(createScheduleOperation, { ...order, settings: onWire(settings) })).createSchedule),
  backfill: async (api: ApiClient, order: ScheduleOrder, span: { readonly from: string; readonly to: string; readonly overlap: string }) =>
    successOf((await api.request(backfillScheduleOperation, { ...order, ...span, overlap: enumName(span.overlap) })).backfillSchedule),
} as const;
