import { HoneError } from '../../domain/errors.ts';
import { cycleStages, type CycleEvent, type CycleStage } from '../../domain/model/cycle.ts';

/** Where a cycle's wall time went. */
export interface CycleTimes {
  /** From a stage's start to its end. */
  readonly stages: Readonly<Record<CycleStage, number>>;
  /** In which requests were held out for the evaluation, beside `stop`, `merge` and the trial build. */
  readonly holdOutSeconds: number;
  /** From the start of `plan` to the end of `build-optimised`: a published version and its optimised build. */
  readonly toOptimisedSeconds: number;
}

/** Reads the times out of a succeeded cycle's events. Throws `internal` when one of a stage's ends is not there. */
export function cycleTimes(events: readonly CycleEvent[]): CycleTimes {
  const at = (stage: CycleStage, what: string, wanted: (event: CycleEvent) => boolean): number => {
    const event = events.find((one) => one.stage === stage && wanted(one));
    if (!event) throw new HoneError('internal', `The cycle has no event "${what}" of ${stage}.`, 'See its events: hone cycle show.');
    return Date.parse(event.at) / 1000;
  };
  const started = (stage: CycleStage) => at(stage, 'started', ({ state }) => state === 'started');
  const done = (stage: CycleStage) => at(stage, 'done', ({ state }) => state === 'done');
  const said = (stage: CycleStage, words: RegExp) =>
    at(stage, words.source, ({ state, message }) => state === 'progress' && words.test(message));
  return {
    stages: Object.fromEntries(cycleStages.map((stage) => [stage, done(stage) - started(stage)])) as Record<CycleStage, number>,
    holdOutSeconds: said('mirror-off', /requests held out/) - said('windows', /^holding out/),
    toOptimisedSeconds: done('build-optimised') - started('plan'),
  };
}
