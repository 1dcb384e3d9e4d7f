import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAuthority } from '../../infra/certificates/authority.ts';
import { startIdentity } from '../../infra/certificates/identity.ts';

const gateway = { uri: 'urn:hone:gateway', use: 'clientAuth' } as const;
const day = 86_400_000;

let directory: string;
beforeEach(async () => void (directory = join(await mkdtemp(join(tmpdir(), 'hone-certificates-')), 'certificates')));
afterEach(() => rm(join(directory, '..'), { recursive: true }));

/** The certificates of a PEM text. */
const certificates = (pem: string) =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((one) => new X509Certificate(one));

test('a certificate is for one use and one name, for a day, and of the one authority', async () => {
  const { key, certificate, authorities } = await openAuthority(directory).issue(gateway);
  const [leaf, root] = [certificates(certificate)[0]!, certificates(authorities)[0]!];
  expect(key).toContain('PRIVATE KEY');
  expect(leaf.subjectAltName).toBe('URI:urn:hone:gateway');
  expect(leaf.ca).toBe(false);
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']); // client authentication
  expect(leaf.verify(root.publicKey)).toBe(true);
  expect(leaf.checkIssued(root)).toBe(true);
  expect(leaf.validToDate.getTime() - Date.now()).toBeLessThanOrEqual(day);
  expect(leaf.validToDate.getTime() - Date.now()).toBeGreaterThan(day / 2);
  expect(root.ca).toBe(true);
});

test('the keys are for their owner only, and those of certificates are not kept', async () => {
  await openAuthority(directory).issue(gateway);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect(await readdir(directory)).toEqual(['authority-000001']);
  expect((await stat(join(directory, 'authority-000001', 'key.pem'))).mode & 0o077).toBe(0);
});

test('of many who ask at once, one makes the authority', async () => {
  const issued = await Promise.all(Array.from({ length: 6 }, () => openAuthority(directory).issue(gateway)));
  expect(new Set(issued.map(({ authorities }) => authorities)).size).toBe(1);
  expect(new Set(issued.map(({ key }) => key)).size).toBe(6);
  expect(await readdir(directory)).toEqual(['authority-000001']);
});

test('a month before an authority runs out the next one signs, and both are trusted until then', async () => {
  const first = await openAuthority(directory).issue(gateway);
  const stillFirst = await openAuthority(directory, () => Date.now() + 334 * day).issue(gateway);
  expect(stillFirst.authorities).toBe(first.authorities);
  const second = await openAuthority(directory, () => Date.now() + 336 * day).issue(gateway);
  const [older, newer] = certificates(second.authorities);
  expect(older!.toString()).toBe(certificates(first.authorities)[0]!.toString());
  expect(certificates(second.certificate)[0]!.verify(newer!.publicKey)).toBe(true);
  const later = await openAuthority(directory, () => Date.now() + 366 * day).issue(gateway);
  expect(certificates(later.authorities).map(String)).not.toContain(String(older));
});

test('an authority that openssl cannot use is told in its words', async () => {
  const authority = openAuthority(directory);
  await authority.issue(gateway);
  await writeFile(join(directory, 'authority-000001', 'key.pem'), 'no key');
  await expect(authority.issue(gateway)).rejects.toMatchObject({
    code: 'tool-missing',
    message: 'openssl made no certificate for urn:hone:gateway.',
    details: expect.arrayContaining([expect.stringMatching(/key/i)]) as string[],
  });
  expect(await readdir(directory)).toEqual(['authority-000001']);
});

test('an identity has other credentials after a renewal, and says so', async () => {
  const identity = await startIdentity(openAuthority(directory), gateway, { warn: () => undefined });
  const before = identity.current();
  let renewals = 0;
  const forget = identity.onRenewed(() => (renewals += 1));
  await identity.renew();
  expect(identity.current().key).not.toBe(before.key);
  forget();
  await identity.renew();
  expect(renewals).toBe(1);
  identity.stop();
});
