import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { asId, type Digest } from '../../domain/ids.ts';
import { keyLine, readKeyLines } from '../../domain/privacy/key-line.ts';
import { verifyReport, type CorpusFile, type Verification } from '../../domain/privacy/verify-report.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { downloadArtefact } from '../api/download.ts';
import { readCycleReport, readGatewayKeys } from '../operations/batch-report.ts';
import { count, percent, time } from '../output/format.ts';
import { facts } from '../output/table.ts';
import { reportCryptography } from '../privacy/cryptography.ts';
import type { Session } from '../session.ts';

export interface VerifyOptions {
  readonly trust?: string | undefined;
  readonly corpus?: readonly string[] | undefined;
}

/** `hone privacy verify FILE`: needs neither the API nor a network. */
export async function verifyFile(session: Session, file: string, { trust, corpus = [] }: VerifyOptions): Promise<void> {
  const trusted = trust === undefined ? null : await readTrust(session.path(trust));
  const bytes = await read(session.path(file));
  const files = await Promise.all(corpus.map((name) => digestOf(session.path(name), name)));
  const verification = verifyBytes(bytes, trusted, files);
  session.answer({ ...verification, trust: trusted === null ? 'none given' : 'given' }, verificationText(verification, trusted !== null));
  if (trusted === null && verification.problems.length === 0) {
    session.note(
      'No key was given with --trust: whoever made the report holds the key it names. hone privacy key prints those of your gateways.',
    );
  }
  if (verification.problems.length > 0 || verification.failures.length > 0) session.endWith(exitCodes.notVerified);
}

function verifyBytes(bytes: Buffer, trusted: readonly Digest[] | null, corpus: readonly CorpusFile[]): Verification {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return verifyReport({ text, trusted, corpus }, reportCryptography);
  } catch {
    return { report: null, keyId: null, problems: ['The file is not UTF-8.'], failures: [], parts: [] };
  }
}

async function readTrust(path: string): Promise<readonly Digest[]> {
  const keys = readKeyLines((await read(path)).toString('utf8'));
  if (keys !== null && keys.every(({ keyId, publicKey }) => reportCryptography.sha256Base64(publicKey) === keyId))
    return keys.map(({ keyId }) => keyId);
  const advice = 'Give what hone privacy key prints, or the file signing-key.pub of the gateway.';
  throw new Failure({ code: 'input-invalid', message: `${path} holds no public keys of gateways.`, advice });
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function digestOf(path: string, name: string): Promise<CorpusFile> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return { name, digest: asId<Digest>(hash.digest('hex')) };
}

function unreadable(path: string, cause: unknown): Failure {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Failure({ code: 'not-found', message: `${path} cannot be read: ${why}.`, advice: 'Check the path.' }, { cause });
}

/** A report and what came of its verification, for people. */
function verificationText({ report, keyId, problems, failures, parts }: Verification, isTrusted: boolean): string {
  const verdict =
    problems.length > 0 ? 'DOES NOT VERIFY' : failures.length > 0 ? 'verified; the batch FAILED' : 'verified; the batch passed';
  const lines = [...problems.map((problem) => `  ${problem}`), ...failures.map((failure) => `  ${failure}`)];
  const head = `${verdict}\n${lines.map((line) => `${line}\n`).join('')}`;
  if (report === null) return head;
  const { canaries, drops, requests, utility, corpus } = report;
  return `${head}\n${facts([
    ['target', report.target],
    ['cycle', report.session],
    ['closed', time(report.closedAt)],
    ['signed by', `${keyId ?? '-'}${isTrusted ? '' : ' (trust not checked)'}`],
    ['rules', Object.values(report.rules).join(', ')],
    [
      'requests',
      `${count(requests.received)} received, ${count(requests.deidentified)} de-identified, ${count(requests.replayed)} replayed, ${count(requests.heldOut)} held out`,
    ],
    ['replaced', namedCounts(report.replaced)],
    [
      'dropped',
      `${count(drops.dropped)} of ${count(drops.valid)} valid requests, at most ${percent(drops.limit)}; all by reason: ${namedCounts(drops.byReason)}`,
    ],
    [
      'canaries',
      `${count(canaries.planted)} planted, ${count(canaries.replaced)} replaced, ${count(canaries.dropped)} dropped, ${count(canaries.leaked)} came out`,
    ],
    [
      'utility',
      `shape kept ${percent(utility.shapeKeptShare)}, distance of lengths ${percent(utility.lengthDistance)}, of ${count(utility.sampled)} requests`,
    ],
    ['epoch', `${count(report.epoch.index)} (${report.epoch.id}), key made ${time(report.epoch.keyMadeAt)}`],
    ['batch', report.batchDigest],
    ['training', `${corpus.training.digest}, ${count(corpus.training.requests)} requests`],
    ['held out', `${corpus.heldOut.digest}, ${count(corpus.heldOut.requests)} requests`],
    ...parts.map(({ name, part }) => ['file', `${name} is ${part}`] as const),
  ])}`;
}

function namedCounts(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return entries.length === 0 ? 'none' : entries.map(([name, number]) => `${name} ${count(number)}`).join(', ');
}

/** `hone privacy key`: lines for a file that `--trust` reads. */
export async function showKeys(session: Session): Promise<void> {
  const keys = await readGatewayKeys(await session.api());
  session.answer(keys, keys.map(keyLine).join(''));
  if (keys.length === 0) session.note('No gateway has opened a session yet.');
}

/** `hone privacy report CYCLE`: the signed report as a file, to the byte. */
export async function downloadReport(session: Session, cycle: string, output: string | undefined): Promise<void> {
  const api = await session.api();
  const { artefact, accepted } = await readCycleReport(api, cycle);
  const file = session.path(output ?? `privacy-${cycle}.json`);
  await downloadArtefact(api, { digest: artefact.digest, executable: false }, file);
  session.answer({ file, sha256: artefact.digest, sizeBytes: artefact.sizeBytes, accepted }, `${file}: SHA-256 ${artefact.digest}\n`);
  session.next(`hone privacy key > gateway-keys`, `hone privacy verify ${file} --trust gateway-keys`);
}
