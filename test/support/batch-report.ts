import { asId, type Digest, type EpochId, type SessionId } from '../../domain/ids.ts';
import { batchReportFormat, type BatchPart, type BatchReport } from '../../domain/model/batch-report.ts';
import { canonicalJson } from '../../domain/privacy/canonical-json.ts';
import { reportCryptography } from '../../traffic/audit/cryptography.ts';

const part = (letter: string, requests: number): BatchPart => ({
  digest: asId<Digest>(letter.repeat(64)),
  sizeBytes: requests * 100,
  requests,
});

/** The report of a good batch. */
export function sampleBatchReport(session: SessionId): BatchReport {
  const corpus = { training: part('a', 3300), heldOut: part('b', 700), data: null };
  return {
    format: batchReportFormat,
    target: 'shop',
    session,
    closedAt: '2026-11-21T10:10:00.000Z',
    manifestDigest: asId<Digest>('c'.repeat(64)),
    rules: { sanitise: 'sanitise-2', validate: 'validate-2' },
    requests: { received: 4010, deidentified: 4000, replayed: 3300, heldOut: 700 },
    replaced: { email: 1200, token: 4000 },
    drops: { byReason: { validation: 10 }, limit: 0.01, valid: 4010, dropped: 10, shapes: 4, above: [] },
    canaries: { planted: 28, replaced: 27, dropped: 1, leaked: 0, exempt: 0, byKind: { email: { planted: 2, leaked: 0 } }, leaks: [] },
    utility: { sampled: 250, shapeKeptShare: 1, lengthDistance: 0.002, cardinalityRatio: { email: 1, token: 1 } },
    privacy: { unit: 'customer-in-epoch' },
    epoch: { index: 1, id: asId<EpochId>('0b5c1f5e-4c1e-4f0e-9d3c-2f6a7b8c9d0e'), keyMadeAt: '2026-11-21T10:00:00.000Z' },
    corpus,
    batchDigest: reportCryptography.sha256Text(canonicalJson(corpus)),
    verdict: { passed: true, reasons: [] },
  };
}
