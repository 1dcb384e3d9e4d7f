import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

type EngineModule = typeof import('@prisma/schema-engine-wasm/schema_engine_bg') & { __wbg_set_wasm(exports: object): void };
/** The part of Prisma's adapter that is put right here. */
interface PgAdapter {
  executeScript(script: string): Promise<void>;
  dispose(): Promise<void>;
  underlyingDriver(): { query(sql: string): Promise<unknown> };
  onError(error: unknown): never;
  performIO(query: object): Promise<{ readonly fields: { dataTypeID: number }[] }>;
  queryRaw(query: object): Promise<{ readonly columnTypes: number[] }>;
}
/** WebAssembly stands in no type library that these folders use. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ readonly exports: Record<string, () => void> }>;
}

const require = createRequire(import.meta.url);
let loaded: Promise<EngineModule> | undefined;

async function load(): Promise<EngineModule> {
  const wasm = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const path = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const engine = (await import(path)) as EngineModule;
  const module = await wasm.compile(await readFile(path.replace(/\.js$/, '.wasm')));
  const instance = await wasm.instantiate(module, { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports); // oxlint-disable-line no-underscore-dangle -- wasm-bindgen's name
  instance.exports['__wbindgen_start']?.();
  return engine;
}

/**
 * Prisma's adapter splits a script at every semicolon, which breaks the bodies of functions. Here a script goes to the
 * server whole: one implicit transaction, so that a migration is applied entirely or not at all.
 */
function sendingScriptsWhole(adapter: unknown): PgAdapter {
  const pgAdapter = adapter as PgAdapter;
  pgAdapter.executeScript = async (script) => {
    try {
      await pgAdapter.underlyingDriver().query(script);
    } catch (error) {
      pgAdapter.onError(error);
    }
  };
  return pgAdapter;
}

/**
 * The adapter does not know the catalogue's one-byte type "char" (18), without which no schema can be read back. The
 * server's answer passes as CHAR (1042), and the column is then marked as the character that the engine expects.
 */
function readingCatalogueChars(adapter: PgAdapter): PgAdapter {
  const performIO = adapter.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  const characterColumns = new WeakMap<object, number[]>();
  adapter.performIO = async (query) => {
    const result = await performIO(query);
    const columns = [...result.fields.keys()].filter((index) => result.fields[index]?.dataTypeID === 18);
    for (const index of columns) result.fields[index]!.dataTypeID = 1042;
    characterColumns.set(query, columns);
    return result;
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of characterColumns.get(query) ?? []) result.columnTypes[index] = adapterUtils().ColumnTypeEnum.Character;
    return result;
  };
  return adapter;
}

async function connect(databaseUrl: string, pools: pg.Pool[]): Promise<PgAdapter> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 10_000 });
  pools.push(pool);
  return readingCatalogueChars(sendingScriptsWhole(await new PrismaPg(pool).connect()));
}

/** A new, empty database of the same server, dropped when the engine has done with it. */
async function connectToShadow(databaseUrl: string, pools: pg.Pool[]): Promise<PgAdapter> {
  const name = `hone_shadow_${randomUUID()}`;
  const admin = await connect(databaseUrl, pools);
  await admin.underlyingDriver().query(`CREATE DATABASE "${name}"`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  const shadow = await connect(url.href, pools);
  shadow.dispose = async () => void (await admin.underlyingDriver().query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
  return shadow;
}

/** A dependency of @prisma/adapter-pg, found through it: the engine's own binding of adapter errors, and the column types. */
function adapterUtils(): {
  bindMigrationAwareSqlAdapterFactory(factory: object): object;
  readonly ColumnTypeEnum: { readonly Character: number };
} {
  return createRequire(require.resolve('@prisma/adapter-pg'))('@prisma/driver-adapter-utils');
}

/** Prisma's schema engine as WebAssembly, connected to a database; `schema` is the text of schema.prisma where a verb needs it. */
export async function withSchemaEngine<Result>(
  databaseUrl: string,
  schema: { readonly path: string; readonly content: string } | null,
  use: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const { SchemaEngine: Engine } = await (loaded ??= load());
  const pools: pg.Pool[] = [];
  const adapter = adapterUtils().bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(databaseUrl, pools),
    connectToShadowDb: () => connectToShadow(databaseUrl, pools),
  });
  try {
    const engine = await Engine.new({ datamodels: schema === null ? undefined : [[schema.path, schema.content]] }, () => {}, adapter);
    try {
      return await use(engine);
    } finally {
      engine.free();
    }
  } finally {
    // The engine's own advisory lock lives as long as its connection: it must not linger in a pool.
    await Promise.all(pools.map((pool) => pool.end()));
  }
}
