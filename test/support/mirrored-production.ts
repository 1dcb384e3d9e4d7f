import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { makeGatewayClient } from '../../traffic/gateway/client.ts';
import {
  startGatewayProcess,
  startOrigin,
  startProduction,
  temporaryDirectory,
  type GatewayProcess,
  type Origin,
  type Production,
} from '../traffic/support.ts';

type Answer = NonNullable<Parameters<typeof startOrigin>[0]>;

/** What a test of the mirror stands on: made anew before each test of the file, gone after it. */
export interface MirroredProduction {
  /** Holds everything that nginx and the gateway write. */
  readonly directory: string;
  /** Production's service, behind nginx. */
  readonly origin: Origin;
  /** Where the gateway may replay to; another kind of answer, and another list of what it saw. */
  readonly instance: Origin;
  readonly production: Production;
  readonly gateway: GatewayProcess;
  readonly client: GatewayPort;
  /** Starts a gateway, and its client, in the place of one that has ended. */
  launchGateway(): Promise<void>;
  /** Starts an instance in the place of one that the test has closed. */
  launchInstance(): Promise<void>;
}

/** For the top of a file of tests: nginx, its origin, an instance and a gateway in a process of its own, for each test; `secure`: it has an identity of the authority in `certificates`. */
export function useMirroredProduction(
  answers: { readonly origin?: Answer; readonly instance?: Answer; readonly secure?: boolean } = {},
): MirroredProduction {
  let parts: Omit<MirroredProduction, 'directory' | 'launchGateway' | 'launchInstance'>;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  const startGateway = async () => {
    const gateway = await startGatewayProcess(directory.path, answers.secure === true ? join(directory.path, 'certificates') : undefined);
    return { gateway, client: makeGatewayClient(gateway) };
  };
  beforeEach(async () => {
    directory = await temporaryDirectory();
    const origin = await startOrigin(answers.origin);
    const instance = await startOrigin(answers.instance);
    const production = await startProduction(directory.path, origin.port);
    parts = { origin, instance, production, ...(await startGateway()) };
  });
  afterEach(async () => {
    await parts.gateway.stop();
    await parts.production.stop();
    await parts.origin.close();
    await parts.instance.close();
    await directory.remove();
  });
  return {
    get directory() {
      return directory.path;
    },
    get origin() {
      return parts.origin;
    },
    get instance() {
      return parts.instance;
    },
    get production() {
      return parts.production;
    },
    get gateway() {
      return parts.gateway;
    },
    get client() {
      return parts.client;
    },
    launchGateway: async () => void (parts = { ...parts, ...(await startGateway()) }),
    launchInstance: async () => void (parts = { ...parts, instance: await startOrigin(answers.instance) }),
  };
}
