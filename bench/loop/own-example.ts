import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig, type Config } from '../../runtime/config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A place of the bench's own: nothing is cached there, and no running demo is disturbed. */
export interface OwnExample {
  readonly folder: string;
  /** The copy of the example; its production lives below `folder` too. */
  readonly example: string;
  /** A whole stack of its own below `folder`. */
  readonly config: Config;
  remove(): Promise<void>;
}

/** Copies the example, and SQLite's source beside it, to where its manifest expects them. */
export async function makeOwnExample(): Promise<OwnExample> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  const example = join(folder, 'examples', 'query-service');
  const sqlite = join('node_modules', 'better-sqlite3', 'deps', 'sqlite3');
  const isSource = (path: string) => !/\/(build|third_party)$/.test(path);
  await cp(join(root, 'examples', 'query-service'), example, { recursive: true, filter: isSource });
  await cp(join(root, sqlite), join(folder, sqlite), { recursive: true });
  const dataDirectory = join(folder, '.hone');
  await mkdir(dataDirectory);
  const gatewaySocket = join(dataDirectory, 'gateway', 'control.sock');
  const own = { dataDirectory, gatewaySocket, databaseUrl: null, apiPort: 0, logLevel: 'warn' } as const;
  const config = readConfig();
  return {
    folder,
    example,
    config: { ...config, ...own, temporal: { ...config.temporal, address: null } },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
