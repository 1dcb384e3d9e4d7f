import { parseArgs } from 'node:util';
import { table, thisMachine, type Figure } from './figures.ts';

/** `npm run bench -- NAME [--json]`: every bench measures side by side, in one run, with what a user would use instead. */
const benches: Readonly<Record<string, () => Promise<{ run(say: (line: string) => void): Promise<readonly Figure[]> }>>> = {
  loop: () => import('./loop/loop.ts'),
  house: () => import('./house/house.ts'),
};

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
const [name] = positionals;
const load = name === undefined ? undefined : benches[name];
if (name === undefined || load === undefined) {
  console.error(`usage: npm run bench -- NAME [--json]\nNAME is one of: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
const { run } = await load();
const figures = await run((line) => console.error(line));
const result = { bench: name, machine: thisMachine(), figures };
console.log(options.json ? JSON.stringify(result) : table(result));
process.exit();
