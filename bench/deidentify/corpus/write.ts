import { isSlot, type Node, type Slot } from './truth.ts';

/** A written body: its text, its content type. As it goes, every truth learns its place. */
export interface Written {
  readonly text: string;
  readonly contentType: string;
}

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Calls `visit` for each slot with the way to it. */
function walk(node: Node, way: string, visit: (slot: Slot, way: string, name: string) => void): void {
  if (isSlot(node)) {
    for (const truth of node.truths) truth.place = way;
    visit(node, way, way.slice(way.lastIndexOf('/') + 1));
  } else for (const [name, child] of Object.entries(node)) walk(child, `${way}/${name}`, visit);
}

/** JSON text of a node: tokens of slots stand as they are. */
export function writeJson(node: Node): string {
  if (isSlot(node)) return node.token ?? JSON.stringify(node.text);
  if (Array.isArray(node)) return `[${(node as readonly Node[]).map(writeJson).join(',')}]`;
  return `{${Object.entries(node)
    .map(([name, child]) => `${JSON.stringify(name)}:${writeJson(child)}`)
    .join(',')}}`;
}

function writeForm(node: Node): string {
  const pairs: string[] = [];
  walk(node, 'body', ({ text }, way) => {
    const [, first = '', ...rest] = way.split('/');
    pairs.push(
      `${encodeURIComponent(first + rest.map((part) => `[${part}]`).join(''))}=${encodeURIComponent(text).replaceAll('%20', '+')}`,
    );
  });
  return pairs.join('&');
}

function xmlElements(node: Node, name: string): string {
  if (isSlot(node)) return `<${name}>${escapeXml(node.text)}</${name}>`;
  if (Array.isArray(node)) return `<${name}>${(node as readonly Node[]).map((child) => xmlElements(child, 'item')).join('')}</${name}>`;
  return `<${name}>${Object.entries(node)
    .map(([child, value]) => xmlElements(value, child))
    .join('')}</${name}>`;
}

const boundary = '----FormBoundary7MA4YWxkTrZu0gW';
function writeMultipart(node: Node): string {
  let text = '';
  walk(node, 'body', (slot, _way, name) => {
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${slot.text}\r\n`;
  });
  return `${text}--${boundary}--\r\n`;
}

/** Header row and one row; commas and quotes are quoted (RFC 4180). */
function writeCsv(node: Node): string {
  const names: string[] = [];
  const values: string[] = [];
  walk(node, 'body', ({ text }, _way, name) => {
    names.push(name);
    values.push(/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  });
  return `${names.join(',')}\r\n${values.join(',')}\r\n`;
}

function writeText(node: Node): string {
  const lines: string[] = [];
  walk(node, 'body', ({ text }) => void lines.push(text));
  return lines.join('\n');
}

/** `field: "literal"` arguments of a mutation. */
function graphqlLiteral(node: Node): string {
  if (isSlot(node)) return node.token ?? JSON.stringify(node.text);
  if (Array.isArray(node)) return `[${(node as readonly Node[]).map(graphqlLiteral).join(', ')}]`;
  return `{${Object.entries(node)
    .map(([name, child]) => `${name}: ${graphqlLiteral(child)}`)
    .join(', ')}}`;
}

const query = 'mutation Place($input: OrderInput!) { place(input: $input) { id status } }';

/** Every format of the corpus. A JSON place is a way through the body; so is that of a form; elsewhere the whole body is one place. */
const formats: Readonly<Record<string, (node: Node) => Written>> = {
  json: (node) => ({ text: writeJson(node), contentType: 'application/json' }),
  graphql: (node) => ({
    text: `{"query":${JSON.stringify(query)},"variables":{"input":${writeJson(node)}}}`,
    contentType: 'application/json',
  }),
  'graphql-literal': (node) => ({
    text: `mutation { place(input: ${graphqlLiteral(node)}) { id status } }`,
    contentType: 'application/graphql',
  }),
  form: (node) => ({ text: writeForm(node), contentType: 'application/x-www-form-urlencoded' }),
  multipart: (node) => ({ text: writeMultipart(node), contentType: `multipart/form-data; boundary=${boundary}` }),
  xml: (node) => ({ text: `<?xml version="1.0" encoding="UTF-8"?>${xmlElements(node, 'request')}`, contentType: 'application/xml' }),
  csv: (node) => ({ text: writeCsv(node), contentType: 'text/csv' }),
  text: (node) => ({ text: writeText(node), contentType: 'text/plain; charset=utf-8' }),
  ndjson: (node) => ({ text: `${writeJson(node)}\n${writeJson(node)}\n`, contentType: 'application/x-ndjson' }),
};

/** Writes a body and tells every truth its place: of JSON and forms the way to it, of other formats the body. */
export function writeBody(format: string, node: Node): Written {
  const write = formats[format];
  if (write === undefined) throw new RangeError(`No format ${format}.`);
  const prefix = format === 'graphql' ? 'body/variables/input' : 'body';
  const hasWays = format === 'json' || format === 'graphql' || format === 'form';
  const written = write(node);
  walk(node, prefix, ({ truths }) => {
    if (!hasWays) for (const truth of truths) truth.place = 'body';
  });
  return written;
}
