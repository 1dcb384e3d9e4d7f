import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifestSchema } from '../../domain/manifest/schema.ts';

const project = resolve(import.meta.dirname, '../..');
const readManifest = async (folder: string) => manifestSchema.parse(parse(await readFile(join(project, folder, 'hone.yaml'), 'utf8')));

it('registers the example with the paths that its production writes', async () => {
  const manifest = await readManifest('examples/query-service');
  expect(manifest.mirror?.methods).toEqual(['GET', 'HEAD', 'POST']);
  expect(manifest.collection).toMatchObject({ windows: 3, requestsPerWindow: 1000 });
  expect(manifest.evaluation).toMatchObject({ requestsPerLeg: 3000, answers: { ignoreJsonFields: ['generated_at'] } });
  const production = resolve(project, '.hone/production/query-service');
  expect(resolve(project, 'examples/query-service', manifest.mirror?.configuration ?? '')).toBe(join(production, 'nginx.conf'));
  expect(manifest.deploy?.command).toContain('../../.hone/production/query-service');
});

it('says of every field that holds personal data what it holds', async () => {
  const { deidentification } = await readManifest('examples/query-service');
  const schema = await readFile(join(project, 'examples/query-service/src/schema.c'), 'utf8');
  for (const field of ['full_name', 'email', 'phone', 'card', 'account_token', 'signup_ip', 'client_ip', 'comment']) {
    expect(schema).toContain(`"${field}"`);
    expect(deidentification.fields[field], field).not.toBe('keep');
    expect(deidentification.fields[field], field).toBeDefined();
  }
});

it('registers the fixtures', async () => {
  expect((await readManifest('test/fixtures/tiny-service')).drive.kind).toBe('http');
  const { drive } = await readManifest('test/fixtures/tiny-command');
  expect((await readManifest('test/fixtures/tiny-library')).build.libraries).toHaveLength(1);
  expect(drive.kind === 'command' && drive.inputs.map(({ heldOut }) => heldOut)).toEqual([false, false, true]);
});
