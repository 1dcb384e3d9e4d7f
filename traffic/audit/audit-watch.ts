import type { Manifest } from '../../domain/manifest/schema.ts';
import type { Outcome, Pipeline } from '../deidentify/pipeline.ts';
import { makeKeyedHash } from '../deidentify/keyed-hash.ts';
import type { IncomingRequest } from '../deidentify/stage.ts';
import { makeCanaryPlanter, type CanaryPlanter } from './canaries/planter.ts';
import { dropNoteOf } from './drop-ledger.ts';
import type { AuditNote } from './session-audit.ts';
import { watchUtility } from './utility.ts';

/** Watches the stages where they run; what it notes goes to the session's audit. */
export interface AuditWatch {
  /** @param isCompared whether the request is compared before and after */
  run(incoming: IncomingRequest, isCompared: boolean): { readonly outcome: Outcome; readonly note: AuditNote };
  readonly plant: CanaryPlanter;
}

export function makeAuditWatch(
  pipeline: Pick<Pipeline, 'run'>,
  key: Uint8Array,
  { fields = {} }: Partial<Pick<Manifest['deidentification'], 'fields'>>,
): AuditWatch {
  const hash = makeKeyedHash(key);
  const keptFields = Object.entries(fields).flatMap(([name, rule]) => (rule === 'keep' ? [name] : []));
  return {
    run(incoming, isCompared) {
      const utility = isCompared ? watchUtility() : null;
      const outcome = pipeline.run(incoming, utility === null ? undefined : { onReplaced: utility.onReplaced });
      const drop = dropNoteOf(hash, incoming, 'dropped' in outcome ? outcome.dropped : null);
      return { outcome, note: { drop, utility: utility?.note(incoming, 'request' in outcome ? outcome.request : null) ?? null } };
    },
    plant: makeCanaryPlanter({ run: (request) => pipeline.run(request, { isCanary: true }), keptFields }),
  };
}
