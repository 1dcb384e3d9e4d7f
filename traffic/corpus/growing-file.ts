import { open, truncate } from 'node:fs/promises';
import { makeHeader, type CorpusPart, type Sealing } from './format.ts';
import { sealEnd, sealText } from './seal.ts';
import { readHeaderOf } from './unseal.ts';

export interface CorpusSize {
  /** Of the file, encrypted. */
  readonly bytes: number;
  readonly requests: number;
  readonly chunks: number;
}

export const noSize: CorpusSize = { bytes: 0, requests: 0, chunks: 0 };

/** A sealed file that lines are added to. What was written counts once it is committed; what was not is cut off by the next write. */
export interface GrowingFile {
  size(): CorpusSize;
  /** Writes lines after what is committed; answers the size to commit. */
  append(lines: readonly string[]): Promise<CorpusSize>;
  commit(size: CorpusSize): void;
  /** Makes the file whole, by its last chunk. It may still grow: the next write cuts that off. */
  finish(): Promise<void>;
  /** Zeroes the file's key. */
  close(): void;
}

export function makeGrowingFile(path: string, part: CorpusPart, sealing: Sealing, before: CorpusSize): GrowingFile {
  let committed = before;
  let isUnsure = false;
  let opened: Promise<{ readonly header: Buffer; readonly key: Buffer }> | null = null;
  const openFile = async () => {
    const header = (committed.bytes > 0 ? await readHeaderOf(path) : null) ?? makeHeader({ ...sealing, part });
    return { header, key: await sealing.fileKey(header) };
  };
  const write = async (seal: (key: Buffer) => readonly Buffer[]): Promise<number> => {
    // Not kept when it fails: the next write asks again.
    opened ??= openFile().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    const { header, key } = await opened;
    const pieces = seal(key);
    if (isUnsure) await truncate(path, committed.bytes);
    isUnsure = true;
    const file = await open(path, 'a', 0o600);
    try {
      let bytes = committed.bytes;
      for (const piece of committed.bytes === 0 ? [header, ...pieces] : pieces) {
        await file.appendFile(piece);
        bytes += piece.length;
      }
      return bytes;
    } finally {
      await file.close();
    }
  };
  return {
    size: () => committed,
    async append(lines) {
      if (lines.length === 0) return committed;
      const { requests, chunks } = committed;
      let added = 0;
      const bytes = await write((key) => {
        const pieces = sealText(key, chunks, Buffer.from(lines.join('')));
        added = pieces.length;
        return pieces;
      });
      return { bytes, requests: requests + lines.length, chunks: chunks + added };
    },
    commit(size) {
      if (size !== committed) isUnsure = false;
      committed = size;
    },
    async finish() {
      await write((key) => [sealEnd(key, committed.chunks)]);
    },
    close() {
      void opened?.then(({ key }) => key.fill(0)).catch(() => undefined);
    },
  };
}
