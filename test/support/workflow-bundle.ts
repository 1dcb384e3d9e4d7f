import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workflowBundle } from '../../runtime/workflow-bundle.ts';

/** Of this checkout, as its own stack has it: a bundle is made once for all test files and runs, under the digest of its sources. */
const cacheDirectory = fileURLToPath(new URL('../../.hone/cache', import.meta.url));

/** The workflows as they are now, for a worker in the test's own process. */
export function testWorkflowBundle(): Promise<{ readonly codePath: string }> {
  return workflowBundle(cacheDirectory);
}

/** Puts the same bundle where a stack looks for it, so that this stack need not make it again. */
export async function shareWorkflowBundle(stackCache: string): Promise<void> {
  const { codePath } = await testWorkflowBundle();
  await mkdir(stackCache, { recursive: true });
  await copyFile(codePath, join(stackCache, basename(codePath)));
}
