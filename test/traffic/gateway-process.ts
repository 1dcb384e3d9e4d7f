import { join } from 'node:path';
import { startGateway } from '../../traffic/gateway/server.ts';
import { folderBlobs, silent } from './support.ts';

/** The gateway's process of the tests: folder, control socket and nginx are its arguments; one line says that it listens. */
const [, , directory = '', controlSocket = '', nginxPath = ''] = process.argv;
const gateway = await startGateway({
  dataDirectory: join(directory, 'gateway'),
  controlSocket,
  blobs: folderBlobs(join(directory, 'blobs')),
  log: silent,
  nginxPath,
});
process.on('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
process.stdout.write('listening\n');
