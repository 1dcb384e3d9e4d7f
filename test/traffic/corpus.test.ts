import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asId, type Digest, type EpochId, type SessionId } from '../../domain/ids.ts';
import { chunkBytes, headerBytes, makeHeader, readHeader } from '../../traffic/corpus/format.ts';
import { makeGrowingFile, noSize } from '../../traffic/corpus/growing-file.ts';
import { makeCorpusReader } from '../../traffic/corpus/read-corpus.ts';
import { sealFile } from '../../traffic/corpus/seal.ts';
import { unsealFile } from '../../traffic/corpus/unseal.ts';
import { openEpochKeys, type EpochKeys } from '../../traffic/epochs/epoch-keys.ts';
import { temporaryDirectory } from './support.ts';

const epochId = asId<EpochId>(randomUUID());
const sessionId = asId<SessionId>('a session');
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let keys: EpochKeys;
beforeAll(async () => {
  directory = await temporaryDirectory();
  keys = await openEpochKeys(join(directory.path, 'epochs'), () => new Date());
  await keys.enter({ id: epochId, index: 1, targetName: 'tiny' });
});
afterAll(() => directory.remove());

const at = (name: string) => join(directory.path, name);
const keyOf = (header: Uint8Array) => keys.fileKey(header);

async function seal(name: string, text: Buffer, part: 'training' | 'heldOut' = 'training'): Promise<Buffer> {
  const header = makeHeader({ epochId, sessionId, part });
  await writeFile(at(`${name}.plain`), text);
  await sealFile(at(`${name}.plain`), at(name), header, await keyOf(header));
  return readFile(at(name));
}
async function unseal(name: string, part: 'training' | 'heldOut' = 'training'): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const text of unsealFile({ path: at(name), name: 'It', part, keyOf })) parts.push(text);
  return Buffer.concat(parts);
}
async function expectDamage(bytes: Uint8Array, message: RegExp): Promise<void> {
  await writeFile(at('changed'), bytes);
  await expect(unseal('changed')).rejects.toMatchObject({ code: 'corpus-damaged', message: expect.stringMatching(message) as string });
}
/** The bytes of a full chunk, as they stand in the file. */
const sealedChunk = 4 + 12 + chunkBytes + 16;

describe('a sealed file', () => {
  test.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 5 * chunkBytes + 17])('of %i bytes opens to the same', async (size) => {
    const text = randomBytes(size);
    const sealed = await seal(`whole-${size}`, text);
    expect(await unseal(`whole-${size}`)).toEqual(text);
    expect(sealed.length).toBe(headerBytes + text.length + (Math.ceil(size / chunkBytes) + 1) * 32);
    expect((await stat(at(`whole-${size}`))).mode & 0o777).toBe(0o600);
  });

  test('shows nothing of its text, and the same text never twice the same', async () => {
    const text = Buffer.from('{"method":"GET","path":"/customers/17"}\n'.repeat(50));
    const [one, other] = [await seal('one', text), await seal('other', text)];
    expect(one.includes('customers')).toBe(false);
    expect(one.subarray(headerBytes).equals(other.subarray(headerBytes))).toBe(false);
    expect(readHeader(one.subarray(0, headerBytes))).toEqual({ epochId, part: 'training' });
  });

  test('of which any one byte was changed does not open', async () => {
    const sealed = await seal('small', Buffer.from('{"path":"/a"}\n{"path":"/b"}\n'));
    const opened: number[] = [];
    for (let place = 0; place < sealed.length; place += 1) {
      const changed = Buffer.from(sealed);
      changed[place] = (changed[place] ?? 0) ^ 0x01;
      await writeFile(at('changed'), changed);
      // A changed epoch is one that the gateway has no key of; any other change is damage.
      const code = await unseal('changed').then(
        () => 'opened',
        (error: { code?: string }) => error.code,
      );
      if (code !== (place >= 16 && place < 32 ? 'not-found' : 'corpus-damaged')) opened.push(place);
    }
    expect(opened).toEqual([]);
  });

  test('that was cut short anywhere does not open, also at the end of a chunk', async () => {
    const sealed = await seal('long', randomBytes(2 * chunkBytes + 100));
    const ends = [0, 1, headerBytes - 1, headerBytes, headerBytes + 3, headerBytes + 40];
    const wholeChunks = [headerBytes + sealedChunk, headerBytes + 2 * sealedChunk, sealed.length - 32];
    for (const end of [...ends, ...wholeChunks, sealed.length - 1])
      await expectDamage(sealed.subarray(0, end), /does not begin|it ends|chunk/);
    await expectDamage(sealed.subarray(0, headerBytes + sealedChunk), /it ends before its last chunk \(chunk 2, byte /);
  });

  test('with chunks that changed places, were left out, doubled, or come from another file does not open', async () => {
    const text = randomBytes(3 * chunkBytes);
    const [sealed, foreign] = [await seal('mine', text), await seal('theirs', text)];
    const chunk = (of: Buffer, index: number) => of.subarray(headerBytes + index * sealedChunk, headerBytes + (index + 1) * sealedChunk);
    const header = sealed.subarray(0, headerBytes);
    const last = sealed.subarray(headerBytes + 3 * sealedChunk);
    const [first, second, third] = [0, 1, 2].map((index) => chunk(sealed, index)) as [Buffer, Buffer, Buffer];
    const orders = [
      [second, first, third, last],
      [first, third, last],
      [first, first, second, third, last],
      [first, chunk(foreign, 1), third, last],
      [last],
    ];
    for (const order of orders) await expectDamage(Buffer.concat([header, ...order]), /a chunk was changed or is not in its place/);
    await expectDamage(Buffer.concat([foreign.subarray(0, headerBytes), sealed.subarray(headerBytes)]), /chunk 1,/);
    await expectDamage(Buffer.concat([sealed, Buffer.from('x')]), /it goes on after its last chunk/);
    await expectDamage(Buffer.concat([sealed, first]), /it goes on after its last chunk/);
  });

  test('is not taken for another part of its session', async () => {
    await seal('held', Buffer.from('{}\n'), 'heldOut');
    await expect(unseal('held', 'training')).rejects.toMatchObject({ message: expect.stringContaining('is the part heldOut') as string });
  });
});

describe('a file that grows', () => {
  const sealing = { epochId, sessionId, fileKey: keyOf };
  test('is whole when it is finished, goes on from its snapshot, and never writes a chunk twice the same', async () => {
    const path = at('growing');
    const first = makeGrowingFile(path, 'training', sealing, noSize);
    first.commit(await first.append(['a\n', 'b\n']));
    const kept = first.size();
    // A gateway that is killed here has written what no snapshot knows of.
    await first.append(['lost\n']);
    const lost = await readFile(path);
    const second = makeGrowingFile(path, 'training', sealing, kept);
    await truncate(path, kept.bytes);
    second.commit(await second.append(['lost\n']));
    expect((await readFile(path)).equals(lost)).toBe(false);
    await second.finish();
    await second.finish();
    expect((await unseal('growing')).toString()).toBe('a\nb\nlost\n');
    second.commit(await second.append(['c\n']));
    await second.finish();
    expect((await unseal('growing')).toString()).toBe('a\nb\nlost\nc\n');
    expect(second.size()).toMatchObject({ requests: 4, chunks: 3 });
  });
});

test('requests are read in their order, however the chunks part their lines', async () => {
  const requests = Array.from({ length: 3000 }, (_, index) => ({
    method: 'GET',
    path: `/ü/${index}`,
    headers: { accept: 'x'.repeat(60) },
  }));
  await seal('corpus', Buffer.from(requests.map((one) => `${JSON.stringify(one)}\n`).join('')));
  const reader = makeCorpusReader({
    blobs: { getFile: async (name, path) => writeFile(path, await readFile(at(name))) },
    gateway: { corpusKey: async (header) => (await keyOf(Buffer.from(header, 'base64'))).toString('base64') },
    scratchRoot: tmpdir(),
  });
  expect(await reader.requests('training', asId<Digest>('corpus'))).toEqual(requests);
});
