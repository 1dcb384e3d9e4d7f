/** One party's credentials on the way between gateway and load-test hosts, all PEM. */
export interface TransportCredentials {
  readonly key: string;
  readonly certificate: string;
  /** Every authority that is trusted now: the newest, and the one before it until it has run out. */
  readonly authorities: string;
}

/** What one process is on that way. Its credentials are renewed while it runs: ask for them at each connection. */
export interface TransportIdentity {
  current(): TransportCredentials;
  /** Calls back after each renewal; answers how to stop that. */
  onRenewed(listener: () => void): () => void;
}

/** The gateway's name in its certificate (a URI among the alternative names): a host lets nobody else in. */
export const gatewayUri = 'urn:hone:gateway';

/** A host's name in its certificate: the gateway sends requests to nobody else. */
export const hostUriPrefix = 'urn:hone:host:';

/** True when a peer's alternative names, as TLS libraries print them (`URI:a, URI:b`), have one that `accepts`. */
export function hasUri(alternativeNames: string | undefined, accepts: (uri: string) => boolean): boolean {
  const names = (alternativeNames ?? '').split(', ');
  return names.some((name) => name.startsWith('URI:') && accepts(name.slice('URI:'.length)));
}
