import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { HoneError } from '../../domain/errors.ts';
import { parseManifest } from '../../domain/manifest/parse.ts';
import type { IncomingRequest } from '../../traffic/deidentify/stage.ts';
import { runProcess } from '../../toolchains/process.ts';
import type { Prepared, PrepareSetting, Subject } from './subject.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples', 'query-service');
const seeds = { training: 7001, heldOut: 7002 } as const;

/** The example's generator of traffic, which knows nothing of Hone. */
interface Traffic {
  readFacts(directory: string): Promise<unknown>;
  makeRequests(
    facts: unknown,
    options: { readonly mix: 'training' | 'held-out'; readonly seed: number },
  ): () => {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | number>>;
    readonly body?: string;
  };
}

/** The example with the rules of its manifest, and a store whose rows go through the requests' pseudonyms. */
export async function queryService(): Promise<Subject> {
  const parsed = parseManifest(await readFile(join(example, 'hone.yaml'), 'utf8'));
  if (!parsed.ok)
    throw new HoneError('internal', 'The manifest of the example is not valid.', 'Run: hone target check examples/query-service');
  return {
    name: 'query-service',
    source: example,
    variables: [`SQLITE_DIR=${join(root, 'node_modules', 'better-sqlite3', 'deps', 'sqlite3')}`],
    passes: 1,
    rules: parsed.manifest.deidentification,
    words: (port, store) => ['serve', '--port', String(port), '--database', store ?? ''],
    prepare,
  };
}

async function prepare({ binary, folder, requests, signal }: PrepareSetting): Promise<Prepared> {
  const store = join(folder, 'production.db');
  await runService(binary, ['seed', '--database', store], null, signal);
  for (const table of ['customers', 'products']) {
    await runService(binary, ['export', '--database', store, '--table', table], join(folder, `${table}.jsonl`), signal);
  }
  const traffic = (await import(join(example, 'traffic', 'requests.mjs'))) as Traffic;
  const facts = await traffic.readFacts(folder);
  const make = (mix: 'training' | 'held-out', seed: number, count: number) => {
    const next = traffic.makeRequests(facts, { mix, seed });
    return Array.from({ length: count }, (): IncomingRequest => {
      const { method, path, headers, body = '' } = next();
      const all = Object.entries<string | number>({ host: 'shop.example', ...headers }).map(
        ([name, value]) => [name, String(value)] as const,
      );
      return { method, target: path, headers: all, body: Buffer.from(body) };
    });
  };
  return {
    training: make('training', seeds.training, requests.training),
    heldOut: make('held-out', seeds.heldOut, requests.heldOut),
    store,
    storeOf: (pseudonymise, file) => pseudonymisedStore({ binary, store, file, pseudonymise, signal }),
  };
}

async function runService(binary: string, words: readonly string[], output: string | null, signal: AbortSignal): Promise<void> {
  const file = output === null ? null : createWriteStream(output);
  const { exitCode, lastLines } = await runProcess({
    command: binary,
    arguments: words,
    environment: {},
    signal,
    ...(file && { onLine: (line: string) => void file.write(`${line}\n`) }),
  });
  if (file !== null) await new Promise<void>((resolve) => file.end(resolve));
  if (exitCode !== 0) throw failed(`${words[0]} ended with ${exitCode}`, lastLines);
}

const failed = (what: string, details: readonly string[] = []) =>
  new HoneError('evaluation-failed', `The query service: ${what}.`, 'See its last lines.', { details });

interface StoreCopy {
  readonly binary: string;
  readonly store: string;
  readonly file: string;
  readonly pseudonymise: (line: string) => string;
  readonly signal: AbortSignal;
}

/** What the manifest's prepare hook does: export, pseudonyms, import. */
async function pseudonymisedStore({ binary, store, file, pseudonymise, signal }: StoreCopy): Promise<void> {
  const from = spawn(binary, ['export', '--database', store], { signal, stdio: ['ignore', 'pipe', 'inherit'] });
  const into = spawn(binary, ['import', '--database', file], { signal, stdio: ['pipe', 'inherit', 'inherit'] });
  const ends = [from, into].map((child) => once(child, 'exit') as Promise<[number | null]>);
  await pipeline(async function* () {
    for await (const line of createInterface({ input: from.stdout, crlfDelay: Infinity })) yield `${pseudonymise(line)}\n`;
  }, into.stdin);
  for (const [code] of await Promise.all(ends)) if (code !== 0) throw failed(`copying the store ended with ${code}`);
}
