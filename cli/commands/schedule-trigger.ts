import { setTimeout as delay } from 'node:timers/promises';
import { readSchedule, scheduleChanges, type ScheduleOrder, type ScheduleView, type StartView } from '../operations/schedule.ts';
import type { Session } from '../session.ts';

const askAgainMilliseconds = 500;
const longestMilliseconds = 20_000;

/** `hone schedule trigger`: starts, and says what came of it: Temporal takes a trigger up a moment after it has answered. */
export async function triggerAndSee(session: Session, order: ScheduleOrder): Promise<void> {
  const api = await session.api();
  const before = await readSchedule(api, order.target, order.name);
  await scheduleChanges.trigger(api, order);
  if (before.action !== 'refresh') {
    session.answer(
      { target: order.target, schedule: order.name, action: before.action },
      `${triggered(order)}: a ${before.action} is on its way.\n`,
    );
    session.next(
      before.action === 'freshness-check' ? `hone freshness history ${order.target}` : `hone schedule show ${order.target} ${order.name}`,
    );
    return;
  }
  const start = await newStart(before, () => readSchedule(api, order.target, order.name));
  session.answer({ target: order.target, schedule: order.name, start: start ?? null }, startText(order, start));
  session.next(...nextAfter(order, start));
}

async function newStart(before: ScheduleView, again: () => Promise<ScheduleView>): Promise<StartView | undefined> {
  const known = new Set(before.recentStarts.map(({ workflowId, at }) => workflowId + at));
  const deadline = Date.now() + longestMilliseconds;
  while (Date.now() < deadline) {
    await delay(askAgainMilliseconds);
    const start = (await again()).recentStarts.find(({ workflowId, at }) => !known.has(workflowId + at));
    if (start !== undefined) return start;
  }
  return undefined;
}

const triggered = ({ target, name }: ScheduleOrder) => `${name} of ${target} was triggered`;

function startText(order: ScheduleOrder, start: StartView | undefined): string {
  if (start === undefined) return `${triggered(order)}; no worker has taken it up yet.\n`;
  if (start.outcome === 'started') return `${triggered(order)}: cycle ${start.cycle?.id ?? ''} has started.\n`;
  const because = start.because ?? '';
  return start.outcome === 'waiting' ? `${triggered(order)}; it ${because}.\n` : `${triggered(order)}: ${start.outcome}, ${because}.\n`;
}

function nextAfter({ target, name }: ScheduleOrder, start: StartView | undefined): readonly string[] {
  const cycle = start?.cycle?.id;
  return cycle === undefined ? [`hone schedule show ${target} ${name}`] : [`hone cycle watch ${cycle}`];
}
