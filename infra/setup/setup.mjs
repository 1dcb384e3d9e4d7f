// Makes a checkout ready: packages, database client, compilers, Temporal's server. Plain JavaScript for any Node from 20.3.
// Says nothing and takes less than a second when everything is there. Writes to standard error only.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SetupError, endChildrenOnSignals } from './command.mjs';
import { withLock } from './lock.mjs';
import { debianPackages } from './steps/debian-packages.mjs';
import { npmPackages } from './steps/npm-packages.mjs';
import { prismaClient } from './steps/prisma-client.mjs';
import { temporalServer } from './steps/temporal-server.mjs';

export const projectRoot = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const steps = [npmPackages, prismaClient, debianPackages, temporalServer];

/** Does what is missing under `root`, one line each. Throws SetupError. */
export async function setUp(root = projectRoot) {
  if ((await pendingSteps(root)).length === 0) return;
  const onWait = () => line('another set-up is at work here; waiting for it');
  await withLock(path.join(root, '.hone', 'setup.lock'), onWait, async () => {
    for (const step of steps) {
      if (!(await step.isDone(root))) await runStep(step, root);
    }
  });
}

async function pendingSteps(root) {
  const done = await Promise.all(steps.map((step) => step.isDone(root)));
  return steps.filter((_, index) => !done[index]);
}

async function runStep(step, root) {
  const started = performance.now();
  const say = (text) => line(`${step.name.padEnd(18)} ${text}`);
  const what = await step.run(root, { say });
  say(`${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

function line(text) {
  process.stderr.write(`set-up  ${text}\n`);
}

/** Sets up and answers true, or says what was wrong and answers false. */
export async function setUpOrExplain(root = projectRoot) {
  endChildrenOnSignals();
  try {
    await setUp(root);
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const said = error.lines.map((text) => `    ${text}`);
    process.stderr.write(['', `Set-up stopped: ${error.message}`, ...said, error.advice, ''].join('\n'));
    return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !(await setUpOrExplain())) process.exitCode = 1;
