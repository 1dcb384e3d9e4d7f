import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type Digest, type SessionId } from '../../../domain/ids.ts';
import type { SignedBatchReport } from '../../../domain/model/batch-report.ts';
import { readKeyLines } from '../../../domain/privacy/key-line.ts';
import { reportText, verifyReport } from '../../../domain/privacy/verify-report.ts';
import { signBatch } from '../../../traffic/audit/batch-report.ts';
import { reportCryptography } from '../../../traffic/audit/cryptography.ts';
import { openReportSigner, type ReportSigner } from '../../../traffic/audit/signing-key.ts';
import { makeSessionPipeline } from '../../../traffic/deidentify/pipeline.ts';
import { epoch, makeManifest } from '../support.ts';
import { audited } from './audited.ts';

const sha256 = (bytes: string | Uint8Array) => asId<Digest>(createHash('sha256').update(bytes).digest('hex'));

let directory: string;
let signer: ReportSigner;
let corpus: Buffer;
let text: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hone-audit-'));
  signer = await openReportSigner(directory);
  ({ text, corpus } = makeReport(signer));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A batch as a session makes it: real stages, canaries, drops and a corpus. */
function makeReport(by: ReportSigner) {
  const key = randomBytes(32);
  const manifest = makeManifest();
  const inner = makeSessionPipeline(manifest.deidentification, key);
  const audit = audited(inner, key, manifest.deidentification);
  const lines = Array.from({ length: 300 }, (_, index) => {
    const headers = [['x-forwarded-for', `198.51.100.${index % 250}`]] as const;
    const outcome = audit.run({
      method: 'GET',
      target: `/customers/${index}?email=a${index}@acme.example`,
      headers,
      body: new Uint8Array(),
    });
    return 'request' in outcome ? [JSON.stringify(outcome.request)] : [];
  }).flat();
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const blob = { digest: sha256(bytes), sizeBytes: bytes.length };
  const empty = { digest: sha256(''), sizeBytes: 0 };
  const grant = { granted: false, code: 'privacy-budget-spent', message: 'not in this test' } as const;
  const batch = {
    request: { sessionId: asId<SessionId>('session'), epoch, targetName: 'tiny', targetDirectory: directory, manifest },
    corpus: { training: blob, trainingRequests: lines.length, heldOut: empty, heldOutRequests: 0, data: null },
    counters: {
      received: 300,
      deidentified: lines.length,
      replayed: lines.length,
      heldOut: 0,
      skipped: 0,
      failed: 0,
      waiting: 0,
      dropped: {},
    },
    deidentification: inner.report(grant),
    keyMadeAt: new Date(Date.now() - 1000).toISOString(),
    closedAt: new Date(),
  };
  return { text: signBatch(batch, audit, by), corpus: bytes };
}

const verify = (given: string, corpusBytes: Uint8Array = corpus) =>
  verifyReport(
    { text: given, trusted: [signer.key.keyId], corpus: [{ name: 'training.jsonl', digest: sha256(corpusBytes) }] },
    reportCryptography,
  );

test('a real report verifies with nothing but the key, and says which part a file is', () => {
  const { problems, failures, parts, report } = verify(text);
  expect({ problems, failures }).toEqual({ problems: [], failures: [] });
  expect(parts).toEqual([{ name: 'training.jsonl', part: 'training' }]);
  expect(report?.canaries).toMatchObject({ leaked: 0 });
  expect(report?.canaries.planted).toBeGreaterThan(20);
  expect(report?.replaced['email']).toBe(300);
  expect(report?.utility).toMatchObject({ shapeKeptShare: 1, cardinalityRatio: { email: 1 } });
  expect(text).not.toMatch(/acme|198\.51/);
});

test('every byte counts: each one changed, in two ways, does not verify', () => {
  const bytes = Buffer.from(text);
  const passed: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    for (const flip of [1, 32]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ flip;
      if (verify(changed.toString('utf8')).problems.length === 0) passed.push(at);
    }
  }
  expect(passed).toEqual([]);
});

test('bytes added, removed or put in another order do not verify', () => {
  const signed = JSON.parse(text) as SignedBatchReport;
  for (const changed of [
    `${text}\n`,
    text.trimEnd(),
    ` ${text}`,
    `\uFEFF${text}`,
    text.replace(':', ': '),
    JSON.stringify(signed, null, 2),
    text.slice(1),
    '',
  ])
    expect(verify(changed).problems, changed.slice(0, 20)).not.toEqual([]);
});

test('a changed file of the corpus is no part of the batch, whichever byte it is', () => {
  for (let at = 0; at < corpus.length; at += 997) {
    const changed = Buffer.from(corpus);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(verify(text, changed).problems).toEqual([
      'training.jsonl is no part of this batch, or was changed: its SHA-256 is not in the report.',
    ]);
  }
});

test('the member that was changed is named', () => {
  const change = (edit: (signed: { report: { drops: { dropped: number }; target: string }; digests: Record<string, string> }) => void) => {
    const signed = JSON.parse(text) as SignedBatchReport;
    edit(signed);
    return verify(reportText(signed)).problems;
  };
  expect(change(({ report }) => (report.target = 'other'))).toEqual(['report.target is not what was signed.']);
  expect(change(({ report }) => (report.drops.dropped = 1))).toContain('report.drops is not what was signed.');
  const forged = change(({ report, digests }) => {
    report.target = 'other';
    digests['target'] = sha256('"other"');
  });
  expect(forged).toEqual(['The signature is not one of this key over these digests: digests, the key or the signature was changed.']);
});

test('a report by another key is not trusted, though it holds in itself', async () => {
  const other = await mkdtemp(join(tmpdir(), 'hone-audit-'));
  const forged = makeReport(await openReportSigner(other)).text;
  expect(verifyReport({ text: forged, trusted: null }, reportCryptography).problems).toEqual([]);
  expect(verifyReport({ text: forged, trusted: [signer.key.keyId] }, reportCryptography).problems.join()).toMatch(/is not a trusted key/);
  await rm(other, { recursive: true });
});

test('a signed report whose verdict is not what its figures say does not verify', () => {
  const { report } = JSON.parse(text) as SignedBatchReport;
  const lying = signer.sign({ ...report, canaries: { ...report.canaries, leaked: 1 } });
  const { problems, failures } = verify(reportText(lying));
  expect(problems).toEqual(['report.verdict is not what its figures say.']);
  expect(failures.join()).toMatch(/canary values came out/);
});

test('the key is made once, for its user alone; its public half is a file for --trust; a damaged one is not replaced', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hone-audit-'));
  const first = await openReportSigner(folder);
  expect((await openReportSigner(folder)).key).toEqual(first.key);
  expect((await stat(join(folder, 'signing-key.pem'))).mode & 0o777).toBe(0o600);
  expect(readKeyLines(await readFile(join(folder, 'signing-key.pub'), 'utf8'))).toEqual([first.key]);
  await writeFile(join(folder, 'signing-key.pem'), 'nothing');
  await expect(openReportSigner(folder)).rejects.toMatchObject({ code: 'input-invalid' });
  await rm(folder, { recursive: true });
});
