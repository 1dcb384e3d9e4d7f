import { createHash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/** Where a cycle may have left something. */
export interface LeftoverPlaces {
  readonly dataDirectory: string;
  readonly databaseUrl: string;
  readonly targetName: string;
  /** The files that production's nginx includes; none for a command drive. */
  readonly mirrorIncludes: readonly string[];
}

/** One sentence for each thing that a cycle left behind; empty when it left nothing. */
export async function findLeftovers(places: LeftoverPlaces): Promise<string[]> {
  const found = await Promise.all([
    processes(places.dataDirectory),
    mirrors(places.mirrorIncludes),
    rows(places.databaseUrl),
    sessions(places.dataDirectory),
    buildLock(places),
  ]);
  return found.flat();
}

/** Instances and build commands of this data folder, told by their environment. */
async function processes(dataDirectory: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).split('\0');
    const mark = environment.find((entry) => /^(HONE_INSTANCE|HONE_BUILD_FOLDER)=/.test(entry));
    if (!mark || !environment.some((entry) => entry.includes(dataDirectory))) continue;
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
    found.push(`process ${pid} (${mark}): ${command}`);
  }
  return found;
}

async function mirrors(includes: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(includes.map((path) => readFile(path, 'utf8').catch(() => '')));
  return includes.filter((_, index) => texts[index]!.trim() !== '').map((path) => `the mirror is configured in ${path}`);
}

async function rows(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const leases = await client.query<{ holder: string }>('SELECT COALESCE("cycleId", "stressId") AS holder FROM "HostLease"');
    const running = await client.query<{ id: string }>(`SELECT id FROM "RefreshCycle" WHERE state = 'running'`);
    const stressed = await client.query<{ id: string }>(`SELECT id FROM "StressWindow" WHERE state = 'running'`);
    return [
      ...leases.rows.map(({ holder }) => `${holder} holds the host's lease`),
      ...running.rows.map(({ id }) => `cycle ${id} is running`),
      ...stressed.rows.map(({ id }) => `stress window ${id} is running`),
    ];
  } finally {
    await client.end();
  }
}

async function sessions(dataDirectory: string): Promise<string[]> {
  const folder = join(dataDirectory, 'gateway', 'sessions');
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(names.map(async (name) => `${name}: ${(await readdir(join(folder, name)).catch(() => [])).join(', ')}`));
  return files.map((text) => `gateway session ${text}`);
}

/** The abstract socket that a build holds; its name is the digest of the target's build folder. */
async function buildLock({ dataDirectory, targetName }: LeftoverPlaces): Promise<string[]> {
  const root = await realpath(join(dataDirectory, 'build')).catch(() => null);
  if (root === null) return [];
  const name = `hone-build-${createHash('sha256').update(join(root, targetName)).digest('hex').slice(0, 40)}`;
  return (await readFile('/proc/net/unix', 'utf8')).includes(`@${name}`) ? [`the build lock of ${targetName} is held`] : [];
}
