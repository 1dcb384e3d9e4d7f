import type { BatchCanaries } from '../../domain/model/batch-report.ts';
import { makeCanaryBooks, type CanaryBooks } from './canaries/books.ts';
import { makeDropLedger, type DropLedger, type DropNote, type DropSnapshot } from './drop-ledger.ts';
import { makeUtilityMeter, type UtilityMeter, type UtilityNote, type UtilitySnapshot } from './utility.ts';

/** What a session's audit goes on from after the gateway was restarted. */
export interface AuditSnapshot {
  readonly canaries: BatchCanaries;
  readonly drops: DropSnapshot;
  readonly utility: UtilitySnapshot;
}

/** What was noted of one request where it was de-identified: digests, pseudonyms and counts. */
export interface AuditNote {
  readonly drop: DropNote | null;
  /** Null for a request that is not compared. */
  readonly utility: UtilityNote | null;
}

/** Everything that is watched of a session's stages, for its batch report: one for all threads. */
export interface SessionAudit {
  readonly canaries: CanaryBooks;
  readonly drops: DropLedger;
  readonly utility: UtilityMeter;
  /** Asked once for each request: whether it is compared before and after. */
  isCompared(): boolean;
  add(note: AuditNote): void;
  snapshot(): AuditSnapshot;
}

/** One request in so many is compared before and after: a share to a tenth of a per cent within 16,000 requests. */
const comparedEvery = 16;

export function makeSessionAudit(before?: AuditSnapshot): SessionAudit {
  const drops = makeDropLedger(before?.drops);
  const utility = makeUtilityMeter(before?.utility);
  const canaries = makeCanaryBooks({ before: before?.canaries });
  let requests = 0;
  return {
    canaries,
    drops,
    utility,
    isCompared: () => requests++ % comparedEvery === 0,
    add(note) {
      drops.add(note.drop);
      if (note.utility !== null) utility.add(note.utility);
    },
    snapshot: () => ({ canaries: canaries.report(), drops: drops.snapshot(), utility: utility.snapshot() }),
  };
}
