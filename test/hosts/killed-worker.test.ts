import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { compile } from './support/compile.ts';
import { makeTestHost, serverManifest } from './support/host.ts';
import type { TestHost } from './support/host.ts';
import { processesUnder, programsUnder } from './support/processes.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';
import { instanceFolder } from '../../hosts/local/instance-folder.ts';
import { listProcesses, pointsBelow } from '../../hosts/local/process-table.ts';
import { makeInstanceRecords } from '../../hosts/local/records.ts';

const workerProgram = join(import.meta.dirname, 'support', 'worker.ts');
let test: TestHost;
let folder: string;
let server: BlobRef;
let dataDirectory: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-killed-'));
  test = await makeTestHost();
  dataDirectory = join(test.folder, 'host');
  server = await test.blobs.putFile(await compile(folder, 'server.c', 'server'));
  await writeFile(join(folder, 'binary'), await test.blobs.getBytes(server.digest));
});

afterAll(async () => {
  await test.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A worker that has deployed the instance; answers what kills it and waits for its end. */
async function startWorker(spec: InstanceSpec): Promise<() => Promise<unknown>> {
  const words = [workerProgram, dataDirectory, join(folder, 'binary'), JSON.stringify(spec)];
  const worker = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(worker.stdout, 'data');
  return async () => {
    const gone = once(worker, 'exit');
    worker.kill('SIGKILL');
    await gone;
  };
}

const folderOf = (spec: InstanceSpec) => instanceFolder(makeInstanceRecords(dataDirectory).directoryOf(spec.instanceId));

it('takes its instance with it, and the next one sweeps what was forked', async () => {
  const spec = test.spec(server, serverManifest({ arguments: ['--fork'] }));
  const kill = await startWorker(spec);
  expect(await processesUnder(test.folder)).toBe(3);
  await kill();
  const later = test.restarted();
  expect(await later.sweep()).toEqual([spec.instanceId]);
  expect(await processesUnder(test.folder)).toBe(0);
  expect(await later.sweep()).toEqual([]);
});

it('leaves nothing of a program whose children wrote over their environment, in the group or out of it', async () => {
  const spec = test.spec(server, serverManifest({ arguments: ['--fork', '--rename'] }));
  const kill = await startWorker(spec);
  // Both children have a title by now, and the environment of the first process is all that names the instance.
  await expect.poll(() => readFile(folderOf(spec).log, 'utf8')).toBe('forked\nforked\n');
  expect([await processesUnder(test.folder), await programsUnder(test.folder)]).toEqual([1, 3]);
  await kill();
  await expect.poll(() => programsUnder(test.folder)).toBe(2);
  expect(await test.restarted().sweep()).toEqual([spec.instanceId]);
  expect(await programsUnder(test.folder)).toBe(0);
});

it('leaves a person alone who stands in the folder of an instance with a terminal', async () => {
  const spec = test.spec(server, serverManifest());
  const kill = await startWorker(spec);
  const shell = spawn('script', ['--quiet', '--command', `cd '${folderOf(spec).data}' && exec sleep 1000`, '/dev/null'], { stdio: 'pipe' });
  const standing = async (): Promise<number> => {
    const there = await Promise.all((await listProcesses()).map(({ pid }) => pointsBelow(pid, 'cwd', folderOf(spec).data)));
    return there.filter(Boolean).length;
  };
  try {
    await expect.poll(standing).toBe(2);
    await kill();
    expect(await test.restarted().sweep()).toEqual([spec.instanceId]);
    const left = await Promise.all((await listProcesses()).map(({ pid }) => pointsBelow(pid, 'cwd', `${folderOf(spec).data} (deleted)`)));
    expect(left.filter(Boolean)).toHaveLength(1);
  } finally {
    const ended = once(shell, 'exit');
    shell.kill('SIGTERM');
    await ended;
  }
});

it('starts its work although a process cannot be ended, and leaves it to a later sweep', async () => {
  if (process.getuid?.() !== 0)
    throw new Error('This test makes a process of another user, which a worker may not end: run it as root, or in a container.');
  const manifest = serverManifest();
  const foreign = 'setpriv --reuid=65534 --clear-groups sleep 1000 & exec {binary} --port {port}';
  const held = test.spec(server, { ...manifest, run: { ...manifest.run, command: ['/bin/sh', '-c', foreign] } });
  const usual = test.spec(server, serverManifest({ arguments: ['--fork'] }));
  const kills = await Promise.all([held, usual].map(startWorker));
  await Promise.all(kills.map((kill) => kill()));
  // Root without the right to signal others is what an ordinary user is.
  const bounded = ['--bounding-set=-kill', '--inh-caps=-kill', process.execPath, workerProgram, dataDirectory];
  const { stdout, stderr } = await promisify(execFile)('setpriv', bounded);
  const left = await processesUnder(test.folder);
  const endedLater = await test.restarted().sweep();
  expect(JSON.parse(stdout)).toEqual([usual.instanceId]);
  expect(stderr).toContain(`of instance ${held.instanceId} did not end`);
  expect(left).toBe(1);
  expect(endedLater).toEqual([held.instanceId]);
  expect(await processesUnder(test.folder)).toBe(0);
}, 40_000);
