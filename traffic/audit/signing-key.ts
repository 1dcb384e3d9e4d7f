import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { BatchReport, GatewayKey, SignedBatchReport } from '../../domain/model/batch-report.ts';
import { keyLine } from '../../domain/privacy/key-line.ts';
import { memberDigests, signedText } from '../../domain/privacy/verify-report.ts';
import { replaceFile } from '../files.ts';
import { reportCryptography } from './cryptography.ts';

/** Signs batch reports with the gateway's own key, which never leaves its process and its file. */
export interface ReportSigner {
  readonly key: GatewayKey;
  sign(report: BatchReport): SignedBatchReport;
}

/** The gateway's key pair in its data folder: the private one for the gateway's user alone, the public one to be handed on. */
const signingKeyFiles = { private: 'signing-key.pem', public: 'signing-key.pub' } as const;

/**
 * Reads the gateway's signing key, or makes it at the gateway's first start (Ed25519, RFC 8032). Throws `input-invalid` for a file that
 * is no such key: a new one in its place would make the reports so far unverifiable without anybody's noticing.
 */
export async function openReportSigner(directory: string): Promise<ReportSigner> {
  const path = join(directory, signingKeyFiles.private);
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const privateKey = found === null ? await makeKey(path) : readKey(path, found);
  await chmod(path, 0o600);
  const signer = signerOf(privateKey);
  await replaceFile(join(directory, signingKeyFiles.public), keyLine(signer.key), 0o644);
  return signer;
}

async function makeKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await replaceFile(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), 0o600);
  return privateKey;
}

function readKey(path: string, text: string): KeyObject {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, with the file's name and without its content.
  }
  const advice = 'Put the file back from a copy; or move it away, and tell those who verify reports that the gateway has a new key.';
  throw new HoneError('input-invalid', `${path} holds no Ed25519 key.`, advice);
}

function signerOf(privateKey: KeyObject): ReportSigner {
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
  const keyId = reportCryptography.sha256Base64(publicKey);
  return {
    key: { keyId, publicKey },
    sign(report) {
      const digests = memberDigests(report, reportCryptography);
      const value = sign(null, Buffer.from(signedText(digests)), privateKey).toString('base64');
      return { report, digests, signature: { algorithm: 'ed25519', keyId, publicKey, value } };
    },
  };
}
