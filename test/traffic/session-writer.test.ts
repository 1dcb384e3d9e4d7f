import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import { unsealFile } from '../../traffic/corpus/unseal.ts';
import { makeSessionPipeline } from '../../traffic/deidentify/pipeline.ts';
import { makeBooks } from '../../traffic/gateway/books.ts';
import { makeComparison } from '../../traffic/gateway/comparison.ts';
import { createSession, sessionPaths } from '../../traffic/gateway/session-files.ts';
import { makeSessionWriter, readSnapshot, type SessionSnapshot } from '../../traffic/gateway/session-writer.ts';
import { epoch, makeManifest, temporaryDirectory } from './support.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const fileKey = () => Promise.resolve(Buffer.alloc(32, 7));
const sealing = { epochId: epoch.id, sessionId: asId<SessionId>('writer'), fileKey };

async function newSession() {
  const sessionId = asId<SessionId>('writer');
  const paths = sessionPaths(directory.path, sessionId);
  await createSession(paths, { sessionId, epoch, targetName: 'tiny', targetDirectory: directory.path, manifest: makeManifest() });
  const books = makeBooks();
  const pipeline = makeSessionPipeline({}, Buffer.alloc(32));
  const settings = {
    paths,
    before: null,
    sealing,
    books: () => ({
      counters: books.counters(),
      pipeline: pipeline.snapshot(),
      comparison: makeComparison().totals(),
      copies: { offset: 0, taken: 0, arrived: 0, late: 0 },
    }),
    stamp: () => JSON.stringify(books.counters()),
  };
  return { paths, books, settings };
}
const request = (index: number) => ({ method: 'GET', path: `/${index}`, headers: { accept: 'x'.repeat(500) } });

/**
 * Keeps 40 requests, then 60 more than the limit on a file's size allows, then 10 in the other file, then raises the limit as one
 * makes room on a disk. A process of its own, since the limit holds for a whole process; any user may lower and raise it.
 */
const script = `
  import { execFileSync } from 'node:child_process';
  import { makeSessionWriter } from ${JSON.stringify(join(import.meta.dirname, '../../traffic/gateway/session-writer.ts'))};
  const [paths, books] = process.argv.slice(1, 3).map((word) => JSON.parse(word));
  let stamp = 0;
  const fileKey = () => Promise.resolve(Buffer.alloc(32, 7));
  const sealing = { epochId: ${JSON.stringify(epoch.id)}, sessionId: 'writer', fileKey };
  const writer = makeSessionWriter({ paths, before: null, sealing, books: () => books, stamp: () => String(stamp++) });
  const request = ${request.toString()};
  const keep = (kind, from, to) => { for (let index = from; index < to; index += 1) writer.keep(kind, request(index)); };
  const flush = () => writer.flush().then(() => 'done', ({ code }) => code);
  keep('training', 0, 40);
  const outcome = { before: await flush() };
  keep('training', 40, 100);
  outcome.full = [await flush(), writer.size('training').requests];
  keep('heldOut', 0, 10);
  outcome.fullStill = [await flush(), writer.size('heldOut').requests];
  if (process.argv.at(-1) !== 'die') {
    execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:']);
    outcome.after = [await flush(), writer.size('training').requests, writer.size('heldOut').requests];
  }
  console.log(JSON.stringify(outcome));`;

async function runWithSmallFiles(...words: string[]): Promise<unknown> {
  // 64 blocks of 512 bytes: 32 KiB.
  const limited = ['-c', 'ulimit -S -f 64; exec "$0" "$@"', process.execPath, '--input-type=module', '--eval', script, ...words];
  const child = spawn('/bin/sh', limited, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (output === '') throw new Error(errors);
  return JSON.parse(output);
}
/** What a later gateway finds: it goes on from the snapshot and makes the files whole. */
async function keptBy(session: Awaited<ReturnType<typeof newSession>>, part: 'training' | 'heldOut'): Promise<readonly string[]> {
  const writer = makeSessionWriter({ ...session.settings, before: await readSnapshot(session.paths) });
  await writer.finish();
  const parts = [];
  for await (const chunk of unsealFile({ path: session.paths[part], name: 'it', part, keyOf: fileKey })) parts.push(chunk);
  const lines = Buffer.concat(parts).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { path: string }).path);
}
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `/${index}`);

test('what a full disk did not take is written when there is room, once, in order and whole', async () => {
  const session = await newSession();
  const outcome = await runWithSmallFiles(JSON.stringify(session.paths), JSON.stringify(session.settings.books()));
  expect(outcome).toEqual({ before: 'done', full: ['disk-full', 40], fullStill: ['disk-full', 0], after: ['done', 100, 10] });
  const snapshot = await readSnapshot(session.paths);
  expect(snapshot?.training).toEqual({ bytes: (await stat(session.paths.training)).size, requests: 100, chunks: 2 });
  expect((await readFile(session.paths.training, 'latin1')).includes('/17')).toBe(false);
  expect(await keptBy(session, 'training')).toEqual(numbered(100));
  expect(await keptBy(session, 'heldOut')).toEqual(numbered(10));
});

test('a gateway that dies on a full disk leaves books and files that agree', async () => {
  const session = await newSession();
  const outcome = await runWithSmallFiles(JSON.stringify(session.paths), JSON.stringify(session.settings.books()), 'die');
  expect(outcome).toMatchObject({ before: 'done', full: ['disk-full', 40] });
  expect(await readSnapshot(session.paths)).toMatchObject({ training: { requests: 40 }, heldOut: { requests: 0, bytes: 0 } });
  expect(await keptBy(session, 'training')).toEqual(numbered(40));
  expect(await keptBy(session, 'heldOut')).toEqual([]);
});

test('what waits for the disk is bounded, and there is room again once it is written', async () => {
  const { settings } = await newSession();
  const writer = makeSessionWriter({ ...settings, maximumWaitingBytes: 2000 });
  expect([0, 1, 2, 3, 4].map((index) => writer.keep('training', request(index)))).toEqual([true, true, true, false, false]);
  await writer.flush();
  expect(writer.keep('training', request(5))).toBe(true);
  await writer.flush();
  expect(writer.size('training').requests).toBe(4);
});

test('nothing is written while nothing changes', async () => {
  const { settings, paths: files, books } = await newSession();
  const writer = makeSessionWriter(settings);
  const written = async () => ({
    inode: (await stat(files.snapshot)).ino,
    received: (JSON.parse(await readFile(files.snapshot, 'utf8')) as SessionSnapshot).counters.received,
  });
  await writer.flush();
  const first = await written();
  await writer.flush();
  expect(await written()).toEqual(first);
  books.arrive();
  await writer.flush();
  expect(await written()).toMatchObject({ received: 1 });
});
