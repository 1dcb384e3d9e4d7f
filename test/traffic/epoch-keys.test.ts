import { randomUUID } from 'node:crypto';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asId, type EpochId, type SessionId } from '../../domain/ids.ts';
import { makeHeader } from '../../traffic/corpus/format.ts';
import { makeLinePseudonymiser } from '../../traffic/deidentify/pseudonymise-line.ts';
import { makePseudonyms } from '../../traffic/deidentify/shapes/collisions.ts';
import { openEpochKeys } from '../../traffic/epochs/epoch-keys.ts';
import { makeManifest, temporaryDirectory } from './support.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const folder = () => join(directory.path, 'epochs');
const made = new Date('2026-11-01T00:00:00.000Z');
const later = new Date('2026-11-08T00:00:00.000Z');
const open = (now = made) => openEpochKeys(folder(), () => now);
const epochOf = (index: number) => ({ id: asId<EpochId>(randomUUID()), index, targetName: 'shop' });
const keyFile = ({ id }: { id: EpochId }) => join(folder(), `${id}.key`);
const header = (id: EpochId) => makeHeader({ epochId: id, sessionId: asId<SessionId>('s'), part: 'training' });

/** What a person's record becomes under a key. */
const pseudonym = (key: Uint8Array) =>
  makeLinePseudonymiser(makeManifest().deidentification, key, makePseudonyms())('{"email":"anna@acme.example","name":"Anna Smith"}');

describe('the key of an epoch', () => {
  test('gives the same value the same pseudonym in every session of it, also after a restart of the gateway', async () => {
    const epoch = epochOf(1);
    const keys = await open();
    const [one, two] = [await keys.enter(epoch), await keys.enter(epoch)];
    keys.close();
    const again = await (await open(later)).enter(epoch);
    expect(new Set([one, two, again].map(({ pseudonymKey }) => pseudonym(pseudonymKey))).size).toBe(1);
    expect([one, two, again].map(({ createdAt }) => createdAt)).toEqual(Array(3).fill(made.toISOString()));
  });

  test('of another epoch gives others, and tells nothing of it', async () => {
    const keys = await open();
    const found = await Promise.all([1, 2, 3].map(async (index) => pseudonym((await keys.enter(epochOf(index))).pseudonymKey)));
    expect(new Set(found).size).toBe(3);
    expect(found.join()).not.toMatch(/anna|acme/i);
  });

  test('is a session copy: a session that zeroes its own leaves the others theirs', async () => {
    const epoch = epochOf(1);
    const keys = await open();
    const { pseudonymKey } = await keys.enter(epoch);
    const before = Buffer.from(pseudonymKey);
    pseudonymKey.fill(0);
    expect((await keys.enter(epoch)).pseudonymKey).toEqual(before);
  });

  test('is not the key of a corpus, nor is that of one file that of another', async () => {
    const epoch = epochOf(1);
    const keys = await open();
    const { pseudonymKey } = await keys.enter(epoch);
    const [one, other] = [header(epoch.id), header(epoch.id)];
    const found = [pseudonymKey, await keys.fileKey(one), await keys.fileKey(other)];
    expect(new Set(found.map((key) => key.toString('hex'))).size).toBe(3);
    expect(await keys.fileKey(one)).toEqual(found[1]);
    const stored = await readFile(keyFile(epoch));
    expect(found.some((key) => stored.includes(key))).toBe(false);
  });

  test('lies in a file of mode 0600 in a folder of mode 0700, whatever the umask and whatever it was before', async () => {
    const mask = process.umask(0);
    try {
      const epoch = epochOf(1);
      await (await open()).enter(epoch);
      expect((await stat(keyFile(epoch))).mode & 0o777).toBe(0o600);
      expect((await stat(folder())).mode & 0o777).toBe(0o700);
      await chmod(folder(), 0o755);
      await open();
      expect((await stat(folder())).mode & 0o777).toBe(0o700);
    } finally {
      process.umask(mask);
    }
  });

  test.each<[string, (path: string) => Promise<void>, RegExp]>([
    ['can be read by others', (path) => chmod(path, 0o640), /can be read by others \(mode 0640\)/],
    ['was changed', async (path) => flip(path, 30), /is damaged/],
    ['was cut short', async (path) => writeFile(path, (await readFile(path)).subarray(0, 40)), /is damaged/],
    ['is empty', (path) => writeFile(path, ''), /is damaged/],
  ])('in a file that %s is refused, not made anew', async (_how, change, message) => {
    const epoch = epochOf(1);
    await (await open()).enter(epoch);
    await change(keyFile(epoch));
    const before = await readFile(keyFile(epoch));
    const keys = await open();
    await expect(keys.enter(epoch)).rejects.toMatchObject({ code: 'input-invalid', message: expect.stringMatching(message) as string });
    expect(await readFile(keyFile(epoch))).toEqual(before);
    // And can be done away with.
    expect(await keys.destroy(epoch, 'seen by others')).toMatchObject({ because: 'seen by others' });
  });

  test('of another epoch under its name is refused', async () => {
    const [one, other] = [epochOf(1), epochOf(2)];
    const keys = await open();
    await keys.enter(one);
    await writeFile(keyFile(other), await readFile(keyFile(one)), { mode: 0o600 });
    await expect((await open()).enter(other)).rejects.toMatchObject({ message: expect.stringMatching(/is of another epoch/) as string });
  });

  test('has no name that leads out of its folder', async () => {
    const keys = await open();
    await expect(keys.enter({ ...epochOf(1), id: asId<EpochId>('../../etc/passwd') })).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(keys.fileKey(Buffer.from('nonsense'))).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(keys.fileKey(header(epochOf(1).id))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the end of a key', () => {
  test('leaves a note and no key; what was encrypted cannot be read, and the error says of which epoch and since when', async () => {
    const epoch = epochOf(4);
    const before = await open();
    await before.enter(epoch);
    const one = header(epoch.id);
    await before.fileKey(one);
    before.close();
    const keys = await open(later);
    await keys.enter(epoch);
    expect(await keys.destroy(epoch, 'its time was over')).toEqual({ destroyedAt: later.toISOString(), because: 'its time was over' });
    expect(await readdir(folder())).toEqual([`${epoch.id}.destroyed.json`]);
    for (const ring of [keys, await open()]) {
      const gone = {
        code: 'epoch-destroyed',
        message: `The key of epoch 4 of shop was destroyed at ${later.toISOString()} (its time was over).`,
      };
      await expect(ring.fileKey(one)).rejects.toMatchObject(gone);
      await expect(ring.enter(epoch)).rejects.toMatchObject(gone);
    }
  });

  test('comes once: a second order answers the time and the reason of the first', async () => {
    const epoch = epochOf(1);
    const keys = await open();
    await keys.enter(epoch);
    const first = await keys.destroy(epoch, 'rotated by hand');
    expect(await keys.destroy(epoch, 'again')).toEqual(first);
    expect(await (await open(later)).destroy(epoch, 'and again')).toEqual(first);
    const both = epochOf(2);
    await keys.enter(both);
    const [left, right] = await Promise.all([keys.destroy(both, 'left'), keys.destroy(both, 'right')]);
    expect(left).toEqual(right);
  });

  test('of an epoch that never had one is noted as well: it never will', async () => {
    const epoch = epochOf(1);
    const keys = await open();
    await keys.destroy(epoch, 'its time was over');
    await expect(keys.enter(epoch)).rejects.toMatchObject({ code: 'epoch-destroyed' });
  });

  test('that a crash cut in two is ended by the next start', async () => {
    const epoch = epochOf(1);
    await (await open()).enter(epoch);
    // As a gateway leaves it that dies after its first note.
    await writeFile(
      join(folder(), `${epoch.id}.destroyed.json`),
      JSON.stringify({ epoch, because: 'its time was over', destroyedAt: null }),
    );
    const keys = await open(later);
    expect(await readdir(folder())).toEqual([`${epoch.id}.destroyed.json`]);
    expect(await keys.destroy(epoch, 'again')).toEqual({ destroyedAt: later.toISOString(), because: 'its time was over' });
  });

  test('what a gateway has left that was killed while it made a key is overwritten and removed', async () => {
    const epoch = epochOf(1);
    const keys = await open();
    await keys.enter(epoch);
    await writeFile(`${keyFile(epoch)}.12345678.new`, await readFile(keyFile(epoch)), { mode: 0o600 });
    await open();
    expect(await readdir(folder())).toEqual([`${epoch.id}.key`]);
  });
});

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
