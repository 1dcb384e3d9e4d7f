import { execFile } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HoneError } from '../../domain/errors.ts';
import type { TransportCredentials } from '../../domain/ports/transport.ts';

/** Who a certificate is for, and on which side of a connection. */
export interface CertificateSubject {
  /** Stands among the alternative names: `urn:hone:gateway`. */
  readonly uri: string;
  readonly use: 'clientAuth' | 'serverAuth';
}

export interface CertificateAuthority {
  /** A new key and a certificate for it, good for a day. Throws `tool-missing`. */
  issue(subject: CertificateSubject): Promise<TransportCredentials>;
}

const run = promisify(execFile);

const authorityDays = 365;
/** A certificate of the old authority, good for a day, has run out long before. */
const renewedDaysBefore = 30;
const leafDays = 1;
const dayMilliseconds = 86_400_000;
const authorityName = /^authority-(\d{6})$/;

/**
 * The authority of this installation: an own one, made at first use in `directory` (mode 0700), followed by the next a month before it runs
 * out. Any number of processes may ask at once: the first to make an authority wins. Certificates are made by openssl.
 */
export function openAuthority(directory: string, now: () => number = Date.now): CertificateAuthority {
  return {
    async issue({ uri, use }) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const newest = await currentAuthority(directory, now());
      const folder = await mkdtemp(join(directory, '.issue-'));
      try {
        await makeCertificate(folder, {
          days: leafDays,
          signer: newest,
          name: uri,
          extensions: [
            'basicConstraints=critical,CA:FALSE',
            'keyUsage=critical,digitalSignature',
            `extendedKeyUsage=critical,${use}`,
            `subjectAltName=URI:${uri}`,
          ],
        });
        const [key, certificate, authorities] = await Promise.all([
          readFile(join(folder, 'key.pem'), 'utf8'),
          readFile(join(folder, 'certificate.pem'), 'utf8'),
          trusted(directory, now()),
        ]);
        return { key, certificate, authorities };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The newest authority's folder; made when there is none, or the newest runs out soon. */
async function currentAuthority(directory: string, now: number): Promise<string> {
  const numbers = await authorityNumbers(directory);
  const newest = numbers.at(-1) ?? 0;
  if (newest > 0) {
    const { validToDate } = await readCertificate(folderOf(directory, newest));
    if (validToDate.getTime() - now > renewedDaysBefore * dayMilliseconds) return folderOf(directory, newest);
  }
  const made = await mkdtemp(join(directory, '.authority-'));
  const next = folderOf(directory, newest + 1);
  try {
    await makeCertificate(made, {
      days: authorityDays,
      signer: null,
      name: `Hone authority ${String(newest + 1)}`,
      extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign', 'subjectKeyIdentifier=hash'],
    });
    await rename(made, next);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error; // another process was first
  }
  return next;
}

async function trusted(directory: string, now: number): Promise<string> {
  const folders = (await authorityNumbers(directory)).map((number) => folderOf(directory, number));
  const certificates = await Promise.all(folders.map(readCertificate));
  return certificates
    .filter(({ validToDate }) => validToDate.getTime() > now)
    .map((certificate) => certificate.toString())
    .join('');
}

async function authorityNumbers(directory: string): Promise<number[]> {
  const found = (await readdir(directory)).map((name) => authorityName.exec(name)?.[1]).filter((digits) => digits !== undefined);
  return found.map(Number).sort((left, right) => left - right);
}

const folderOf = (directory: string, number: number) => join(directory, `authority-${String(number).padStart(6, '0')}`);

const readCertificate = async (folder: string) => new X509Certificate(await readFile(join(folder, 'certificate.pem')));

/** `key.pem` (mode 0600) and `certificate.pem` in `folder`: P-256, signed by the authority in `signer`, or by itself. */
async function makeCertificate(
  folder: string,
  { days, signer, name, extensions }: { days: number; signer: string | null; name: string; extensions: readonly string[] },
): Promise<void> {
  const settings = join(folder, 'settings.cnf');
  const [request, subject, wanted] = ['[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext', `[dn]\nCN=${name}`, '[ext]'];
  await writeFile(settings, `${request}\n${subject}\n${wanted}\n${extensions.join('\n')}\n`);
  const signing = signer === null ? [] : ['-CA', join(signer, 'certificate.pem'), '-CAkey', join(signer, 'key.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key.pem')];
  const serial = `0x${randomBytes(16)
    .toString('hex')
    .replace(/^[89a-f0]/, '1')}`; // positive, and of full length
  const words = ['req', '-x509', '-new', '-config', settings, ...key, ...signing, '-days', String(days), '-set_serial', serial];
  try {
    await run('openssl', [...words, '-out', join(folder, 'certificate.pem')], { timeout: 30_000 });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new HoneError('tool-missing', `openssl made no certificate for ${name}.`, 'Install openssl 3 (Debian: openssl); see its words.', {
      details: (stderr || message).trim().split('\n').slice(-10),
      cause: error,
    });
  }
  await rm(settings);
}
