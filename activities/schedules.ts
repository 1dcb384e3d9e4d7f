import type { RefreshActivities, ScheduleActivities } from '../domain/contracts/schedule-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { Store } from '../domain/ports/store.ts';
import { longCall } from './long-call.ts';
import { pause } from './pause.ts';

const askAgainMilliseconds = 1_000;

/**
 * Starting cycles from inside a workflow, and the record of what schedules came to.
 * @param host the load-test host that the cycles use
 */
export function makeScheduleActivities({
  store,
  host,
}: {
  store: Pick<Store, 'cycles' | 'targets' | 'schedules'>;
  host: string;
}): RefreshActivities & ScheduleActivities {
  const activeCycle: RefreshActivities['activeCycle'] = async ({ targetId }) => (await store.cycles.activeOf([targetId]))[0]?.id ?? null;
  return {
    async planRefresh({ targetId }) {
      const target = await store.targets.byId(targetId);
      if (target === null) {
        const message = `There is no target with the id ${targetId}.`;
        throw new HoneError('target-not-found', message, 'Register the target first: hone target add DIR.');
      }
      return { targetName: target.name, host };
    },
    openRefresh: async ({ cycleId, ...rest }) => void (await store.cycles.open({ id: cycleId, ...rest })),
    activeCycle,
    awaitIdle: (request) =>
      longCall(async ({ signal, progress }) => {
        for (let running = await activeCycle(request); running !== null; running = await activeCycle(request)) {
          progress(`waiting for the end of cycle ${running}`);
          await pause(askAgainMilliseconds, signal);
        }
      }),
    recordScheduleStart: (start) => store.schedules.saveStart(start),
  };
}
