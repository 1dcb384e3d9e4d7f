import { createHash, randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asId, type Digest } from '../../../domain/ids.ts';
import { makeFileBlobs, type FileBlobs } from '../../../store/blobs/file-blobs.ts';

let folder: string;
let blobs: FileBlobs;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hone-blobs-'));
  blobs = makeFileBlobs({ directory: path.join(folder, 'blobs') });
});
afterEach(() => rm(folder, { recursive: true }));

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const storedFile = (digest: Digest) => path.join(folder, 'blobs', digest.slice(0, 2), `${digest}.zst`);
const incoming = () => readdir(path.join(folder, 'blobs', 'incoming'));
const none = asId<Digest>('0'.repeat(64));

describe('put and get', () => {
  // The sizes at which the header of a zstd frame changes its form, and their neighbours.
  test.each([0, 1, 255, 256, 65_791, 65_792, 1_500_000])('%i bytes come back as they were', async (size) => {
    const content = randomBytes(size);
    const ref = await blobs.putBytes(content);
    expect(ref).toEqual({ digest: sha256(content), sizeBytes: size });
    expect(await blobs.getBytes(ref.digest)).toEqual(content);
    expect(await blobs.size(ref.digest)).toBe(size);
    expect(await blobs.has(ref.digest)).toBe(true);
    expect(await incoming()).toEqual([]);
  });

  test('a file goes in and out without staying anywhere else', async () => {
    const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
    await writeFile(from, 'hot function '.repeat(100_000));
    await writeFile(to, 'old content');
    const ref = await blobs.putFile(from);
    await blobs.getFile(ref.digest, to);
    expect(await readFile(to)).toEqual(await readFile(from));
    expect((await readdir(folder)).toSorted()).toEqual(['blobs', 'from', 'to']);
    expect((await readFile(storedFile(ref.digest))).length).toBeLessThan(ref.sizeBytes / 100);
  });

  test('the same content put by many at once is one file', async () => {
    const content = randomBytes(300_000);
    const refs = await Promise.all(Array.from({ length: 12 }, () => blobs.putBytes(content)));
    expect(new Set(refs.map(({ digest }) => digest)).size).toBe(1);
    expect(await readdir(path.dirname(storedFile(refs[0]!.digest)))).toHaveLength(1);
    expect(await incoming()).toEqual([]);
  });

  test('what a process that is gone left is removed by the next writer', async () => {
    await blobs.putBytes(Buffer.from('first'));
    const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid']);
    await writeFile(path.join(folder, 'blobs', 'incoming', `${stdout.trim()}-left`), 'half');
    await makeFileBlobs({ directory: path.join(folder, 'blobs') }).putBytes(Buffer.from('second'));
    expect(await incoming()).toEqual([]);
  });

  test('a large file passes through little memory', async () => {
    const file = path.join(folder, 'large');
    const script = `
      import { truncateSync } from 'node:fs';
      import { makeFileBlobs } from ${JSON.stringify(path.resolve('store/blobs/file-blobs.ts'))};
      const blobs = makeFileBlobs({ directory: ${JSON.stringify(path.join(folder, 'blobs'))} });
      const { digest } = await blobs.putFile(${JSON.stringify(file)});
      await blobs.getFile(digest, ${JSON.stringify(`${file}.back`)});
      console.log(process.resourceUsage().maxRSS);`;
    await writeFile(file, '');
    await truncate(file, 400_000_000);
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    expect(Number(stdout) * 1024).toBeLessThan(300_000_000);
  });
});

describe('ranges', () => {
  const content = randomBytes(400_000);
  test.each([
    [0, 0],
    [0, 99],
    [70_000, 300_000],
    [399_999, 399_999],
    [0, 399_999],
    [399_000, 500_000],
  ])('from %i to %i', async (start, end) => {
    const { digest } = await blobs.putBytes(content);
    const part = Buffer.concat((await (await blobs.openBlob(digest, { start, end })).toArray()) as Buffer[]);
    expect(part.equals(content.subarray(start, end + 1))).toBe(true);
  });

  test('a reader that stops early leaves no open file', async () => {
    const { digest } = await blobs.putBytes(content);
    const openFiles = async () => (await readdir('/proc/self/fd')).length;
    const before = await openFiles();
    for (let round = 0; round < 20; round += 1) {
      const stream = await blobs.openBlob(digest);
      await stream[Symbol.asyncIterator]().next();
      stream.destroy();
    }
    await expect.poll(openFiles).toBeLessThanOrEqual(before);
  });
});

describe('what is not there or damaged', () => {
  test('a missing blob says which', async () => {
    for (const ask of [
      () => blobs.getBytes(none),
      () => blobs.size(none),
      () => blobs.openBlob(none),
      () => blobs.getFile(none, path.join(folder, 'x')),
    ])
      await expect(ask()).rejects.toMatchObject({ code: 'blob-missing', message: expect.stringContaining(none) });
    expect(await blobs.has(none)).toBe(false);
    expect((await readdir(folder)).includes('x')).toBe(false);
  });

  test('a path is no digest', async () => {
    await expect(blobs.getBytes(asId<Digest>('../../etc/passwd'))).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(blobs.has(asId<Digest>('A'.repeat(64)))).rejects.toMatchObject({ code: 'input-invalid' });
  });

  test.each<[string, (file: string) => Promise<void>]>([
    ['truncated', async (file) => truncate(file, 100_000)],
    ['emptied', async (file) => truncate(file, 0)],
    [
      'flipped',
      async (file) => {
        const bytes = await readFile(file);
        bytes[150_000]! ^= 1;
        await writeFile(file, bytes);
      },
    ],
    [
      'overwritten by another content',
      async (file) => {
        const other = await blobs.putBytes(randomBytes(200_000));
        await writeFile(file, await readFile(storedFile(other.digest)));
      },
    ],
  ])('%s content is refused, and no file is made of it', async (_how, damage) => {
    const { digest } = await blobs.putBytes(randomBytes(200_000));
    await damage(storedFile(digest));
    const to = path.join(folder, 'to');
    await expect(blobs.getFile(digest, to)).rejects.toMatchObject({ code: 'blob-corrupt' });
    await expect(blobs.getBytes(digest)).rejects.toMatchObject({ code: 'blob-corrupt' });
    expect(await readdir(folder)).toEqual(['blobs']);
  });
});
