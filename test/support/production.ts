import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const project = resolve(import.meta.dirname, '../..');
const script = join(project, 'examples/query-service/production/production.mjs');

/** What production.mjs says of a running production; every path is absolute. */
export interface ProductionState {
  readonly url: string;
  readonly nginxPid: number;
  readonly servicePid: number;
  readonly configuration: string;
  readonly prefix: string;
  readonly httpInclude: string;
  readonly locationInclude: string;
  readonly accessLog: string;
}

export interface Production extends ProductionState {
  readonly directory: string;
  /** Swaps the service as a deploy hook would; answers the process id that now serves. */
  deploy(binary: string): Promise<number>;
  /** Ends nginx and the service; a second call finds nothing. */
  stop(): Promise<void>;
}

/** Starts real nginx in front of a service, in a directory that production.mjs keeps all its files in. */
export async function startProduction(options: {
  readonly directory: string;
  readonly binary: string;
  /** The service's settings: `service.json` of a fixture. */
  readonly service: string;
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<Production> {
  const call = async (verb: string, ...more: string[]) => {
    const environment = { ...process.env, ...options.environment };
    const { stdout } = await run(process.execPath, [script, verb, '--directory', options.directory, ...more], { env: environment });
    return stdout.trim().split('\n');
  };
  const [line = ''] = await call('start', '--binary', options.binary, '--service', options.service);
  return {
    ...(JSON.parse(line) as ProductionState),
    directory: options.directory,
    deploy: async (binary) => Number((await call('deploy', '--binary', binary)).at(-1)),
    stop: async () => void (await call('stop')),
  };
}

/** A copy of a fixture in a temporary directory. `build` compiles it with clang-22 and answers the binary's path. */
export interface FixtureCopy {
  readonly directory: string;
  build(flags?: string): Promise<string>;
  remove(): Promise<void>;
}

/** Copies a fixture (`tiny-service`, `tiny-command`, `tiny-library`), with the paths of its manifest that lead out of it made absolute. */
export async function copyFixture(name: 'tiny-service' | 'tiny-command' | 'tiny-library'): Promise<FixtureCopy> {
  const parent = await mkdtemp(join(tmpdir(), 'hone-fixture-'));
  const directory = join(parent, name);
  await cp(join(project, 'test/fixtures', name), directory, {
    recursive: true,
    filter: (path) => !/\/(build|production)$/.test(path),
  });
  const manifest = join(directory, 'hone.yaml');
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replaceAll('../../../', `${project}/`));
  return {
    directory,
    build: async (flags = '-O2') => {
      await run('make', ['-B', 'CC=clang-22', `CFLAGS=${flags}`], { cwd: directory });
      return join(directory, 'build', name);
    },
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}
