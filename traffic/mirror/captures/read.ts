import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { HoneError } from '../../../domain/errors.ts';
import type { CapturedEntry } from './captured.ts';
import { payloadSeparator, readPayload } from './goreplay.ts';
import { readHar } from './har.ts';
import { readLogLine } from './json-log.ts';

/**
 * Reads a file of captured requests; `.gz` is unpacked. An HTTP archive (`.har`) is read as a whole, a GoReplay capture (`.gor`) payload by
 * payload, anything else line by line as a JSON access log of nginx or Envoy. Throws `mirror-configuration` for a file that cannot be read.
 */
export async function* readCapture(path: string): AsyncGenerator<CapturedEntry> {
  const name = path.replace(/\.gz$/, '');
  try {
    if (name.endsWith('.har')) yield* readHar(Buffer.from(await whole(path), 'latin1').toString('utf8'));
    else if (name.endsWith('.gor'))
      for await (const payload of parts(path, Buffer.from(payloadSeparator).toString('latin1'))) yield readPayload(payload);
    else
      for await (const line of parts(path, '\n')) if (line.trim() !== '') yield readLogLine(Buffer.from(line, 'latin1').toString('utf8'));
  } catch (error) {
    if (error instanceof HoneError) throw error;
    throw new HoneError(
      'mirror-configuration',
      `${path} cannot be read as captured requests: ${error instanceof Error ? error.message : String(error)}`,
      'Correct mirror.files: HTTP archives (.har), GoReplay captures (.gor), or access logs of nginx or Envoy with a JSON object in each line.',
      { cause: error },
    );
  }
}

async function* chunks(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const unpack = path.endsWith('.gz') ? createGunzip() : null;
  if (unpack !== null) file.on('error', (error) => unpack.destroy(error)).pipe(unpack);
  for await (const chunk of unpack ?? file) yield (chunk as Buffer).toString('latin1');
}

async function whole(path: string): Promise<string> {
  const read: string[] = [];
  for await (const chunk of chunks(path)) read.push(chunk);
  return read.join('');
}

/** A single entry that is larger is no request that the gateway takes. */
const longestPart = 16 << 20;

/** What is between separators; bounded memory, however large the file is. */
async function* parts(path: string, separator: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks(path)) {
    const found = (rest + chunk).split(separator);
    rest = found.pop() ?? '';
    yield* found;
    if (rest.length > longestPart) throw new Error(`an entry is longer than ${longestPart} bytes`);
  }
  if (rest !== '') yield rest;
}
