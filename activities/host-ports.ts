import type { HostFacts } from '../domain/model/environment.ts';
import type { GatewayPort } from '../domain/ports/gateway.ts';
import type { HostPort } from '../domain/ports/host.ts';
import type { Store } from '../domain/ports/store.ts';
import type { Serialiser } from '../domain/serialise.ts';

export interface HostActivityPorts {
  readonly host: HostPort;
  readonly gateway: GatewayPort;
  readonly store: Store;
  /** Where this host is (ISO 3166-1, two letters); null where nobody says. */
  readonly country: string | null;
  readonly hardwareClass: (facts: HostFacts) => string;
  /** One fair, unpredictable bit. */
  readonly tossCoin: () => boolean;
}

/** One call at a time for an instance or an evaluation, shared by all activities of the host. */
export type Exclusive = Serialiser;
