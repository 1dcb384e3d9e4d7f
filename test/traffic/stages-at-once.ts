import { randomBytes } from 'node:crypto';
import { makeSessionPipeline } from '../../traffic/deidentify/pipeline.ts';
import type { RequestStages } from '../../traffic/stages/session-stages.ts';

/** The stages without threads: a request is settled at once, or in a later turn. */
export function stagesAtOnce(capacity = 8, later = false): RequestStages {
  const pipeline = makeSessionPipeline({}, randomBytes(32));
  return {
    capacity,
    run(incoming, settle) {
      const outcome = pipeline.run(incoming);
      if (later) setImmediate(() => settle(outcome));
      else settle(outcome);
    },
  };
}
