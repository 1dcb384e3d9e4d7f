import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { HoneError } from '../../domain/errors.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { type AllActivities, commandManifest, fakeLoop, type Ledger, untilCancelled } from './fake-loop.ts';
import { startEngine } from './run-cycle.ts';

/**
 * Records the histories that replay.test.ts replays, named by workflow, scenario and release:
 * `node test/workflows/record-histories.ts RELEASE`. Keep the files of earlier releases: cycles that they started may still run.
 */
const release = process.argv[2];
const folder = new URL('../histories/', import.meta.url);
const checkout = fileURLToPath(new URL('../../', import.meta.url));

if (process.argv[2] === '--worker') await workUntilKilled(process.argv[3]!);
else if (release && /^\d+\.\d+\.\d+$/.test(release)) await recordAll();
else throw new Error('usage: node test/workflows/record-histories.ts RELEASE (for example 0.1.0)');

type Overrides = (ledger: Ledger) => Partial<AllActivities>;

async function recordAll(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporal = await startTestTemporal();
  try {
    const { address } = temporal;
    await record(address, 'success');
    await record(address, 'success-command-drive', undefined, commandManifest);
    await record(address, 'compile-error', () => ({
      buildBinary: async () => Promise.reject(new HoneError('build-failed', 'make failed.', 'Mend it.')),
    }));
    await record(address, 'windows-rejected', () => ({
      collectWindow: async ({ index, attempt }) => ({
        id: `w-${index}-${attempt}` as never,
        index,
        attempt,
        kept: false,
        requests: 9,
        rejections: ['steal'],
        rawProfiles: [],
      }),
    }));
    let losses = 0;
    await record(address, 'instance-lost', () => ({
      collectWindow: async ({ index, attempt }) => {
        if (losses++ === 0) throw new HoneError('instance-lost', 'killed', 'see');
        return { id: `w-${index}-${attempt}` as never, index, attempt, kept: true, requests: 9, rejections: [], rawProfiles: [] };
      },
    }));
    await recordCancelled(address);
    await recordKilled(address);
  } finally {
    await temporal.stop();
  }
}

async function record(address: string, scenario: string, overrides?: Overrides, manifest?: Parameters<typeof fakeLoop>[1]): Promise<void> {
  const engine = await startEngine(address, fakeLoop(overrides, manifest).activities);
  const handle = await engine.start(scenario);
  await handle.result();
  await save(handle, scenario);
  await engine.close();
}

async function recordCancelled(address: string): Promise<void> {
  const reached = Promise.withResolvers<void>();
  const overrides: Overrides = () => ({
    collectWindow: async () => {
      reached.resolve();
      return untilCancelled();
    },
  });
  const engine = await startEngine(address, fakeLoop(overrides).activities);
  const handle = await engine.start('cancelled');
  await reached.promise;
  await handle.cancel();
  await handle.result().catch(() => undefined);
  await save(handle, 'cancelled');
  await engine.close();
}

/** A worker process is killed with -9 in a window; another one takes the cycle to its end. */
async function recordKilled(address: string): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(import.meta.url), '--worker', address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data'); // it says that the window began
  const killed = once(child, 'exit');
  child.kill('SIGKILL');
  await killed;
  const engine = await startEngine(address, fakeLoop().activities);
  const handle = engine.client.workflow.getHandle('refresh/killed');
  await handle.result();
  await save(handle, 'killed');
  await engine.close();
}

async function workUntilKilled(address: string): Promise<void> {
  const loop = fakeLoop(() => ({
    collectWindow: async () => {
      process.stdout.write('in a window\n');
      return untilCancelled();
    },
  }));
  const engine = await startEngine(address, loop.activities);
  await engine.start('killed');
}

async function save(handle: Pick<WorkflowHandle, 'fetchHistory'>, scenario: string): Promise<void> {
  const history = await handle.fetchHistory();
  // Stack traces name the folder of the checkout, which is nobody's business.
  const text = historyToJSON(history).replaceAll(checkout, '/hone/');
  await writeFile(new URL(`refresh-cycle.${scenario}.${release}.json`, folder), `${text}\n`);
  console.log(`${scenario}: ${history.events?.length} events`);
}
