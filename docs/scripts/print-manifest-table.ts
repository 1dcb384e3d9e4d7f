// Writes the table of every key of hone.yaml into docs/manifest.md, between its two markers, from docs/hone.schema.json.
// With --check it only compares, and ends with 1 when the file is out of date.
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

const begin = '<!-- the table below is written by docs/scripts/print-manifest-table.ts -->';
const end = '<!-- end of the table -->';
const page = new URL('../manifest.md', import.meta.url);
const schema = JSON.parse(await readFile(new URL('../hone.schema.json', import.meta.url), 'utf8')) as Node;

/** The part of JSON Schema that the file uses. */
interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly additionalProperties?: Node | boolean;
}

interface Entry {
  readonly key: string;
  readonly node: Node;
  readonly isRequired: boolean;
}

/** Every key with its path (`drive.inputs[].name`), depth first, in the order of the schema. */
function* keysOf(node: Node, path: string): Generator<Entry> {
  const required = new Set(node.required ?? []);
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    const key = path === '' ? name : `${path}.${name}`;
    yield { key, node: child, isRequired: required.has(name) };
    yield* keysOf(child, key);
    if (child.items?.properties) yield* keysOf(child.items, `${key}[]`);
    if (typeof child.additionalProperties === 'object') yield* keysOf(child.additionalProperties, `${key}.NAME`);
    for (const branch of child.oneOf ?? []) yield* branchKeys(branch, key);
  }
}

/** The kinds of a union: their common key `kind` becomes one row per kind. */
function* branchKeys(branch: Node, path: string): Generator<Entry> {
  const { kind, ...others } = branch.properties ?? {};
  if (kind !== undefined) yield { key: `${path}.kind`, node: kind, isRequired: true };
  yield* keysOf({ ...branch, properties: others }, path);
}

function allowed(node: Node): string {
  if (node.const !== undefined) return code(node.const);
  if (node.enum) return node.enum.map(code).join(', ');
  if (node.type === 'array') return node.items?.properties ? 'list' : `list of ${node.items?.enum ? allowed(node.items) : 'text'}`;
  if (node.type === 'object') return node.properties ? 'section' : 'names and values';
  if (node.oneOf) return 'section';
  if (node.anyOf) return node.anyOf.map(({ type }) => (type === 'integer' ? 'whole number' : 'text')).join(' or ');
  if (node.type === 'string') return 'text';
  if (node.type === 'boolean') return 'true, false';
  return `${node.type === 'integer' ? 'whole number' : 'number'}${range(node)}`;
}

function range({ minimum, maximum }: Node): string {
  const top = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum !== undefined && top !== undefined) return `, ${String(minimum)} to ${String(top)}`;
  return minimum === undefined ? '' : `, at least ${String(minimum)}`;
}

function fallback({ node, isRequired }: Entry): string {
  if (isRequired && node.default === undefined) return 'required';
  const isSection = node.type === 'object' && node.properties !== undefined;
  return node.default === undefined || isSection ? '' : code(node.default);
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function row(entry: Entry): string {
  const meaning = (entry.node.description ?? '').replaceAll('|', '\\|');
  const form = allowed(entry.node).replaceAll('|', '\\|');
  return `| \`${entry.key}\` | ${form} | ${fallback(entry)} | ${meaning} |`;
}

const rows = [...keysOf(schema, '')].map(row);
const table = ['| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
const text = await readFile(page, 'utf8');
const [before = '', rest = ''] = text.split(begin);
const after = rest.split(end)[1];
if (after === undefined) throw new Error('docs/manifest.md has lost its markers');
const options = await resolveConfig(page);
const wanted = await format(`${before}${begin}\n\n${table}\n\n${end}${after}`, { ...options, parser: 'markdown' });

if (!process.argv.includes('--check')) await writeFile(page, wanted);
else if (wanted !== text) {
  process.stderr.write('docs/manifest.md is out of date: run node docs/scripts/print-manifest-table.ts and commit the result.\n');
  process.exitCode = 1;
}
