import type { HostFacts } from '../domain/model/environment.ts';
import type { GatewayPort } from '../domain/ports/gateway.ts';
import type { HostPort } from '../domain/ports/host.ts';
import type { Store } from '../domain/ports/store.ts';
import type { makeExclusive } from './exclusive.ts';

export interface HostActivityPorts {
  readonly host: HostPort;
  readonly gateway: GatewayPort;
  readonly store: Store;
  readonly hardwareClass: (facts: HostFacts) => string;
  /** One fair, unpredictable bit. */
  readonly tossCoin: () => boolean;
}

export type Exclusive = ReturnType<typeof makeExclusive>;
