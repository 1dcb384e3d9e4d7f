import { batchReportFormat, type BatchPart, type BatchReport } from '../../domain/model/batch-report.ts';
import type { CorpusRefs, DeidentificationReport, SessionCounters } from '../../domain/model/collection.ts';
import { canonicalJson } from '../../domain/privacy/canonical-json.ts';
import { judgeBatch } from '../../domain/privacy/judge-batch.ts';
import { reportText } from '../../domain/privacy/verify-report.ts';
import type { SessionRequest } from '../../domain/ports/gateway.ts';
import { reportCryptography } from './cryptography.ts';
import type { SessionAudit } from './session-audit.ts';
import type { ReportSigner } from './signing-key.ts';

/** What a closed session knows of itself. */
export interface ClosedBatch {
  readonly request: SessionRequest;
  readonly corpus: CorpusRefs;
  readonly counters: SessionCounters;
  readonly deidentification: DeidentificationReport;
  readonly keyMadeAt: string;
  readonly closedAt: Date;
}

/** The report of a session's batch, judged but not signed yet. */
function makeBatchReport(batch: ClosedBatch, audit: Pick<SessionAudit, 'canaries' | 'drops' | 'utility'>): BatchReport {
  const { counters, deidentification, request } = batch;
  const { manifest } = request;
  const corpus = partsOf(batch.corpus);
  const facts = {
    requests: {
      received: counters.received,
      deidentified: counters.deidentified,
      replayed: counters.replayed,
      heldOut: counters.heldOut,
    },
    drops: { byReason: counters.dropped, ...audit.drops.report(manifest.deidentification.maximumDroppedShare) },
    canaries: audit.canaries.report(),
    corpus,
  };
  const reasons = judgeBatch(facts);
  return {
    format: batchReportFormat,
    target: request.targetName,
    session: request.sessionId,
    closedAt: batch.closedAt.toISOString(),
    epoch: { ...request.epoch, keyMadeAt: batch.keyMadeAt },
    manifestDigest: reportCryptography.sha256Text(canonicalJson(manifest)),
    rules: Object.fromEntries(deidentification.stages.map(({ stage, ruleVersion }) => [stage, ruleVersion])),
    replaced: deidentification.stages.find(({ stage }) => stage === 'tokenise')?.transformed ?? {},
    utility: audit.utility.report(),
    privacy: { ...deidentification.privacy },
    batchDigest: reportCryptography.sha256Text(canonicalJson(corpus)),
    verdict: { passed: reasons.length === 0, reasons },
    ...facts,
  };
}

/** The text of the signed report of a session's batch. */
export function signBatch(batch: ClosedBatch, audit: Pick<SessionAudit, 'canaries' | 'drops' | 'utility'>, signer: ReportSigner): string {
  return reportText(signer.sign(makeBatchReport(batch, audit)));
}

function partsOf({ training, trainingRequests, heldOut, heldOutRequests, data }: CorpusRefs): BatchReport['corpus'] {
  const part = ({ digest, sizeBytes }: Pick<BatchPart, 'digest' | 'sizeBytes'>, requests: number): BatchPart => ({
    digest,
    sizeBytes,
    requests,
  });
  return {
    training: part(training, trainingRequests),
    heldOut: part(heldOut, heldOutRequests),
    data: data === null ? null : part(data, 0),
  };
}
