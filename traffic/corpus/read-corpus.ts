import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '../../domain/ids.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { CorpusPort } from '../../domain/ports/corpus.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { inOrderOfArrival } from '../../domain/rules/arrival-order.ts';
import { diskError } from '../files.ts';
import type { CorpusPart } from './format.ts';
import { unsealFile, type FileKeyOf } from './unseal.ts';

export interface CorpusReaderSettings {
  readonly blobs: Pick<BlobPort, 'getFile'>;
  readonly gateway: Pick<GatewayPort, 'corpusKey'>;
  /** Takes a corpus, encrypted as it is stored, while it is read. */
  readonly scratchRoot: string;
}

const names: Readonly<Record<CorpusPart, string>> = {
  training: 'The training corpus',
  heldOut: 'The held-out corpus',
  data: 'The prepared data',
};

/** Opens corpora a chunk at a time; only their encrypted form is ever copied. */
export function makeCorpusReader({ blobs, gateway, scratchRoot }: CorpusReaderSettings): CorpusPort {
  const keyOf: FileKeyOf = async (header) => Buffer.from(await gateway.corpusKey(Buffer.from(header).toString('base64')), 'base64');
  async function* plain(part: CorpusPart, digest: Digest): AsyncGenerator<Buffer, void, void> {
    const folder = await mkdtemp(join(scratchRoot, 'corpus-'));
    try {
      const path = join(folder, 'sealed');
      await blobs.getFile(digest, path);
      yield* unsealFile({ path, name: names[part], part, keyOf });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return {
    async requests(part, digest) {
      const requests: CorpusRequest[] = [];
      for await (const line of linesOf(plain(part, digest))) requests.push(JSON.parse(line) as CorpusRequest);
      return inOrderOfArrival(requests);
    },
    async getData(digest, path) {
      try {
        await pipeline(plain('data', digest), createWriteStream(path, { mode: 0o600 }));
      } catch (error) {
        await rm(path, { force: true });
        throw diskError(error, path);
      }
    },
  };
}

/** Lines without their ends; the bytes of a line may stand in several parts. */
async function* linesOf(parts: AsyncIterable<Buffer>): AsyncGenerator<string, void, void> {
  const lineEnd = 0x0a;
  let held: Buffer[] = [];
  for await (const part of parts) {
    let from = 0;
    for (let at = part.indexOf(lineEnd); at >= 0; at = part.indexOf(lineEnd, from)) {
      yield Buffer.concat([...held, part.subarray(from, at)]).toString('utf8');
      held = [];
      from = at + 1;
    }
    if (from < part.length) held.push(part.subarray(from));
  }
  if (held.length > 0) yield Buffer.concat(held).toString('utf8');
}
