import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { BuildLibrary } from '../../domain/model/build.ts';
import { makeCorpusReader } from '../../traffic/corpus/read-corpus.ts';
import { useGateway } from '../support/gateway-ground.ts';
import { epoch, eventually, folderBlobs, grant, makeManifest } from './support.ts';

const sessionId = asId<SessionId>('prepare');
const never = new AbortController().signal;
const ground = useGateway();

const blobs = () => folderBlobs(join(ground.directory, 'blobs'));
const makeStore = '#!/bin/sh\necho "$1 made"\n';

async function prepare(command: string, signal = never, libraries: readonly BuildLibrary[] = []) {
  await ground.client.openSession({
    sessionId,
    epoch,
    targetName: 'tiny',
    targetDirectory: ground.directory,
    manifest: makeManifest({ prepare: command }),
  });
  const binary = await blobs().putBytes(Buffer.from(makeStore));
  return ground.client.prepareData(sessionId, { binary, libraries }, signal);
}
async function unpack(digest: Parameters<ReturnType<typeof blobs>['getFile']>[0], name: string): Promise<string> {
  const archive = join(ground.directory, 'data.tar');
  await makeCorpusReader({ blobs: blobs(), gateway: ground.client, scratchRoot: tmpdir() }).getData(digest, archive);
  return execFileSync('tar', ['-xOf', archive, `./${name}`], { encoding: 'utf8', maxBuffer: 64 << 20 });
}

test('the hook gets the baseline binary, an empty folder and a filter; what it wrote is stored encrypted, the same each time', async () => {
  const records = Array.from(
    { length: 20_000 },
    (_, index) => `{"id":${index},"email":"user${index}@acme.example","name":"Anna Smith","city":"Berlin"}`,
  );
  await writeFile(join(ground.directory, 'customers.jsonl'), `${records.join('\n')}\n`);
  const command = '"$HONE_BINARY" store > "$HONE_DATA/made" && "$HONE_PSEUDONYMISE" < customers.jsonl > "$HONE_DATA/customers.jsonl"';
  const data = await prepare(command);
  if (data === null) throw new Error('no data');
  expect(await unpack(data.digest, 'made')).toBe('store made\n');
  const lines = (await unpack(data.digest, 'customers.jsonl')).trim().split('\n');
  expect(lines).toHaveLength(20_000);
  expect(lines[17]).toMatch(
    /^\{"id":17,"email":"[a-z]{4}\d\d@[a-z]{4}\.example","name":"[A-Z][a-z]{3} [A-Z][a-z]{4}","city":"[A-Z][a-z]{5}"\}$/,
  );
  expect(lines.join('\n')).not.toMatch(/@acme\.|anna smith/i);
  const stored = await blobs().getBytes(data.digest);
  expect(Buffer.from(stored).includes('store made')).toBe(false);
  const again = await ground.client.prepareData(
    sessionId,
    { binary: await blobs().putBytes(Buffer.from(makeStore)), libraries: [] },
    never,
  );
  expect(await unpack(again!.digest, 'customers.jsonl')).toBe(`${lines.join('\n')}\n`);
  expect((await ground.client.closeSession(sessionId, grant)).corpus.data).toEqual(again);
});

test('the hook gets the libraries of the baseline, where the program finds them', async () => {
  const file = await blobs().putBytes(Buffer.from('a library'));
  const command =
    'cat "$HONE_LIBRARIES/lib/libx.so" "$LD_LIBRARY_PATH/libx.so" > "$HONE_DATA/seen"; "$HONE_BINARY" it >> "$HONE_DATA/seen"';
  const data = await prepare(command, never, [{ path: 'lib/libx.so', file, elfBuildId: 'ab' }]);
  expect(await unpack(data!.digest, 'seen')).toBe('a librarya libraryit made\n');
});

test('the filter runs where the data lie in a package of modules, as in a checkout of Hone', async () => {
  await writeFile(join(ground.directory, 'package.json'), '{"type":"module"}');
  const data = await prepare(`echo '{"email":"anna@acme.example"}' | "$HONE_PSEUDONYMISE" > "$HONE_DATA/customers.jsonl"`);
  expect(await unpack(data!.digest, 'customers.jsonl')).toMatch(/^\{"email":"[a-z]+@[a-z]+\.example"\}$/m);
});

const errorsFile = () => join(ground.directory, 'gateway', 'prepare-errors', 'tiny');

test('what a hook that fails wrote stays on the machine of the gateway: a database shows its rows in errors', async () => {
  const command = 'echo printed; echo "ERROR: row (17, anna@acme.example, 4111 1111 1111 1111) is bad" >&2; exit 3';
  const error = await prepare(command).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'prepare-failed',
    message: expect.stringContaining('exit code 3'),
    details: [`command: ${command}`, `errors: ${errorsFile()}`],
  });
  const kept = await readFile(errorsFile(), 'utf8');
  expect(kept).toMatch(/^ERROR: row \(17, [a-z]{4}@[a-z]{4}\.example, [\d ]{19}\) is bad\n$/);
  expect(kept).not.toMatch(/anna|acme|4111 1111/);
  expect((await stat(errorsFile())).mode & 0o777).toBe(0o600);
  await ground.client.discardSession(sessionId);
  expect(await readFile(errorsFile(), 'utf8')).toBe(kept);
  await prepare('true');
  await expect(stat(errorsFile())).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a line that is no JSON fails the filter, and so the hook', async () => {
  await expect(prepare('echo "not json" | "$HONE_PSEUDONYMISE"')).rejects.toMatchObject({ code: 'prepare-failed' });
  expect(await readFile(errorsFile(), 'utf8')).toContain('Line 1');
});

test('what a hook leaves running is not waited for, and does not stay', async () => {
  const mark = `33.${process.pid}`;
  const start = performance.now();
  const data = await prepare(`echo made > "$HONE_DATA/made"; sleep ${mark} & true`);
  expect(await unpack(data!.digest, 'made')).toBe('made\n');
  expect(performance.now() - start).toBeLessThan(20_000);
  await eventually(async () => (await sleepers(mark)) === 0, 'what the hook left to be gone');
});

test('an aborted hook is killed with all its children', async () => {
  const cancel = new AbortController();
  const mark = `30.${process.pid}`;
  const preparing = prepare(`sleep ${mark} & sleep ${mark}`, cancel.signal);
  await eventually(async () => (await sleepers(mark)) === 2, 'the hook to run');
  cancel.abort(new Error('enough'));
  await expect(preparing).rejects.toThrow('enough');
  await eventually(async () => (await sleepers(mark)) === 0, 'the hook to be gone');
});

test('a gateway that is killed leaves no hook behind, and the next one no rows of it', async () => {
  const mark = `31.${process.pid}`;
  const preparing = prepare(`echo row > "$HONE_DATA/rows"; sleep ${mark} & sleep ${mark}`).catch((error: unknown) => error);
  await eventually(async () => (await sleepers(mark)) === 2, 'the hook to run');
  const rows = async () => (await readdir(ground.directory, { recursive: true })).filter((name) => name.endsWith('/data/rows'));
  expect(await rows()).toHaveLength(1);
  await ground.gateway.kill();
  await preparing;
  await eventually(async () => (await sleepers(mark)) === 0, 'the hook to be gone');
  await ground.launchGateway();
  expect(await rows()).toEqual([]);
});

async function sleepers(mark: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command === `sleep\0${mark}\0`).length;
}
