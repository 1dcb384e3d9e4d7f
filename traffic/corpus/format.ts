import { createHash, randomBytes } from 'node:crypto';
import { HoneError } from '../../domain/errors.ts';
import { asId, type EpochId, type SessionId } from '../../domain/ids.ts';

/**
 * A sealed corpus file: a header, then chunks of at most 64 KiB of plain text. The construction is STREAM (Hoang, Reyhanitabar, Rogaway,
 * Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015), as Tink and age have it, over AES-256-GCM: each
 * chunk's place and whether it is the last are authenticated with it, so that a chunk which was changed, left out, moved, or added, and a
 * file that was cut short, do not open. The file's key is made of the epoch's and of the whole header, so that no chunk opens in another file.
 * Nonces are random (96 bits, NIST SP 800-38D 8.2.2) and not counted: a file that grows is cut back after a crash and the same place
 * written again with other text, which under a counted nonce would give both away.
 */
export type CorpusPart = 'training' | 'heldOut' | 'data';

/** What a file says of itself, in the open. */
export interface CorpusHeader {
  readonly epochId: EpochId;
  readonly part: CorpusPart;
  readonly sessionId: SessionId;
}

/** Whose a session's files are, and where their keys come from. */
export interface Sealing {
  readonly epochId: EpochId;
  readonly sessionId: SessionId;
  fileKey(header: Uint8Array): Promise<Buffer>;
}

const magic = Buffer.from('hone-corpus/1\n\0\0', 'latin1');
const partBytes: Readonly<Record<CorpusPart, number>> = { training: 1, heldOut: 2, data: 3 };
const epochForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Format, epoch's UUID, digest of the session's id, part, salt. */
export const headerBytes = magic.length + 16 + 16 + 1 + 32;
/** The most plain text of a chunk. */
export const chunkBytes = 64 << 10;
/** Before each chunk's text: its length with the mark of the last, and the nonce. After it: the tag. */
export const frame = { length: 4, nonce: 12, tag: 16 } as const;
/** Of the length's four bytes, the highest bit: this chunk is the last. */
export const lastMark = 0x8000_0000;

/** The UUID's sixteen bytes. Throws `input-invalid` for what is none: the id also names a file. */
export function epochBytes(id: EpochId): Buffer {
  if (epochForm.test(id)) return Buffer.from(id.replaceAll('-', ''), 'hex');
  throw new HoneError('input-invalid', `"${id}" is no id of an epoch.`, 'Use the ids that hone privacy epochs TARGET --json shows.');
}

/** A new file's header; its salt makes its key a key of its own. */
export function makeHeader({ epochId, part, sessionId }: CorpusHeader): Buffer {
  const session = createHash('sha256').update(sessionId).digest().subarray(0, 16);
  return Buffer.concat([magic, epochBytes(epochId), session, Buffer.of(partBytes[part]), randomBytes(32)]);
}

/** Null for bytes that are no header of this format. */
export function readHeader(bytes: Uint8Array): { readonly epochId: EpochId; readonly part: CorpusPart } | null {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.length !== headerBytes || !header.subarray(0, magic.length).equals(magic)) return null;
  const part = (Object.keys(partBytes) as CorpusPart[]).find((name) => partBytes[name] === header[magic.length + 32]);
  if (part === undefined) return null;
  const hex = header.toString('hex', magic.length, magic.length + 16);
  const epochId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { epochId: asId<EpochId>(epochId), part };
}

/** What a chunk's tag covers beside its text: its place and its length with the mark of the last. */
export function chunkPlace(index: number, lengthWord: number): Buffer {
  const place = Buffer.alloc(12);
  place.writeBigUInt64BE(BigInt(index), 0);
  place.writeUInt32BE(lengthWord, 8);
  return place;
}

/** A file that is not what the gateway wrote. Never says a word of its content. */
export function damaged(what: string, how: string): HoneError {
  return new HoneError(
    'corpus-damaged',
    `${what} is not what the gateway wrote: ${how}.`,
    'Nothing of it is used. Refresh the target anew; see who can write to the data folder, and whether its disk is sound.',
  );
}
