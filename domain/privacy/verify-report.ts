import type { Digest } from '../ids.ts';
import { batchReportFormat, type BatchPart, type BatchReport, type SignedBatchReport } from '../model/batch-report.ts';
import { canonicalJson } from './canonical-json.ts';
import { judgeBatch } from './judge-batch.ts';
import { shapeProblem } from './report-shape.ts';

/** What verifying needs of a library of cryptography; nothing of it touches files or the network. */
export interface ReportCryptography {
  /** SHA-256 in lower-case hexadecimal of a text's UTF-8. */
  sha256Text(text: string): Digest;
  /** SHA-256 of the bytes that base64 stands for. */
  sha256Base64(base64: string): Digest;
  /** True when the text is the base64 of something, and its only spelling. */
  isBase64(text: string): boolean;
  /** Ed25519 (RFC 8032). False also for a key that is none. */
  verify(text: string, signature: string, publicKey: string): boolean;
}

/** A file of a batch, for the comparison with what its report says. */
export interface CorpusFile {
  readonly name: string;
  readonly digest: Digest;
}

/** What came of a verification; `problems` is empty when the report holds. */
export interface Verification {
  /** Null when it could not even be read. */
  readonly report: BatchReport | null;
  readonly keyId: Digest | null;
  /** What is wrong, and at which byte or member as far as can be known. */
  readonly problems: readonly string[];
  /** Why a report that holds still says that the batch failed. */
  readonly failures: readonly string[];
  /** The part of the batch that each corpus file is. */
  readonly parts: readonly { readonly name: string; readonly part: string }[];
}

export interface VerifyRequest {
  /** The file's text; a byte order mark or another encoding is not allowed. */
  readonly text: string;
  /** The keys that may have signed; null: any, and the answer says which did. */
  readonly trusted: readonly Digest[] | null;
  readonly corpus?: readonly CorpusFile[];
}

/** The text that is signed: the format, and the digest of each member of the report. */
export function signedText(digests: SignedBatchReport['digests']): string {
  return `${batchReportFormat}\n${canonicalJson(digests)}`;
}

/** The file: canonical JSON and a line's end, so that each of its bytes counts. */
export function reportText(signed: SignedBatchReport): string {
  return `${canonicalJson(signed)}\n`;
}

/** The digest of each member of a report. */
export function memberDigests(report: BatchReport, { sha256Text }: Pick<ReportCryptography, 'sha256Text'>): SignedBatchReport['digests'] {
  const entries = Object.entries(report).map(([name, member]) => [name, sha256Text(canonicalJson(member))]);
  return Object.fromEntries(entries) as SignedBatchReport['digests'];
}

/**
 * Verifies a report: its form, its signature, whose key it is, that its own figures agree, and that the files given are of its batch. Nothing but the
 * report and the trusted keys is needed.
 */
export function verifyReport(request: VerifyRequest, cryptography: ReportCryptography): Verification {
  const read = readSigned(request.text);
  if ('problem' in read) return { report: null, keyId: null, problems: [read.problem], failures: [], parts: [] };
  const { signed } = read;
  const { report, signature } = signed;
  const parts = (request.corpus ?? []).map((file) => ({ name: file.name, part: partOf(report.corpus, file.digest) }));
  const problems = [
    ...keyProblems(signature, request.trusted, cryptography),
    ...signatureProblems(signed, cryptography),
    ...figureProblems(report, cryptography),
    ...parts.flatMap(({ name, part }) =>
      part === null ? [`${name} is no part of this batch, or was changed: its SHA-256 is not in the report.`] : [],
    ),
  ];
  const known = parts.flatMap(({ name, part }) => (part === null ? [] : [{ name, part }]));
  return { report, keyId: signature.keyId, problems, failures: judgeBatch(report), parts: known };
}

/** The report in a text, or what is wrong with its form. */
function readSigned(text: string): { readonly signed: SignedBatchReport } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `The file is no JSON: ${error instanceof Error ? error.message : String(error)}.` };
  }
  const problem = shapeProblem(value);
  if (problem !== null) return { problem };
  const signed = value as SignedBatchReport;
  const canonical = reportText(signed);
  if (canonical === text) return { signed };
  const at = firstDifference(canonical, text);
  return {
    problem: `The file is not in its canonical form: it differs at character ${at + 1} (near ${JSON.stringify(text.slice(Math.max(0, at - 12), at + 12))}).`,
  };
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function keyProblems(
  signature: SignedBatchReport['signature'],
  trusted: readonly Digest[] | null,
  cryptography: ReportCryptography,
): string[] {
  if (!cryptography.isBase64(signature.publicKey) || !cryptography.isBase64(signature.value))
    return ['signature: the public key or the value is no base64.'];
  if (cryptography.sha256Base64(signature.publicKey) !== signature.keyId) return ['signature.keyId is not that of signature.publicKey.'];
  if (trusted !== null && !trusted.includes(signature.keyId)) return [`signature.keyId: ${signature.keyId} is not a trusted key.`];
  return [];
}

function signatureProblems({ report, digests, signature }: SignedBatchReport, cryptography: ReportCryptography): string[] {
  const expected = memberDigests(report, cryptography);
  const names = [...new Set([...Object.keys(expected), ...Object.keys(digests)])] as (keyof BatchReport)[];
  const changed = names.filter((name) => expected[name] !== digests[name]);
  const problems = changed.map((name) => `report.${name} is not what was signed.`);
  if (cryptography.isBase64(signature.value) && cryptography.verify(signedText(digests), signature.value, signature.publicKey))
    return problems;
  return [...problems, 'The signature is not one of this key over these digests: digests, the key or the signature was changed.'];
}

/** A signed report whose own figures disagree was made by a gateway that is broken. */
function figureProblems(report: BatchReport, cryptography: ReportCryptography): string[] {
  const problems: string[] = [];
  if (cryptography.sha256Text(canonicalJson(report.corpus)) !== report.batchDigest)
    problems.push('report.batchDigest is not that of report.corpus.');
  const reasons = judgeBatch(report);
  if (report.verdict.passed !== (reasons.length === 0)) problems.push('report.verdict is not what its figures say.');
  return problems;
}

function partOf(corpus: BatchReport['corpus'], digest: Digest): string | null {
  const found = Object.entries(corpus).find(([, part]: [string, BatchPart | null]) => part?.digest === digest);
  return found?.[0] ?? null;
}
