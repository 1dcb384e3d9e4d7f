import { CancellationScope, defineQuery, log, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { progressQueryName, type RefreshCycleInput, searchAttributes } from '../domain/contracts/workflows.ts';
import type { CycleEvent, CycleProgress, CycleStage, CycleState } from '../domain/model/cycle.ts';
import { control } from './options.ts';

const stageAttribute = defineSearchAttributeKey(searchAttributes.stage, 'KEYWORD');

const progressQuery = defineQuery<CycleProgress>(progressQueryName);

/** Tells people where a cycle is: by query, by search attribute, and as events in the store. */
export interface Progress {
  /** Runs one stage between its `started` and `done` (or `failed`) events. `done` makes the closing sentence from the result. */
  stage<Result>(stage: CycleStage, run: () => Promise<Result>, done: (result: Result) => string): Promise<Result>;
  say(message: string): void;
  countWindow(kept: boolean): void;
  ended(state: CycleState): void;
  /** Waits until every event so far is stored, or given up. */
  flush(): Promise<void>;
}

export function startProgress(input: RefreshCycleInput): Progress {
  const current = { stage: 'plan' as CycleStage, state: 'running' as CycleState, message: '', windowsKept: 0, windowsRejected: 0 };
  let sequence = 0;
  let stored: Promise<void> = Promise.resolve();
  setHandler(progressQuery, () => ({ cycleId: input.cycleId, ...current }));

  // Events are stored in order behind the cycle's back: a slow store does not slow the loop.
  function record(state: CycleEvent['state'], message: string): void {
    current.message = message;
    const event = { cycleId: input.cycleId, sequence: ++sequence, stage: current.stage, state, message };
    stored = stored
      .then(() => CancellationScope.nonCancellable(() => control.recordEvent(event)))
      // An event that could not be stored costs itself: neither those after it nor the cycle.
      .catch((error: unknown) => log.error(`event ${event.sequence} was not stored`, { error }));
  }

  return {
    async stage(stage, run, done) {
      current.stage = stage;
      upsertSearchAttributes([{ key: stageAttribute, value: stage }]);
      record('started', '');
      try {
        const result = await run();
        record('done', done(result));
        return result;
      } catch (error) {
        record('failed', '');
        throw error;
      }
    },
    say: (message) => record('progress', message),
    countWindow(kept) {
      if (kept) current.windowsKept += 1;
      else current.windowsRejected += 1;
    },
    ended: (state) => void (current.state = state),
    flush: () => stored,
  };
}
