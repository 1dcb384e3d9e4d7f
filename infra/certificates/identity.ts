import type { TransportIdentity } from '../../domain/ports/transport.ts';
import type { CertificateAuthority, CertificateSubject } from './authority.ts';

/** An identity that renews itself until it is stopped. */
export interface RenewedIdentity extends TransportIdentity {
  /** Takes new credentials now. */
  renew(): Promise<void>;
  stop(): void;
}

/** A third of a certificate's day: two renewals may fail before anything does. */
const renewalMilliseconds = 8 * 3_600_000;

/** Takes credentials from the authority, and new ones every eight hours; a renewal that fails is said, and tried again at the next. */
export async function startIdentity(
  authority: CertificateAuthority,
  subject: CertificateSubject,
  log: { warn(context: object, message: string): void },
): Promise<RenewedIdentity> {
  let credentials = await authority.issue(subject);
  const listeners = new Set<() => void>();
  async function renew(): Promise<void> {
    credentials = await authority.issue(subject);
    for (const listener of listeners) listener();
  }
  const timer = setInterval(() => {
    renew().catch((error: unknown) => {
      log.warn({ error: error instanceof Error ? error.message : error }, `the certificate of ${subject.uri} was not renewed`);
    });
  }, renewalMilliseconds).unref();
  return {
    current: () => credentials,
    onRenewed(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    renew,
    stop: () => clearInterval(timer),
  };
}
