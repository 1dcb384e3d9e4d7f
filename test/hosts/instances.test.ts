import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { compile } from './support/compile.ts';
import { makeTestHost, plainCall, serverManifest } from './support/host.ts';
import type { TestHost } from './support/host.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import { hasEnvironment, listProcesses } from '../../hosts/local/process-table.ts';
import { askStatus } from '../../hosts/local/readiness.ts';

let test: TestHost;
let folder: string;
let server: BlobRef;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-instances-'));
  test = await makeTestHost();
  server = await test.blobs.putFile(await compile(folder, 'server.c', 'server'));
});

afterAll(async () => {
  await test.remove();
  await rm(folder, { recursive: true, force: true });
});

/** The living processes that carry an instance's name. */
async function processesOf(instanceId: string): Promise<number> {
  const all = await listProcesses();
  return (await Promise.all(all.map(({ pid }) => hasEnvironment(pid, 'HONE_INSTANCE', instanceId)))).filter(Boolean).length;
}

describe('deploy', () => {
  it('starts the program, waits until it answers, and finds it again', async () => {
    const spec = test.spec(server, serverManifest(), { core: 0 });
    const first = await test.host.deploy(spec, plainCall());
    const second = await test.host.deploy(spec, plainCall());
    expect(second).toEqual(first);
    expect(await askStatus(first.port ?? 0, '/')).toBe(200);
    expect(execFileSync('taskset', ['-cp', String(first.pid)]).toString()).toMatch(/: 0$/m);
    await test.host.assertRunning(spec.instanceId);
    expect(await test.host.stop(spec.instanceId)).toMatchObject({ code: 0, signal: null, killed: false });
    expect(await test.host.stop(spec.instanceId)).toBeNull();
    expect(await processesOf(spec.instanceId)).toBe(0);
    await expect(test.host.assertRunning(spec.instanceId)).rejects.toMatchObject({ code: 'instance-lost' });
  });

  it('replaces {source} and {data}, and unpacks both', async () => {
    await writeFile(join(folder, 'note.txt'), 'hello from the archive');
    execFileSync('tar', ['-cf', join(folder, 'note.tar'), '-C', folder, 'note.txt']);
    const archive = await test.blobs.putFile(join(folder, 'note.tar'));
    const manifest = serverManifest();
    const shown = { ...manifest, run: { ...manifest.run, command: ['/bin/sh', '-c', 'cat {source}/note.txt {data}/note.txt; exit 3'] } };
    const spec = test.spec(server, shown, { sourceArchive: archive, data: archive });
    await expect(test.host.deploy(spec, plainCall())).rejects.toMatchObject({
      code: 'instance-not-started',
      message: expect.stringContaining('exit code 3'),
      details: ['hello from the archivehello from the archive'],
    });
  });

  it('says how a program ended that does not start', async () => {
    const spec = test.spec(server, serverManifest({ arguments: ['--refuse'] }));
    await expect(test.host.deploy(spec, plainCall())).rejects.toMatchObject({
      code: 'instance-not-started',
      message: expect.stringContaining('exit code 7'),
      details: ['the disk of dreams is missing'],
    });
    expect(await test.host.stop(spec.instanceId)).toBeNull();
  });

  it('says what a program printed that is not ready in time', async () => {
    const manifest = serverManifest({ arguments: ['--deaf'] });
    const spec = test.spec(server, { ...manifest, run: { ...manifest.run, ready: { path: '/health', timeoutSeconds: 1 } } });
    await expect(test.host.deploy(spec, plainCall())).rejects.toMatchObject({
      code: 'instance-not-ready',
      message: expect.stringContaining('GET /health'),
      details: ['never listening'],
    });
    expect(await processesOf(spec.instanceId)).toBe(0);
  });

  it('leaves nothing when it is cancelled', async () => {
    const spec = test.spec(server, serverManifest({ arguments: ['--deaf'] }));
    const controller = new AbortController();
    const deployed = test.host.deploy(spec, { signal: controller.signal, progress: () => controller.abort(new Error('enough')) });
    await expect(deployed).rejects.toThrow('enough');
    expect(await processesOf(spec.instanceId)).toBe(0);
  });
});

describe('stop', () => {
  it('kills a program that hangs, after the grace time', async () => {
    const spec = test.spec(server, serverManifest({ arguments: ['--hang'] }));
    await test.host.deploy(spec, plainCall());
    expect(await test.host.stop(spec.instanceId)).toMatchObject({ code: null, signal: 'SIGKILL', killed: true });
  });

  it('ends forked children, even one in a session of its own', async () => {
    const spec = test.spec(server, serverManifest({ arguments: ['--fork'] }));
    await test.host.deploy(spec, plainCall());
    expect(await processesOf(spec.instanceId)).toBe(3);
    expect(await test.host.stop(spec.instanceId)).toMatchObject({ code: 0, killed: true });
    expect(await processesOf(spec.instanceId)).toBe(0);
  });

  it('works in a worker that did not start the instance', async () => {
    const spec = test.spec(server, serverManifest());
    const instance = await test.host.deploy(spec, plainCall());
    expect(await test.host.sweep()).toEqual([]);
    const later = test.restarted();
    expect(await later.deploy(spec, plainCall())).toEqual(instance);
    expect(await later.sweep()).toEqual([]);
    expect(await later.stop(spec.instanceId)).toMatchObject({ killed: false });
    expect(await processesOf(spec.instanceId)).toBe(0);
  });

  it('tells how a crashed instance ended', async () => {
    const spec = test.spec(server, serverManifest({ arguments: ['--crash-after', '2'] }));
    const { port } = await test.host.deploy(spec, plainCall());
    while ((await askStatus(port ?? 0, '/')) !== null);
    await expect(test.host.assertRunning(spec.instanceId)).rejects.toMatchObject({
      code: 'instance-lost',
      message: expect.stringContaining('SIGABRT'),
    });
    expect(await test.host.stop(spec.instanceId)).toMatchObject({ signal: 'SIGABRT', killed: false });
  });
});
