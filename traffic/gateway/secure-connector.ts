import { checkServerIdentity } from 'node:tls';
import { buildConnector } from 'undici';
import { hasUri, hostUriPrefix, type TransportIdentity } from '../../domain/ports/transport.ts';

/**
 * Connects to hosts by mutual TLS 1.3, with the credentials that are current at that moment; whoever does not show a certificate that names a
 * host is refused. Hosts are told apart by that name, not by their address.
 */
export function secureConnector(identity: TransportIdentity, connectMilliseconds: number): buildConnector.connector {
  return (options, callback) => {
    const { key, certificate, authorities } = identity.current();
    const connector = buildConnector({
      key,
      cert: certificate,
      ca: authorities,
      minVersion: 'TLSv1.3',
      timeout: connectMilliseconds,
      maxCachedSessions: 0, // a renewed certificate is asked for anew
      checkServerIdentity: (_, peer) =>
        hasUri(peer.subjectaltname, (uri) => uri.startsWith(hostUriPrefix)) ? undefined : checkServerIdentity('a host of Hone', peer),
    });
    connector(options, callback);
  };
}
