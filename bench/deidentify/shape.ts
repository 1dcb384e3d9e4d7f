import type { Output } from './judge.ts';
import type { Case } from './corpus/truth.ts';

/**
 * Why a request has lost its shape, or null. The shape: method, number of path segments, names of the query in their order; of a JSON body the
 * types, the names in their order and the lengths of arrays; of a form the names in their order; of XML the elements in their order; of GraphQL what
 * stands around its literals; of CSV the header row and the number of cells; of plain text the number of lines; of texts in JSON the
 * class of their length (see {@link sameLength}); of numbers the sign and the digits before and after the point.
 */
export function lostShape({ incoming }: Case, output: Output): string | null {
  if (incoming.method !== output.method) return 'method';
  const [from, to] = [incoming.target, output.target].map((target) => {
    const [path = '', query = ''] = target.split(/\?(.*)/s);
    return { segments: path.split('/').length, names: query.split('&').map((pair) => pair.split('=', 1)[0]) };
  });
  if (from!.segments !== to!.segments) return 'path';
  if (from!.names.join() !== to!.names.join()) return 'query';
  const type = incoming.headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  const before = Buffer.from(incoming.body).toString();
  const after = Buffer.from(output.body, 'base64').toString();
  if (type.includes('ndjson')) return lostLines(before, after);
  if (type.includes('json')) return lostJson(before, after);
  return skeletonOf(before, type) === skeletonOf(after, type) ? null : 'elements';
}

/** One JSON text a line. */
function lostLines(before: string, after: string): string | null {
  const [from, to] = [before.split('\n'), after.split('\n')];
  if (from.length !== to.length) return 'lines';
  return from.map((line, index) => (line === '' ? null : lostJson(line, to[index]!))).find((lost) => lost !== null) ?? null;
}

/** What of a text is not its values. */
function skeletonOf(text: string, type: string): string {
  const all = (pattern: RegExp) => (text.match(pattern) ?? []).join();
  if (type.includes('xml')) return all(/<[^>]+>/g);
  if (type.includes('multipart')) return all(/(?<=; name=")[^"]*(?=")/g);
  if (type.includes('graphql')) return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/-?\d[\d.]*/g, '0');
  if (type.includes('csv')) return `${text.split('\r\n', 1)[0]}${text.replaceAll(/"(?:[^"]|"")*"/g, '').replaceAll(/[^,\r\n]/g, '')}`;
  if (type.includes('text/plain')) return text.replaceAll(/[^\n]/g, '');
  return all(/(?<=^|&)[^=&]+=/g);
}

function lostJson(before: string, after: string): string | null {
  try {
    return lostNode(parse(before), parse(after), 'body');
  } catch {
    return 'no JSON';
  }
}

/** A number as it is written: `90.000000` has six digits behind the point. */
const isNumeral = (value: unknown): value is { readonly numeral: string } =>
  typeof value === 'object' && value !== null && 'numeral' in value;

function parse(text: string): unknown {
  const keep = (_name: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' ? { numeral: context?.source ?? String(value) } : value;
  return JSON.parse(text, keep);
}

function lostNode(before: unknown, after: unknown, place: string): string | null {
  if (typeof before !== typeof after || Array.isArray(before) !== Array.isArray(after) || (before === null) !== (after === null))
    return `${place}: type`;
  if (typeof before === 'string')
    return sameLength(before, after as string) ? null : `${place}: length ${before.length} to ${(after as string).length}`;
  if (isNumeral(before) || isNumeral(after)) {
    if (!isNumeral(before) || !isNumeral(after)) return `${place}: type`;
    return magnitude(before.numeral) === magnitude(after.numeral) ? null : `${place}: magnitude`;
  }
  if (typeof before !== 'object' || before === null) return null;
  const [from, to] = [Object.entries(before), Object.entries(after as object)];
  if (from.map(([name]) => name).join() !== to.map(([name]) => name).join()) return `${place}: names`;
  for (const [index, [name, value]] of from.entries()) {
    const lost = lostNode(value, to[index]![1], `${place}/${name}`);
    if (lost !== null) return lost;
  }
  return null;
}

/** Two texts of one class: their lengths differ by eight characters (an IPv6 address may be short or long) or by a quarter at most. */
function sameLength(before: string, after: string): boolean {
  const difference = Math.abs(before.length - after.length);
  return difference <= 8 || difference <= before.length / 4;
}

/** Sign, digits before the point, and whether there is something after it. */
function magnitude(numeral: string): string {
  const [whole = '', part] = numeral.split('.');
  return `${whole.replaceAll(/\d/g, '9')}${part !== undefined}`;
}
