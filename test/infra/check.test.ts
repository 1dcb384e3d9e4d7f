import { cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generatedFiles } from '../../infra/check/generated.ts';
import { project, start } from '../setup/checkout.ts';

let root: string;
/** A copy of what the scripts read and write. */
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hone-check-'));
  for (const name of ['package.json', '.prettierrc.json', 'docs', 'domain', 'infra', 'prisma', 'runtime', 'store'])
    await cp(path.join(project, name), path.join(root, name), { recursive: true });
  await symlink(path.join(project, 'node_modules'), path.join(root, 'node_modules'));
});
afterAll(() => rm(root, { recursive: true }));

const run = (...words: readonly string[]) => start([process.execPath, ...words], { cwd: root }).ended;

test('npm run generate and npm run check know every script that prints a committed file', async () => {
  const folders = ['api', 'cli', 'docs', 'runtime', 'store'].map((folder) => `${folder}/scripts`);
  const scripts = await Promise.all(
    folders.map(async (folder) => (await readdir(path.join(project, folder)).catch(() => [])).map((file) => `${folder}/${file}`)),
  );
  expect(Object.values(generatedFiles).toSorted()).toEqual(scripts.flat().filter((file) => /\/print-/.test(file)));
});

test('a key that the manifest table lacks is found', async () => {
  const check = [generatedFiles['manifest table'], '--check'];
  expect(await run(...check)).toMatchObject({ code: 0, stderr: '' });
  const page = path.join(root, 'docs/manifest.md');
  await writeFile(page, (await readFile(page, 'utf8')).replace(/^\| `build\.binary`.*\n/m, ''));
  expect(await run(...check)).toMatchObject({ code: 1, stderr: expect.stringContaining('docs/manifest.md is out of date') as string });
});

test('a schema that is ahead of its migrations is found, and the next migration is written', async () => {
  const script = 'runtime/scripts/diff-migration.ts';
  expect(await run(script, '--check')).toMatchObject({ code: 0, stderr: '' });
  const schema = path.join(root, 'prisma/schema.prisma');
  await writeFile(schema, `${await readFile(schema, 'utf8')}\nmodel Extra {\n  id String @id\n}\n`);
  const ahead = await run(script, '--check');
  expect(ahead).toMatchObject({ code: 1, stderr: expect.stringContaining('CREATE TABLE "Extra"') as string });
  expect((await run(script, 'extra')).stdout).toMatch(/^Wrote prisma\/migrations\/\d{14}_extra\/migration\.sql\./);
  expect(await run(script, '--check')).toMatchObject({ code: 0, stderr: '' });
});
