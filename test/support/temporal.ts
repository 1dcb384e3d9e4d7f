import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchAttributes } from '../../domain/contracts/workflows.ts';
import { startTemporal } from '../../infra/temporal/dev-server.ts';
import { freePorts } from '../../infra/free-port.ts';
import { temporalExecutable } from '../../runtime/stack.ts';

export interface TestTemporal {
  readonly address: string;
  stop(): Promise<void>;
}

/** A real Temporal server for one test file, with its database in a folder that goes with it. */
export async function startTestTemporal(): Promise<TestTemporal> {
  const directory = await mkdtemp(join(tmpdir(), 'hone-temporal-'));
  const [port, uiPort] = await freePorts(2);
  const server = await startTemporal({
    executable: temporalExecutable('.hone'),
    databaseFile: join(directory, 'temporal.db'),
    logFile: join(directory, 'temporal.log'),
    port: port!,
    uiPort: uiPort!,
    searchAttributes: Object.values(searchAttributes),
  });
  return {
    address: server.address,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
