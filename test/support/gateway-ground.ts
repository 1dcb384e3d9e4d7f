import { afterEach, beforeEach } from 'vitest';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { makeGatewayClient } from '../../traffic/gateway/client.ts';
import { startGatewayProcess, temporaryDirectory, type GatewayProcess } from '../traffic/support.ts';

/** A gateway without nginx: made anew before each test of the file, gone after it. */
export interface GatewayGround {
  /** Holds everything that the gateway writes. */
  readonly directory: string;
  readonly gateway: GatewayProcess;
  readonly client: GatewayPort;
  /** Starts a gateway, and its client, in the place of one that has ended; with the country that it is told. */
  launchGateway(country?: string): Promise<void>;
}

/** For the top of a file of tests. */
export function useGateway(): GatewayGround {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let gateway: GatewayProcess;
  let client: GatewayPort;
  const launchGateway = async (country?: string) => {
    gateway = await startGatewayProcess(directory.path, undefined, country);
    client = makeGatewayClient(gateway);
  };
  beforeEach(async () => {
    directory = await temporaryDirectory();
    await launchGateway();
  });
  afterEach(async () => {
    await gateway.stop();
    await directory.remove();
  });
  return {
    get directory() {
      return directory.path;
    },
    get gateway() {
      return gateway;
    },
    get client() {
      return client;
    },
    launchGateway,
  };
}
