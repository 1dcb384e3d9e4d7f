import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseManifest } from '../../domain/manifest/parse.ts';

const http = `target: shop
build:
  command: make
  binary: shop
run:
  command: ['{binary}', '--port', '{port}']
drive:
  kind: http
mirror:
  configuration: nginx.conf
  httpInclude: hone/http.conf
  locationInclude: hone/location.conf
`;

const withRules = (rules: string) => {
  const parsed = parseManifest(`${http}deidentification:\n${rules}`);
  return parsed.ok ? [] : parsed.issues.map(({ path, message, advice }) => `${path}: ${message} | ${advice}`);
};

test('an epoch is no longer than the rule packs let a corpus stay', () => {
  expect(withRules('  epochDays: 15\n')).toEqual([]);
  expect(withRules('  epochDays: 31\n')).toEqual([
    'deidentification.epochDays: Corpora would stay for an epoch of 31 days, longer than the rule packs allow: gdpr (30), hipaa (30), lgpd (30), pipl (15). | Say 15 or fewer, or name in deidentification.packs the laws that your traffic falls under (without a choice all of them hold).',
  ]);
  expect(withRules('  epochDays: 45\n  packs: [ccpa]\n')).toEqual([]);
  expect(withRules('  epochDays: 46\n  packs: [ccpa]\n')[0]).toMatch(/ccpa \(45\)\. \| Say 45 or fewer/);
});

test('corpora and keys lie where the rule packs allow it', () => {
  const at = (country: string | null, packs: string) => {
    const parsed = parseManifest(`${http}deidentification: { packs: [${packs}] }\n`, country);
    return parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${path}: ${message}`);
  };
  expect([at('DE', 'gdpr, lgpd, hipaa'), at('NO', 'gdpr'), at('BR', 'lgpd'), at('US', 'ccpa, hipaa'), at(null, 'gdpr, pipl')]).toEqual(
    Array.from({ length: 5 }, () => []),
  );
  expect(at('US', 'gdpr, ccpa, pipl')).toEqual([
    'deidentification.packs: Corpora and keys may not lie in US, where this Hone is (HONE_REGION), by the rule packs gdpr (EEA), pipl (CN).',
  ]);
  expect(at('CH', 'gdpr')).toHaveLength(1);
  const unnamed = parseManifest(http, 'DE');
  expect(unnamed).toMatchObject({ ok: false, issues: [{ path: 'drive', message: expect.stringContaining('pipl (CN)') as string }] });
});

test('the example may run where its law is in force', () => {
  const text = readFileSync(new URL('../../examples/query-service/hone.yaml', import.meta.url), 'utf8');
  expect(['DE', 'FR', null].map((country) => parseManifest(text, country).ok)).toEqual([true, true, true]);
  expect(parseManifest(text, 'US').ok).toBe(false);
});
