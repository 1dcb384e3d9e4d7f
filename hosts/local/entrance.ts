import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { InstanceId } from '../../domain/ids.ts';
import { gatewayUri, hasUri, type TransportIdentity } from '../../domain/ports/transport.ts';

/** The ways into a host's instances from outside: mutual TLS in front of the plain port that an instance has on loopback. */
export interface Entrances {
  /** Answers the entrance's port; the same one when the instance has one already. */
  open(instanceId: InstanceId, instancePort: number): Promise<number>;
  /** Ends its connections too; harmless without one. */
  close(instanceId: InstanceId): Promise<void>;
}

interface Entrance {
  readonly server: Server;
  readonly instancePort: number;
  readonly sockets: Set<Socket>;
  readonly stopRenewals: () => void;
}

/**
 * Lets in who shows a certificate of a trusted authority that names the gateway, and nobody else: TLS 1.3, bytes passed on as they
 * come. Entrances end with this process, as its instances do.
 */
export function makeEntrances(identity: TransportIdentity): Entrances {
  const entrances = new Map<InstanceId, Entrance>();

  const close = async (instanceId: InstanceId): Promise<void> => {
    const entrance = entrances.get(instanceId);
    if (entrance === undefined) return;
    entrances.delete(instanceId);
    entrance.stopRenewals();
    const closed = once(entrance.server, 'close');
    entrance.server.close();
    for (const socket of entrance.sockets) socket.destroy();
    await closed;
  };

  return {
    async open(instanceId, instancePort) {
      const existing = entrances.get(instanceId);
      if (existing?.instancePort === instancePort) return portOf(existing.server);
      await close(instanceId);
      const sockets = new Set<Socket>();
      const server = createServer({ ...secrets(identity), requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }, (socket) =>
        letIn(socket, instancePort),
      );
      server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      });
      // A stranger's handshake fails by itself; there is nothing more to do.
      server.on('tlsClientError', (_, socket) => socket.destroy());
      const stopRenewals = identity.onRenewed(() => server.setSecureContext({ ...secrets(identity), minVersion: 'TLSv1.3' }));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      entrances.set(instanceId, { server, instancePort, sockets, stopRenewals });
      return portOf(server);
    },
    close,
  };
}

function secrets(identity: TransportIdentity) {
  const { key, certificate, authorities } = identity.current();
  return { key, cert: certificate, ca: authorities };
}

function letIn(socket: TLSSocket, instancePort: number): void {
  if (!hasUri(socket.getPeerCertificate().subjectaltname, (uri) => uri === gatewayUri)) return void socket.destroy();
  const inner = connect(instancePort, '127.0.0.1');
  for (const one of [socket, inner]) one.setNoDelay(true);
  // Either side's end or failure is the other's: an instance that dies is a connection that breaks.
  const done = () => undefined;
  pipeline(socket, inner, done);
  pipeline(inner, socket, done);
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
