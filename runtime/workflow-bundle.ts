import { bundleWorkflowCode } from '@temporalio/worker';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The workflows as one script for the engine's sandbox. Making it takes seconds, so it is kept under the digest of what
 * goes into it.
 */
export async function workflowBundle(cacheDirectory: string): Promise<{ readonly codePath: string }> {
  const codePath = join(cacheDirectory, `workflows-${await sourcesDigest()}.js`);
  const known = await readFile(codePath, 'utf8').catch(() => null);
  if (known !== null) return { codePath };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'index.ts'),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  await mkdir(cacheDirectory, { recursive: true });
  // Another process may be making the same: its unfinished file is left alone.
  const stale = (await readdir(cacheDirectory)).filter((file) => /^workflows-\w+\.js$/.test(file) && file !== basename(codePath));
  for (const file of stale) await rm(join(cacheDirectory, file), { force: true });
  const temporary = `${codePath}.${process.pid}`;
  await writeFile(temporary, code);
  await rename(temporary, codePath);
  return { codePath };
}

async function sourcesDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['workflows', 'domain']) {
    const files = (await readdir(join(root, folder), { recursive: true })).filter((file) => file.endsWith('.ts')).sort();
    for (const file of files) hash.update(`${folder}/${file}\0`).update(await readFile(join(root, folder, file)));
  }
  hash.update(await readFile(join(root, 'package-lock.json')));
  return hash.digest('hex').slice(0, 32);
}
