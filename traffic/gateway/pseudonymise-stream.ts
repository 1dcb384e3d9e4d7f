import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HoneError } from '../../domain/errors.ts';

const maximumLineLength = 4 << 20;

/** JSON lines in, the same lines with pseudonyms out, as fast as the reader takes them. A bad line breaks the answer off. */
export async function pseudonymiseStream(
  request: IncomingMessage,
  answer: ServerResponse,
  pseudonymise: (lines: readonly string[], firstLine: number) => Promise<readonly string[]>,
): Promise<void> {
  let rest = '';
  let lineNumber = 0;
  const convert = async (lines: readonly string[]) => {
    const done = await pseudonymise(lines, lineNumber + 1);
    lineNumber += lines.length;
    return done.map((line) => `${line}\n`).join('');
  };
  request.setEncoding('utf8');
  for await (const part of request) {
    const lines = (rest + (part as string)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maximumLineLength)
      throw new HoneError('input-invalid', `Line ${lineNumber + 1} is longer than 4 MiB.`, 'Write one record per line.');
    if (lines.length === 0) continue;
    const out = await convert(lines);
    if (!answer.headersSent) answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (!answer.write(out)) await once(answer, 'drain');
  }
  const last = rest === '' ? '' : await convert([rest]);
  if (!answer.headersSent) answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
  answer.end(last);
}
