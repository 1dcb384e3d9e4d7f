import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApi } from '../../api/index.ts';
import { batchReportsOperation } from '../../cli/operations/batch-report.ts';
import { buildsOperation } from '../../cli/operations/build.ts';
import { cyclesOperation } from '../../cli/operations/cycle.ts';
import { epochsOperation } from '../../cli/operations/epoch.ts';
import { privacySpendsOperation } from '../../cli/operations/privacy.ts';
import { profilesOperation } from '../../cli/operations/profile.ts';
import { releasesOperation } from '../../cli/operations/release.ts';
import { targetsOperation } from '../../cli/operations/target.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import { parseManifest } from '../../domain/manifest/parse.ts';
import type { RefreshCycle } from '../../domain/model/cycle.ts';
import type { Store } from '../../domain/ports/store.ts';
import { startPostgres } from '../../infra/postgres/embedded.ts';
import { ensureDatabase } from '../../infra/postgres/ensure-database.ts';
import { makeFileBlobs } from '../../store/blobs/file-blobs.ts';
import { makeStore } from '../../store/index.ts';
import { applyMigrations, defaultMigrationsDirectory } from '../../store/migrate.ts';
import { blobOf } from '../../test/support/samples.ts';
import { seed } from '../../test/support/seed.ts';

/** Rows in every list, and rows asked for. */
export const rows = 50;

const busiest = 'target-1';
const everythingOfCycles = `query ($first: Int!) { cycles(first: $first) { edges { node { target { name } state events { message }
  windows { host { name } } corpus { counters { received } } profileVersion { number }
  evaluation { verdict pairs { index } release { number channels { name } } } } } } }`;

const hosts = `query ($first: Int!) { hosts(first: $first) { edges { node { name hardwareClass lastSeenAt lease { expiresAt
  cycle { state } } } } } }`;

/** The lists as the command line asks for them, the hosts, and the deepest one. */
const lists: Readonly<Record<string, string>> = {
  targets: targetsOperation.document,
  cycles: cyclesOperation.document,
  'cycles-with-everything': everythingOfCycles,
  profiles: profilesOperation.document,
  builds: buildsOperation.document,
  releases: releasesOperation.document,
  hosts,
  epochs: epochsOperation.document,
  'batch-reports': batchReportsOperation.document,
  'privacy-ledger': privacySpendsOperation.document,
};

/** SQL statements that each list query takes through the API on a real Postgres, with {@link rows} rows in each list. */
export async function countStatements(): Promise<Readonly<Record<string, number>>> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const settings = { fsync: 'off', synchronous_commit: 'off' };
    const server = await startPostgres({ dataDirectory: join(folder, 'postgres'), settings });
    closers.push(() => server.stop());
    await ensureDatabase(server.url('postgres'), 'hone');
    await applyMigrations(server.url('hone'), defaultMigrationsDirectory);
    const statements: string[] = [];
    const onStatement = (sql: string) => void statements.push(sql);
    const database = await makeStore({ databaseUrl: server.url('hone'), poolSize: 8, log: { warn() {} }, onStatement });
    closers.push(() => database.close());
    await fill(database.store);
    const ask = makeAsk(database.store, folder);
    const counts: Record<string, number> = {};
    for (const [name, document] of Object.entries(lists)) {
      statements.length = 0;
      await ask(name, document);
      counts[name] = statements.filter((sql) => !/^(BEGIN|COMMIT)/.test(sql)).length;
    }
    return counts;
  } finally {
    while (closers.length > 0) await closers.pop()!();
  }
}

/** As many targets and hosts as rows, and one target with as many cycles, profile versions, builds, releases, epochs, reports and lines of the ledger. */
async function fill(store: Store): Promise<void> {
  for (let index = 2; index <= rows; index += 1) await (await seed(store).target(`target-${index}`)).loop();
  const verbs = await seed(store).target(busiest);
  for (let index = 1; index <= rows; index += 1) {
    const { cycle } = await verbs.loop();
    await fillPrivacy(store, cycle, index);
  }
  // One host is there: the windows are its.
  for (let index = 2; index <= rows; index += 1) await seed(store).host(`host-${index}`);
}

const epochMilliseconds = 7 * 24 * 3_600_000; // the default of deidentification.epochDays

/** An epoch of its own for the cycle's session, what the session paid, and the report of its batch. */
async function fillPrivacy(
  { epochs, privacy, batches }: Store,
  { id: cycleId, targetId, startedAt }: RefreshCycle,
  index: number,
): Promise<void> {
  const sessionId = asId<SessionId>(cycleId);
  const at = new Date(Date.parse(startedAt) + (index - 1) * epochMilliseconds);
  const epoch = await epochs.enter(targetId, sessionId, at);
  const cost = { microRho: 1, femtoDelta: 1 };
  await privacy.spend({ targetId, sessionId, purpose: 'session-report', epoch, budget: cost, ...cost, createdAt: at.toISOString() });
  await batches.save({ cycleId, blob: blobOf(`report of ${cycleId}`), text: '{}\n', problems: [] });
}

/** Asks a document of the API; throws when the answer has errors or too few rows. */
function makeAsk(store: Store, folder: string): (name: string, document: string) => Promise<void> {
  const token = randomUUID();
  const refuse = () => Promise.reject(new HoneError('engine-unavailable', 'The bench has no engine.', 'Lists need none.'));
  const api = makeApi({
    store,
    blobs: makeFileBlobs({ directory: join(folder, 'blobs') }),
    engine: { startCycle: refuse, cancelCycle: refuse, progress: refuse },
    promotion: { move: refuse },
    epochs: { tend: refuse },
    freshness: { check: refuse, match: refuse },
    stress: { start: refuse, cancel: refuse },
    schedules: {
      apply: refuse,
      remove: refuse,
      look: refuse,
      pause: refuse,
      resume: refuse,
      trigger: refuse,
      timesBetween: refuse,
      backfill: refuse,
    },
    parseManifest,
    token,
    log: { error() {} },
    health: () => Promise.resolve(),
  });
  return async (name, query) => {
    const variables = { first: rows, after: null, ...(query.includes('$target') ? { target: busiest } : {}) };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' };
    const body = JSON.stringify({ query, variables });
    const answer = await api.fetch(new Request('http://127.0.0.1/graphql', { method: 'POST', headers, body }));
    const { data, errors } = (await answer.json()) as { data?: Record<string, { edges: unknown[] }>; errors?: unknown };
    const found = Object.values(data ?? {})[0]?.edges.length;
    if (errors || found !== rows) throw new Error(`The list ${name} answered ${found} rows of ${rows}: ${JSON.stringify(errors)}`);
  };
}
