import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { asId } from '../../domain/ids.ts';
import type { Digest } from '../../domain/ids.ts';
import { unreadable } from './entries.ts';
import type { SourceEntry } from './entries.ts';

/** Every entry of an archive bears this time (1 January 1980), so that equal sources give equal archives. */
export const archiveTimeSeconds = 315_532_800;

const blockBytes = 512;
const readBytes = 262_144;

/**
 * Writes the entries as a POSIX tar archive into a new file: equal entries with equal contents give equal bytes. Answers the
 * snapshot's digest: SHA-256 over each entry's kind, path, executable bit, size and content or link target, in their order.
 */
export async function writeArchive(entries: readonly SourceEntry[], path: string, signal: AbortSignal): Promise<Digest> {
  const archive = await open(path, 'wx');
  try {
    const digest = createHash('sha256');
    for (const entry of entries) {
      signal.throwIfAborted();
      await archive.writeFile(headerOf(entry));
      const content = entry.kind === 'file' ? await copyContent(entry, archive) : entry.kind === 'link' ? entry.to : '';
      const executable = entry.kind === 'file' && entry.executable;
      digest.update(`${JSON.stringify([entry.kind, entry.path, executable, content])}\n`);
    }
    await archive.writeFile(Buffer.alloc(2 * blockBytes));
    return asId<Digest>(digest.digest('hex'));
  } finally {
    await archive.close();
  }
}

/** Copies a file's content, padded to whole blocks; answers its SHA-256. */
async function copyContent(entry: Extract<SourceEntry, { kind: 'file' }>, archive: FileHandle): Promise<string> {
  const file = await open(entry.from, 'r').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(
      `${entry.from} cannot be read (${error.code})`,
      'Make it readable for the user that Hone runs as, or exclude it.',
      error,
    );
  });
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(Math.min(readBytes, entry.sizeBytes + 1));
    let copied = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      copied += bytesRead;
      if (copied > entry.sizeBytes || (bytesRead === 0 && copied < entry.sizeBytes)) {
        throw unreadable(`${entry.from} changed while it was read`, 'Try again when nothing writes to the source directory.');
      }
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      await archive.writeFile(chunk);
    }
    await archive.writeFile(Buffer.alloc(padding(entry.sizeBytes)));
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

function headerOf(entry: SourceEntry): Buffer {
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path;
  const link = entry.kind === 'link' ? entry.to : '';
  const size = entry.kind === 'file' ? entry.sizeBytes : 0;
  const mode = entry.kind === 'folder' || (entry.kind === 'file' && entry.executable) ? 0o755 : 0o644;
  const type = { file: '0', link: '2', folder: '5' }[entry.kind];
  const fits = Buffer.byteLength(path) <= 100 && Buffer.byteLength(link) <= 100 && size < 8 ** 11;
  const extended = fits ? [] : [extendedHeader({ path, ...(link === '' ? {} : { linkpath: link }), size: String(size) })];
  return Buffer.concat([...extended, header({ path, link, size: fits ? size : size % 8 ** 11, mode, type })]);
}

/** A POSIX.1-2001 extended header: what is too long for the plain one. */
function extendedHeader(records: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.from(
    Object.entries(records)
      .map(([key, value]) => extendedRecord(key, value))
      .join(''),
  );
  const plain = header({ path: 'PaxHeader', link: '', size: body.length, mode: 0o644, type: 'x' });
  return Buffer.concat([plain, body, Buffer.alloc(padding(body.length))]);
}

/** `<length> <key>=<value>\n`, the length counting itself. */
function extendedRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes + String(restBytes).length;
  length = restBytes + String(length).length;
  return `${length}${rest}`;
}

interface HeaderFields {
  readonly path: string;
  readonly link: string;
  readonly size: number;
  readonly mode: number;
  readonly type: string;
}

function header(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, width: number) => block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  block.write(fields.path, 0, 100);
  octal(fields.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(fields.size, 124, 12);
  octal(archiveTimeSeconds, 136, 12);
  block.write(' '.repeat(8), 148);
  block.write(fields.type, 156);
  block.write(fields.link, 157, 100);
  block.write('ustar\x0000', 257, 'latin1');
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

const padding = (sizeBytes: number) => (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
