import { parseArgs } from 'node:util';
import { HoneError } from '../domain/errors.ts';
import { table, thisMachine, type Bench } from './figures.ts';

/** `npm run bench -- NAME [--json] [--quick] [--tuning]`: every bench measures side by side, in one run, with what a user would use instead. */
const benches: Readonly<Record<string, () => Promise<{ readonly run: Bench }>>> = {
  deidentify: () => import('./deidentify/deidentify.ts'),
  fidelity: () => import('./fidelity/fidelity.ts'),
  fuzz: () => import('./fuzz/fuzz.ts'),
  house: () => import('./house/house.ts'),
  loop: () => import('./loop/loop.ts'),
  mirror: () => import('./mirror/mirror.ts'),
  start: () => import('./start/start.ts'),
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    tuning: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
const load = name === undefined ? undefined : benches[name];
if (name === undefined || load === undefined) {
  console.error(`usage: npm run bench -- NAME [--json] [--quick] [--tuning]\nNAME is one of: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
try {
  const { run } = await load();
  const figures = await run((line) => console.error(line), { quick: options.quick, tuning: options.tuning, signal: interrupted.signal });
  const result = { bench: name, machine: thisMachine(), figures };
  console.log(options.json ? JSON.stringify(result) : table(result));
  process.exit();
} catch (error) {
  const lines =
    error instanceof HoneError ? [error.message, error.advice, ...(error.details ?? [])] : [String((error as Error).stack ?? error)];
  console.error(lines.join('\n'));
  process.exit(1);
}
