import type { BatchCanaries } from '../../domain/model/batch-report.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { Outcome, Pipeline } from '../deidentify/pipeline.ts';
import { makeKeyedHash } from '../deidentify/keyed-hash.ts';
import { makeCanaryWatch, type CanaryWatch } from './canaries/watch.ts';
import { makeDropLedger, type DropLedger, type DropSnapshot } from './drop-ledger.ts';
import { makeUtilityMeter, type UtilityMeter, type UtilitySnapshot } from './utility.ts';

/** What a session's audit goes on from after the gateway was restarted. */
export interface AuditSnapshot {
  readonly canaries: BatchCanaries;
  readonly drops: DropSnapshot;
  readonly utility: UtilitySnapshot;
}

/** Everything that is watched of a session's pipeline, for its batch report. */
export interface SessionAudit {
  /** The session's pipeline, with canaries among its requests and its drops and changes counted. */
  readonly pipeline: Pipeline;
  readonly canaries: CanaryWatch;
  readonly drops: DropLedger;
  readonly utility: UtilityMeter;
  snapshot(): AuditSnapshot;
}

/** One request in so many is compared before and after: a share to a tenth of a per cent within 16,000 requests. */
const comparedEvery = 16;

/** Wraps a pipeline with its audit, and plants a canary of every kind before the first request. */
export function makeSessionAudit(
  pipeline: Pipeline,
  key: Uint8Array,
  { fields }: Pick<Manifest['deidentification'], 'fields'>,
  before?: AuditSnapshot,
): SessionAudit {
  const drops = makeDropLedger(makeKeyedHash(key), before?.drops);
  const utility = makeUtilityMeter(before?.utility);
  const keptFields = Object.entries(fields).flatMap(([name, rule]) => (rule === 'keep' ? [name] : []));
  const canaries = makeCanaryWatch({
    run: (request) => pipeline.run(request, { isCanary: true }),
    keptFields,
    before: before?.canaries,
  });
  let requests = 0;
  const watch = { onReplaced: utility.onReplaced };
  const run = (incoming: Parameters<Pipeline['run']>[0]): Outcome => {
    const isCompared = requests % comparedEvery === 0;
    requests += 1;
    const outcome = pipeline.run(incoming, isCompared ? watch : undefined);
    drops.note(incoming, 'dropped' in outcome ? outcome.dropped : null);
    if (isCompared && 'request' in outcome) utility.compare(incoming, outcome.request);
    canaries.after();
    return outcome;
  };
  canaries.plantAll();
  return {
    pipeline: { ...pipeline, run },
    canaries,
    drops,
    utility,
    snapshot: () => ({ canaries: canaries.report(), drops: drops.snapshot(), utility: utility.snapshot() }),
  };
}
