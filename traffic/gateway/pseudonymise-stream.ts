import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HoneError } from '../../domain/errors.ts';

const maximumLineLength = 4 << 20;

/** JSON lines in, the same lines with pseudonyms out, as fast as the reader takes them. A bad line breaks the answer off. */
export async function pseudonymiseStream(
  request: IncomingMessage,
  answer: ServerResponse,
  pseudonymise: (line: string) => string,
): Promise<void> {
  let rest = '';
  let lineNumber = 0;
  const convert = (line: string) => {
    lineNumber += 1;
    try {
      return `${pseudonymise(line)}\n`;
    } catch (error) {
      if (!(error instanceof HoneError)) throw error;
      throw new HoneError(error.code, `Line ${lineNumber}: ${error.message}`, error.advice, { cause: error });
    }
  };
  request.setEncoding('utf8');
  for await (const part of request) {
    const lines = (rest + (part as string)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maximumLineLength)
      throw new HoneError('input-invalid', `Line ${lineNumber + 1} is longer than 4 MiB.`, 'Write one record per line.');
    const out = lines.map(convert).join('');
    if (out === '') continue;
    if (!answer.headersSent) answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (!answer.write(out)) await once(answer, 'drain');
  }
  const last = rest === '' ? '' : convert(rest);
  if (!answer.headersSent) answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
  answer.end(last);
}
