import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { makePipeline, makeSessionStages } from '../../../traffic/deidentify/pipeline.ts';
import { makeReplayClient } from '../../../traffic/replay/client.ts';
import { codings, email, emailForm, key, request } from './support.ts';

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A real server that notes what it gets. */
async function startServer() {
  const seen: Seen[] = [];
  const server = createServer((incoming, answer) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      seen.push({ url: incoming.url ?? '', headers: incoming.headers, body: Buffer.concat(parts) });
      answer.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, seen, stop };
}

test('packed bodies, parts and other charsets reach an instance as a client would send them', async () => {
  const content = JSON.stringify({ contact: email });
  const part = `--b\r\nContent-Disposition: form-data; name="contact"\r\n\r\n${email}\r\n--b--\r\n`;
  const given = [
    ...Object.entries(codings).map(([coding, [pack]]) =>
      request(pack(Buffer.from(content)), { 'content-type': 'application/json', 'content-encoding': coding }),
    ),
    request(part, { 'content-type': 'multipart/form-data; boundary=b', 'if-none-match': 'W/"Ab3dE5fG7"' }),
    request(Buffer.from(`Größe für ${email}`, 'latin1'), {
      'content-type': 'text/plain; charset=iso-8859-1',
      cookie: Buffer.from('username=Jürgen').toString('latin1'),
    }),
    request(
      '',
      { range: 'bytes=0-99', referer: `https://shop.example/?contact=${encodeURIComponent(email)}` },
      'http://shop.example/a%2Fb?c=%00',
      'GET',
    ),
  ];
  const pipeline = makePipeline(makeSessionStages({}, key).stages);
  const requests = given.map((one) => {
    const outcome = pipeline.run(one);
    if ('dropped' in outcome) throw new Error(`dropped: ${outcome.dropped}`);
    return outcome.request;
  });
  const server = await startServer();
  try {
    const replay = { port: server.port, requests, concurrency: 1, onAnswer: () => undefined };
    const { completed } = await makeReplayClient().replay(replay, new AbortController().signal);
    expect(completed).toBe(requests.length);
  } finally {
    await server.stop();
  }
  const { seen } = server;
  Object.entries(codings).forEach(([coding, [, unpack]], index) => {
    expect(seen[index]?.headers['content-encoding']).toBe(coding);
    expect(seen[index]?.headers['content-length']).toBe(String(seen[index]?.body.length));
    const told = JSON.parse(unpack(seen[index]?.body ?? Buffer.of()).toString()) as { contact: string };
    expect(told.contact).toMatch(emailForm);
  });
  const [parts, latin, get] = seen.slice(-3);
  expect(parts?.headers['content-type']).toBe('multipart/form-data; boundary=b');
  expect(parts?.body.toString().split('\r\n')[3]).toMatch(emailForm);
  expect(latin?.body.toString('latin1')).toMatch(/^Größe für (?!anna)[a-z]{4}\.[a-z]{5}@[a-z]{4}\.example$/);
  expect(latin?.headers.cookie).not.toContain('rgen');
  expect(get?.url).toBe('/a%2Fb?c=%00');
  expect(get?.headers.range).toBe('bytes=0-99');
  expect(get?.headers.referer).toMatch(/^https:\/\/other\.example\/\?contact=(?!anna)[a-z]{4}\.[a-z]{5}%40[a-z]{4}\.example$/);
});
