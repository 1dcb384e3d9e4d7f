import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import type { Config } from '../../runtime/config.ts';
import { begins, expectCleanEnd, smallestManifest, until } from '../support/kills.ts';
import { startLoop, type LoopStack } from '../support/loop.ts';
import { living, processTree } from '../support/process-tree.ts';

const project = resolve(import.meta.dirname, '../..');

interface Started {
  readonly child: ChildProcess;
  /** The first line on the stream that fits. */
  readonly line: string;
}

/** Starts a script of the project on a data folder and waits for a line that it says when it is up. */
async function start(script: string, dataDirectory: string, stream: 'stdout' | 'stderr', fits: RegExp): Promise<Started> {
  const child = spawn(process.execPath, [join(project, script)], {
    env: { ...process.env, HONE_DATA: dataDirectory, HONE_HOST: 'loop-host', HONE_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said: string[] = [];
  const line = await new Promise<string>((found, failed) => {
    child.once('exit', (code, signal) => failed(new Error(`${script} ended (${signal ?? code}):\n${said.join('\n')}`)));
    for (const name of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[name] }).on('line', (text) => {
        said.push(text);
        if (name === stream && fits.test(text)) found(text);
      });
    }
  });
  return { child, line };
}

interface OwnStack extends LoopStack {
  readonly child: ChildProcess;
}

async function startOwnStack({ dataDirectory }: Pick<Config, 'dataDirectory'>): Promise<OwnStack> {
  const { child, line } = await start('test/support/stack-process.ts', dataDirectory, 'stdout', /^\{/);
  const addresses = JSON.parse(line) as Pick<LoopStack, 'databaseUrl' | 'temporalAddress'>;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { ...addresses, child, stop };
}

it('ends the cycle after the whole stack was killed in a window and started again', { timeout: 240_000 }, async () => {
  const loop = await startLoop({ manifest: smallestManifest, stack: startOwnStack });
  try {
    loop.startTraffic(100);
    const cycleId = await loop.startCycle();
    await loop.untilEvent(cycleId, begins('windows'));
    const pids = await processTree(loop.stack.child.pid!);
    expect(pids.length).toBeGreaterThan(8);
    for (const pid of pids) killNow(pid);
    await until('every process of the stack is gone', 10, async () => (await living(pids)).length === 0);

    const again = await loop.attach(await startOwnStack(loop.config));
    try {
      const cycle = await again.ended(cycleId);
      expect((await loop.stopTraffic()).failures).toEqual([]);
      await expectCleanEnd(again, cycle);
    } finally {
      await again.stop();
    }
  } finally {
    await loop.stop();
  }
});

it('leaves no process behind after Ctrl-C in dev', { timeout: 60_000 }, async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'hone-dev-'));
  try {
    const { child } = await start('runtime/dev.ts', dataDirectory, 'stderr', /Ctrl-C/);
    const pids = await processTree(child.pid!);
    expect(pids.length).toBeGreaterThan(8);
    const exited = once(child, 'exit');
    process.kill(-child.pid!, 'SIGINT'); // as a terminal does: to the whole foreground group
    expect(await exited).toEqual([0, null]);
    expect(await living(pids)).toEqual([]);
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
});

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // its parent's end took it along
  }
}
