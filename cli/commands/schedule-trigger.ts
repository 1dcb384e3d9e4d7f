import { setTimeout as delay } from 'node:timers/promises';
import { readSchedule, scheduleChanges, type ScheduleOrder, type StartView } from '../operations/schedule.ts';
import type { Session } from '../session.ts';

const askAgainMilliseconds = 500;
const longestMilliseconds = 20_000;

/** `hone schedule trigger`: starts, and says what came of it: Temporal takes a trigger up a moment after it has answered. */
export async function triggerAndSee(session: Session, order: ScheduleOrder): Promise<void> {
  const api = await session.api();
  const known = new Set((await readSchedule(api, order.target, order.name)).recentStarts.map(({ workflowId, at }) => workflowId + at));
  await scheduleChanges.trigger(api, order);
  const deadline = Date.now() + longestMilliseconds;
  let start: StartView | undefined;
  while (start === undefined && Date.now() < deadline) {
    await delay(askAgainMilliseconds);
    const { recentStarts } = await readSchedule(api, order.target, order.name);
    start = recentStarts.find(({ workflowId, at }) => !known.has(workflowId + at));
  }
  session.answer({ target: order.target, schedule: order.name, start: start ?? null }, startText(order, start));
  session.next(...nextAfter(order, start));
}

function startText({ target, name }: ScheduleOrder, start: StartView | undefined): string {
  const what = `${name} of ${target} was triggered`;
  if (start === undefined) return `${what}; no worker has taken it up yet.\n`;
  if (start.outcome === 'started') return `${what}: cycle ${start.cycle?.id ?? ''} has started.\n`;
  return `${what}: ${start.outcome}, ${start.because ?? ''}.\n`;
}

function nextAfter({ target, name }: ScheduleOrder, start: StartView | undefined): readonly string[] {
  const cycle = start?.cycle?.id;
  return cycle === undefined ? [`hone schedule show ${target} ${name}`] : [`hone cycle watch ${cycle}`];
}
