import { createServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFileBlobs } from '../../store/blobs/file-blobs.ts';
import { startGateway } from '../../traffic/gateway/server.ts';

/**
 * A process of the bench: the gateway, or what stands on its socket instead.
 *
 *   gateway-process.ts gateway FOLDER NGINX | slow SOCKET | resetting SOCKET
 */
const [, , kind, place = '', nginxPath = ''] = process.argv;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const slowMilliseconds = 1000;

if (kind === 'gateway') {
  const gateway = await startGateway({
    dataDirectory: join(place, 'gateway'),
    controlSocket: join(place, 'control.sock'),
    blobs: makeFileBlobs({ directory: join(place, 'blobs') }),
    log: silent,
    nginxPath,
  });
  process.on('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
  process.stdout.write('listening\n');
} else {
  await rm(place, { force: true });
  const slow = () =>
    createServer((incoming, answer) => {
      incoming.resume();
      setTimeout(() => answer.writeHead(204).end(), slowMilliseconds);
    });
  // Closing a Unix socket with bytes in it that nobody has read resets the connection; nginx is then in the midst of a request.
  const resetting = () => createNetServer({ pauseOnConnect: true }, (socket) => void setTimeout(() => socket.destroy(), 1));
  const server = kind === 'slow' ? slow() : resetting();
  server.listen(place, () => void chmod(place, 0o666).then(() => process.stdout.write('listening\n')));
}
