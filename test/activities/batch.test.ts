import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admitBatch } from '../../activities/batch.ts';
import { asId, type CycleId, type Digest, type SessionId } from '../../domain/ids.ts';
import type { BatchReport, SignedBatchReport } from '../../domain/model/batch-report.ts';
import { reportText } from '../../domain/privacy/verify-report.ts';
import { reportCryptography } from '../../traffic/audit/cryptography.ts';
import { openReportSigner, type ReportSigner } from '../../traffic/audit/signing-key.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { sampleBatchReport } from '../support/batch-report.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
let directory: string;
let signer: ReportSigner;
beforeAll(async () => {
  db = await freshStore();
  directory = await mkdtemp(join(tmpdir(), 'hone-batch-'));
  signer = await openReportSigner(directory);
});
afterAll(async () => {
  await db.close();
  await rm(directory, { recursive: true });
});

type Change = (signed: SignedBatchReport) => SignedBatchReport;

/** A cycle whose session was opened with the gateway's key, and what the gateway answers at its end. */
async function closedSession(edit: (report: BatchReport) => BatchReport = (report) => report, change: Change = (signed) => signed) {
  const { cycle } = await (await seed(db.store).target()).cycle();
  const sessionId = asId<SessionId>(cycle.id);
  await db.store.batches.registerKey(sessionId, signer.key);
  const report = edit(sampleBatchReport(sessionId));
  const text = reportText(change(signer.sign(report)));
  const digest = asId<Digest>(createHash('sha256').update(text).digest('hex'));
  const { training, heldOut } = sampleBatchReport(sessionId).corpus;
  const corpus = { training, trainingRequests: training.requests, heldOut, heldOutRequests: heldOut.requests, data: null };
  return { cycleId: cycle.id, sessionId, report: { batch: { text, blob: { digest, sizeBytes: text.length } }, corpus } };
}

const stored = async (cycleId: CycleId) => (await db.store.batches.ofCycles([cycleId]))[0];

test('a good batch is admitted and its report kept', async () => {
  const batch = await closedSession();
  await admitBatch(db.store, reportCryptography, batch);
  expect(await stored(batch.cycleId)).toMatchObject({ text: batch.report.batch.text, problems: [] });
});

const { publicKey } = generateKeyPairSync('ed25519');
const foreign = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

test.each<readonly [string, ((report: BatchReport) => BatchReport) | undefined, Change | undefined, RegExp]>([
  [
    'a canary came out',
    (report) => failed({ ...report, canaries: { ...report.canaries, leaked: 1, leaks: ['email in query'] } }),
    undefined,
    /canary values came out/,
  ],
  [
    'too many valid requests were dropped',
    (report) => failed({ ...report, drops: { ...report.drops, dropped: 900 } }),
    undefined,
    /valid requests were dropped/,
  ],
  [
    'the report was changed',
    undefined,
    (signed) => ({ ...signed, report: { ...signed.report, target: 'other' } }),
    /report\.target is not what was signed/,
  ],
  [
    'another key signed',
    undefined,
    (signed) => ({ ...signed, signature: { ...signed.signature, publicKey: foreign, keyId: reportCryptography.sha256Base64(foreign) } }),
    /not a trusted key/,
  ],
  ['it is of another session', (report) => ({ ...report, session: asId<SessionId>('another') }), undefined, /of another session/],
  [
    'it is of another corpus',
    (report) => ({ ...report, corpus: { ...report.corpus, training: report.corpus.heldOut } }),
    undefined,
    /the training corpus is no part/,
  ],
])('a batch is refused when %s, and nothing of it is published', async (_what, edit, change, reason) => {
  const batch = await closedSession(edit, change);
  const refused = { code: 'batch-refused', details: expect.arrayContaining([expect.stringMatching(reason)]) as readonly string[] };
  await expect(admitBatch(db.store, reportCryptography, batch)).rejects.toMatchObject(refused);
  expect((await stored(batch.cycleId))?.problems.join('\n')).toMatch(reason);
  expect(await db.store.cycles.corpus(batch.cycleId)).toBeNull();
});

test('a batch whose session registered no key is refused', async () => {
  const batch = await closedSession();
  const unknown = { ...batch, sessionId: asId<SessionId>('nobody') };
  await expect(admitBatch(db.store, reportCryptography, unknown)).rejects.toMatchObject({ code: 'batch-refused' });
});

/** As an honest gateway reports it. */
function failed(report: BatchReport): BatchReport {
  return { ...report, verdict: { passed: false, reasons: ['said by the gateway'] } };
}
