import { hkdfSync } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { EpochId } from '../../domain/ids.ts';
import type { DestroyedKey, EpochName } from '../../domain/ports/gateway.ts';
import { makeSerialiser } from '../../domain/serialise.ts';
import { epochBytes, headerBytes, readHeader } from '../corpus/format.ts';
import { eraseFile, openKeyFolder, readRecord, readSecret, writeDurably, writeSecret, type EpochSecret } from './key-file.ts';

/** What a session works with of its epoch. The buffer is the session's own, to be zeroed when it ends. */
export interface SessionKeys {
  readonly createdAt: string;
  /** Of the pseudonyms, the same for every session of the epoch. */
  readonly pseudonymKey: Buffer;
}

/** The keys of the epochs, which never leave the gateway's process and its folder; what leaves is the key of one corpus file. */
export interface EpochKeys {
  /** Makes the epoch's key, or finds it. Throws `epoch-destroyed`; `input-invalid` for a key file that cannot be trusted. */
  enter(epoch: EpochName): Promise<SessionKeys>;
  /** The key of the corpus file with this header. Throws `epoch-destroyed`, `not-found` for an epoch without a key, `input-invalid`. */
  fileKey(header: Uint8Array): Promise<Buffer>;
  /**
   * Overwrites and removes the epoch's key, and notes that it is gone: it is never made again. A second call answers the first's time and
   * reason, and so does one after a crash in between, which ends the work first.
   */
  destroy(epoch: EpochName, because: string): Promise<DestroyedKey>;
  /** Zeroes what is in memory. */
  close(): void;
}

/** Stays where a key was: `destroyedAt` is null while the key may still be there. */
interface Tombstone {
  readonly epoch: EpochName;
  readonly because: string;
  readonly destroyedAt: string | null;
}

/**
 * Opens the folder and ends every destruction that an earlier process has begun. Node's own copies of a key (`createCipheriv` and the like make
 * them) stay in memory until they are collected as garbage, and a file system that copies on write, or a flash disk, may hold the old
 * bytes: what is promised is that nothing of Hone reads the key any more.
 */
export async function openEpochKeys(folder: string, clock: () => Date): Promise<EpochKeys> {
  await openKeyFolder(folder);
  const held = new Map<EpochId, EpochSecret>();
  const oneAtATime = makeSerialiser();
  const pathOf = (id: EpochId, ending: string) => join(folder, `${formed(id)}.${ending}`);
  const tombstoneOf = (id: EpochId) => readRecord<Tombstone>(pathOf(id, 'destroyed.json'));
  const find = async (id: EpochId): Promise<EpochSecret | null> => {
    const known = held.get(id);
    if (known !== undefined) return known;
    const tombstone = await tombstoneOf(id);
    if (tombstone !== null) throw gone(tombstone);
    const found = await readSecret(pathOf(id, 'key'), id);
    if (found !== null) held.set(id, found);
    return found;
  };
  const make = async (id: EpochId): Promise<EpochSecret> => {
    const made = await writeSecret(pathOf(id, 'key'), id, clock());
    held.set(id, made);
    return made;
  };
  const destroy = async (epoch: EpochName, because: string): Promise<DestroyedKey> => {
    const before = await tombstoneOf(epoch.id);
    if (before?.destroyedAt != null) return { destroyedAt: before.destroyedAt, because: before.because };
    const begun: Tombstone = before ?? { epoch, because, destroyedAt: null };
    const note = (tombstone: Tombstone) => writeDurably(pathOf(epoch.id, 'destroyed.json'), Buffer.from(JSON.stringify(tombstone)));
    if (before === null) await note(begun);
    held.get(epoch.id)?.secret.fill(0);
    held.delete(epoch.id);
    await eraseFile(pathOf(epoch.id, 'key'));
    const destroyedAt = clock().toISOString();
    await note({ ...begun, destroyedAt });
    return { destroyedAt, because: begun.because };
  };
  for (const { epoch, because } of await unfinished(folder)) await destroy(epoch, because);
  return {
    enter: (epoch) =>
      oneAtATime(epoch.id, async () => {
        const { secret, createdAt } = (await find(epoch.id)) ?? (await make(epoch.id));
        return { createdAt: createdAt.toISOString(), pseudonymKey: derive(secret, Buffer.alloc(0), Buffer.from('hone-pseudonyms/1')) };
      }),
    async fileKey(header) {
      const said = readHeader(header);
      if (said === null) {
        throw new HoneError(
          'input-invalid',
          'These bytes are no header of a corpus file.',
          'Use a client of the same release as the gateway.',
        );
      }
      return oneAtATime(said.epochId, async () => {
        const found = await find(said.epochId);
        if (found === null) throw unknownEpoch(said.epochId);
        return derive(found.secret, header.subarray(headerBytes - 32), header);
      });
    },
    destroy: (epoch, because) => oneAtATime(epoch.id, () => destroy(epoch, because)),
    close() {
      for (const { secret } of held.values()) secret.fill(0);
      held.clear();
    },
  };
}

/** The destructions that were begun and not ended. */
async function unfinished(folder: string): Promise<readonly Tombstone[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.destroyed.json'));
  const tombstones = await Promise.all(names.map((name) => readRecord<Tombstone>(join(folder, name))));
  return tombstones.filter((tombstone) => tombstone?.destroyedAt === null).filter((tombstone) => tombstone !== null);
}

/** HKDF-SHA-256 (RFC 5869): keys of different purposes tell nothing of each other. */
function derive(secret: Uint8Array, salt: Uint8Array, purpose: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, purpose, 32));
}

/** The id names a file. */
function formed(id: EpochId): EpochId {
  epochBytes(id);
  return id;
}

function gone({ epoch, because, destroyedAt }: Tombstone): HoneError {
  const when = destroyedAt === null ? 'is being destroyed' : `was destroyed at ${destroyedAt}`;
  return new HoneError(
    'epoch-destroyed',
    `The key of epoch ${epoch.index} of ${epoch.targetName} ${when} (${because}).`,
    'What was encrypted with it can never be read again, which is what it was destroyed for. A new cycle has a new corpus.',
  );
}

function unknownEpoch(id: EpochId): HoneError {
  return new HoneError(
    'not-found',
    `The gateway has no key of epoch ${id}.`,
    'The corpus is of another gateway, or the folder with its keys was removed: it cannot be read.',
  );
}
