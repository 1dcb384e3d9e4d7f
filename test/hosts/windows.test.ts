import { spawn, execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { compile, compileInstrumented } from './support/compile.ts';
import { makeTestHost, plainCall, serverManifest } from './support/host.ts';
import type { TestHost } from './support/host.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { InstanceRef } from '../../domain/model/collection.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';
import { judgeWindow } from '../../domain/rules/admission.ts';
import { askStatus } from '../../hosts/local/readiness.ts';
import { makeAgentPort } from '../../toolchains/index.ts';

const run = promisify(execFile);
let test: TestHost;
let folder: string;
let instrumented: BlobRef;
let plain: BlobRef;
let deployed: InstanceSpec | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-windows-'));
  test = await makeTestHost(makeAgentPort());
  instrumented = await test.blobs.putFile(await compileInstrumented(folder, 'server.c', 'instrumented'));
  plain = await test.blobs.putFile(await compile(folder, 'server.c', 'plain'));
});
afterEach(async () => {
  if (deployed !== null) await test.host.stop(deployed.instanceId);
});
afterAll(async () => {
  await test.remove();
  await rm(folder, { recursive: true, force: true });
});

async function start(spec: InstanceSpec): Promise<InstanceRef> {
  deployed = spec;
  return test.host.deploy(spec, plainCall());
}

async function ask(instance: InstanceRef, path: string, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await askStatus(instance.port ?? 0, path);
}

/** How often `answer` was entered according to one raw profile. */
async function entriesOf(raw: BlobRef, name = 0): Promise<number> {
  const [path, merged] = [join(folder, `${name}.profraw`), join(folder, `${name}.profdata`)];
  await test.blobs.getFile(raw.digest, path);
  await run('/usr/lib/llvm-22/bin/llvm-profdata', ['merge', '-o', merged, path]);
  const { stdout } = await run('/usr/lib/llvm-22/bin/llvm-profdata', ['show', '--counts', '--function=answer', merged]);
  // `answerInChild` is shown as well, before or after it: functions stand by the hashes of their names, and a static one's has the folder.
  return Math.max(...(/^ +answer:\n(?:.*\n)*?.*Block counts: \[(.*)\]/m.exec(stdout)?.[1] ?? '').split(',').map(Number));
}

describe('counters', () => {
  it('are reset and written while the instance runs', async () => {
    const spec = test.spec(instrumented, serverManifest({ arguments: ['--work', '0'] }), { instrumented: true, core: 0 });
    const instance = await start(spec);
    await ask(instance, '/', 30);
    await test.host.resetCounters(spec.instanceId);
    await ask(instance, '/', 7);
    const raw = await test.host.writeCounters(spec.instanceId);
    expect(raw).toHaveLength(1);
    expect(await entriesOf(raw[0] as BlobRef)).toBe(7);
    await test.host.assertRunning(spec.instanceId);
  });

  it('are written of forked children too', async () => {
    const spec = test.spec(instrumented, serverManifest({ arguments: ['--fork'] }), { instrumented: true });
    await start(spec);
    expect((await test.host.writeCounters(spec.instanceId)).length).toBe(3);
  });

  it('are written of children that ended inside the window, and only of those', async () => {
    const manifest = serverManifest({ arguments: ['--fork-each', '--work', '0'] });
    const spec = test.spec(instrumented, manifest, { instrumented: true });
    const instance = await start(spec);
    await ask(instance, '/', 30);
    await ask(instance, '/parent', 1); // answered when the last child has ended
    await test.host.resetCounters(spec.instanceId);
    await ask(instance, '/', 7);
    await ask(instance, '/parent', 1);
    const raw = await test.host.writeCounters(spec.instanceId);
    expect(await Promise.all(raw.map((ref, index) => entriesOf(ref, index)))).toEqual([1, 7]);
    await test.host.resetCounters(spec.instanceId);
    expect(await test.host.writeCounters(spec.instanceId)).toHaveLength(1);
  });

  it('say that the instance is lost when it crashed', async () => {
    const spec = test.spec(instrumented, serverManifest({ arguments: ['--crash-after', '1'] }), { instrumented: true });
    const instance = await start(spec);
    await ask(instance, '/', 3);
    await expect(test.host.writeCounters(spec.instanceId)).rejects.toMatchObject({
      code: 'instance-lost',
      message: expect.stringContaining('SIGABRT'),
    });
  });

  it('cannot be had from a build without the agent', async () => {
    const spec = test.spec(plain, serverManifest(), { instrumented: true });
    await expect(start(spec)).rejects.toMatchObject({ code: 'agent-unreachable' });
    expect(await test.host.stop(spec.instanceId)).toBeNull();
  });
});

describe('a window', () => {
  it('knows the CPU time of the instance and every second of its host', async () => {
    const spec = test.spec(plain, serverManifest({ arguments: ['--work', '3000000'] }), { core: 1 });
    const instance = await start(spec);
    const recording = await test.host.record([instance], spec.manifest);
    await ask(instance, '/', 200);
    await delay(1100);
    const measure = await recording.finish();
    expect(measure.cpuNanoseconds).toBeGreaterThan(100e6);
    expect(measure.cpuNanoseconds).toBeLessThan(measure.environment.summary.seconds * 1e9);
    expect(measure.environment.during.length).toBeGreaterThanOrEqual(1);
    expect(measure.environment.facts.logicalCores).toBeGreaterThan(0);
    expect(Date.parse(measure.endedAt)).toBeGreaterThan(Date.parse(measure.startedAt));
    expect(JSON.parse(JSON.stringify(measure))).toEqual(measure);
  });

  it('is looked at every second, from its beginning to its end', async () => {
    const spec = test.spec(plain, serverManifest(), { core: 1 });
    const instance = await start(spec);
    const recording = await test.host.record([instance], spec.manifest);
    await delay(3500);
    const { environment } = await recording.finish();
    const { before, during, after } = environment;
    expect(during).toHaveLength(3);
    const at = [before, ...during].map((sample) => Date.parse(sample.at));
    for (const [index, time] of at.slice(1).entries()) {
      expect(time - at[index]!).toBeGreaterThanOrEqual(800);
      expect(time - at[index]!).toBeLessThanOrEqual(1300);
    }
    expect(Date.parse(after.at) - at.at(-1)!).toBeLessThan(1000);
    expect(environment.summary.seconds).toBeCloseTo((Date.parse(after.at) - at[0]!) / 1000, 0);
  });

  it('is rejected when a busy neighbour takes its core', async () => {
    const spec = test.spec(plain, serverManifest(), { core: 1 });
    const instance = await start(spec);
    const neighbour = spawn('timeout', ['20', 'taskset', '-c', '1', process.execPath, '-e', 'for (;;);'], {
      detached: true,
      stdio: 'ignore',
    });
    try {
      const recording = await test.host.record([instance], spec.manifest);
      await delay(2000);
      const { environment } = await recording.finish();
      expect(environment.summary.foreignCpuShare).toMatchObject({ available: true, source: '/proc/stat' });
      expect(judgeWindow(environment.summary, spec.manifest.collection.admission).join()).toMatch(
        /Other processes used \d+\.\d % of the instance's core/,
      );
    } finally {
      process.kill(-(neighbour.pid as number), 'SIGKILL');
    }
  });

  it('leaves no timer behind when it is abandoned', async () => {
    const spec = test.spec(plain, serverManifest(), { core: 1 });
    const recording = await test.host.record([await start(spec)], spec.manifest);
    recording.abandon();
  });
});
