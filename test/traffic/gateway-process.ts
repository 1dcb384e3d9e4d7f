import { join } from 'node:path';
import { gatewayUri } from '../../domain/ports/transport.ts';
import { openAuthority } from '../../infra/certificates/authority.ts';
import { startIdentity } from '../../infra/certificates/identity.ts';
import { startGateway } from '../../traffic/gateway/server.ts';
import { folderBlobs, silent } from './support.ts';

/**
 * The gateway's process of the tests: folder, control socket, nginx, the authority's folder for mutual TLS, and its country are its arguments; one line
 * says that it listens.
 */
const [, , directory = '', controlSocket = '', nginxPath = '', certificates = '', country = ''] = process.argv;
const identity =
  certificates === '' ? undefined : await startIdentity(openAuthority(certificates), { uri: gatewayUri, use: 'clientAuth' }, silent);
const gateway = await startGateway({
  dataDirectory: join(directory, 'gateway'),
  controlSocket,
  blobs: folderBlobs(join(directory, 'blobs')),
  log: silent,
  nginxPath,
  identity,
  country: country || null,
});
process.on('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
process.stdout.write('listening\n');
