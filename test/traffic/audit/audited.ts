import type { Manifest } from '../../../domain/manifest/schema.ts';
import { makeAuditWatch } from '../../../traffic/audit/audit-watch.ts';
import { makeSessionAudit, type AuditSnapshot } from '../../../traffic/audit/session-audit.ts';
import type { Outcome, Pipeline } from '../../../traffic/deidentify/pipeline.ts';
import type { IncomingRequest } from '../../../traffic/deidentify/stage.ts';

/** A pipeline with its audit in one place, without threads: watched, and with a canary of every kind planted before the first request. */
export function audited(
  pipeline: Pick<Pipeline, 'run'>,
  key: Uint8Array,
  rules: Partial<Pick<Manifest['deidentification'], 'fields'>>,
  before?: AuditSnapshot,
) {
  const audit = makeSessionAudit(before);
  const watch = makeAuditWatch(pipeline, key, rules);
  const plant = (turn: number) => audit.canaries.add(watch.plant(turn));
  audit.canaries.turnsAtStart().forEach(plant);
  const run = (incoming: IncomingRequest): Outcome => {
    const { outcome, note } = watch.run(incoming, audit.isCompared());
    audit.add(note);
    const turn = audit.canaries.turnAfterRequest();
    if (turn !== null) plant(turn);
    return outcome;
  };
  return { ...audit, run };
}
