import { type Document, type Node, type Pair, type ParsedNode, isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import type { ManifestIssue } from './issue.ts';

/** A manifest is a page of text; more than this is something else. */
const maximumManifestBytes = 1_048_576;
const maximumAliases = 100;

/** A YAML document that is one mapping without duplicate keys, and the way back from a path to line and column. */
export interface ManifestDocument {
  /** Plain JSON-like data. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Where the value at this path starts; its key when the value is empty; the nearest thing above when it is missing. */
  readonly locateValue: (path: readonly PropertyKey[]) => Place;
  /** Where the key at the end of this path starts. */
  readonly locateKey: (path: readonly PropertyKey[]) => Place;
}

/** 1-based; columns count UTF-16 units, as editors do. */
interface Place {
  readonly line: number;
  readonly column: number;
}

type Opened =
  { readonly ok: true; readonly document: ManifestDocument } | { readonly ok: false; readonly issues: readonly ManifestIssue[] };

/** Reads YAML 1.2 into one mapping, or says what is wrong with the text. Never throws. */
export function openDocument(text: string): Opened {
  const bytes = utf8Length(text);
  if (bytes > maximumManifestBytes) return refuse(tooLarge(bytes));
  const content = text.replace(/^\uFEFF/, '');
  const place = placeFinder(content);
  const document = parseDocument(content, { prettyErrors: false, uniqueKeys: false, stringKeys: true });

  const syntax = syntaxIssues(document, place);
  if (syntax.length > 0) return { ok: false, issues: syntax };
  if (!isMap(document.contents)) return refuse(notAMapping(document.contents, place));
  const structure = structureIssues(document, place);
  if (structure.length > 0) return { ok: false, issues: structure };
  return readValue(document, place);
}

function readValue(document: Document.Parsed, place: (offset: number) => Place): Opened {
  try {
    const value = document.toJS({ maxAliasCount: maximumAliases }) as Record<string, unknown>;
    return { ok: true, document: { value, locateValue: valueLocator(document, place), locateKey: keyLocator(document, place) } };
  } catch {
    return refuse({
      path: '',
      line: 1,
      column: 1,
      message: 'The aliases (*name) of the file stand for far more data than is written.',
      advice: 'Write the values out instead of using anchors and aliases.',
    });
  }
}

function refuse(issue: ManifestIssue): Opened {
  return { ok: false, issues: [issue] };
}

function tooLarge(bytes: number): ManifestIssue {
  return {
    path: '',
    line: 1,
    column: 1,
    message: `The file has ${String(bytes)} bytes; a manifest has at most ${String(maximumManifestBytes)}.`,
    advice: 'Check that this is the manifest and not another file; keep data in files of the source directory.',
  };
}

function notAMapping(contents: ParsedNode | null, place: (offset: number) => Place): ManifestIssue {
  const empty = contents === null || (isScalar(contents) && contents.value === null);
  return {
    path: '',
    ...(empty ? { line: 1, column: 1 } : place(contents.range[0])),
    message: empty
      ? 'The file is empty.'
      : `The file is ${isSeq(contents) ? 'a list' : 'a single value'}, not a mapping of keys to values.`,
    advice: 'Start with "target: NAME"; docs/hone.schema.json has every key.',
  };
}

function syntaxIssues(document: Document.Parsed, place: (offset: number) => Place): readonly ManifestIssue[] {
  const errors = [...document.errors, ...document.warnings];
  const exhausted = errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  if (exhausted !== undefined) {
    return [
      {
        path: '',
        ...place(exhausted.pos[0]),
        message: 'The values are nested too deeply to be read.',
        advice: 'A manifest needs at most five levels.',
      },
    ];
  }
  const byOffset = new Map<number, ManifestIssue>();
  for (const error of errors.toSorted((left, right) => left.pos[0] - right.pos[0])) {
    if (byOffset.has(error.pos[0])) continue;
    byOffset.set(error.pos[0], { path: '', ...place(error.pos[0]), ...wordsFor(error.code, error.message) });
  }
  return [...byOffset.values()].slice(0, 10);
}

function wordsFor(code: string, message: string): Pick<ManifestIssue, 'message' | 'advice'> {
  const said = `Not valid YAML: ${message.replace(/; please use .*$/, '').replace(/\.$/, '')}.`;
  const advice: Readonly<Record<string, string>> = {
    TAB_AS_INDENT: 'Indent with spaces.',
    MULTIPLE_DOCS: 'Keep one document per file: remove the "---" line and what follows it.',
    MISSING_CHAR: 'Close the quote or bracket that is open here.',
    BAD_SCALAR_START: 'Put the value in quotes.',
    BLOCK_AS_IMPLICIT_KEY: 'Put a value that contains ": " in quotes, or begin the nested mapping on a new line.',
    NON_STRING_KEY: 'Keys are plain words.',
    TAG_RESOLVE_FAILED: 'Remove the tag (!name), or put the value in quotes.',
  };
  return { message: said, advice: advice[code] ?? 'Check the indentation and the quotes of this line and the one before.' };
}

/** Duplicate keys, aliases without an anchor, and characters that no program argument can carry. One pass, each node once. */
function structureIssues(document: Document.Parsed, place: (offset: number) => Place): readonly ManifestIssue[] {
  const issues: ManifestIssue[] = [];
  const anchors = new Set<string>();
  let aliases = 0;
  const report = (node: Node, path: string, message: string, advice: string): void => {
    if (issues.length < 10) issues.push({ path, ...place(node.range?.[0] ?? 0), message, advice });
  };
  const visitPair = (pair: Pair, path: string, seen: Map<string, Place>): void => {
    const key = keyText(pair);
    const keyPath = path === '' ? key : `${path}.${key}`;
    if (isNode(pair.key)) {
      const first = seen.get(key);
      if (first !== undefined) {
        report(pair.key, keyPath, `"${key}" is written twice; the first is in line ${String(first.line)}.`, 'Keep one of the two.');
      } else if (key === '__proto__') {
        report(pair.key, keyPath, '"__proto__" cannot be a key.', 'Choose another name.');
      } else seen.set(key, place(pair.key.range?.[0] ?? 0));
    }
    visit(pair.value, keyPath);
  };
  const visit = (node: unknown, path: string): void => {
    if (isAlias(node)) {
      aliases += 1;
      if (!anchors.has(node.source))
        report(node, path, `The alias *${node.source} has no anchor before it.`, 'Put a value that starts with "*" in quotes.');
      else if (aliases === maximumAliases + 1) report(node, path, `More than ${String(maximumAliases)} aliases.`, 'Write the values out.');
      return;
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) anchors.add(node.anchor);
    if (isMap(node)) {
      const seen = new Map<string, Place>();
      for (const pair of node.items) visitPair(pair, path, seen);
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        if (isPair(item)) visitPair(item, path, new Map());
        else visit(item, `${path}[${String(index)}]`);
      }
    } else if (isScalar(node) && typeof node.value === 'string' && node.value.includes('\0')) {
      report(node, path, 'The value contains a NUL character.', 'Remove it; no argument, path or variable can carry one.');
    }
  };
  visit(document.contents, '');
  return issues;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

interface Found {
  readonly key: Node | null;
  readonly value: Node | null;
}

/** The deepest pair along the path that exists, and whether that is the whole path. */
function follow(document: Document.Parsed, path: readonly PropertyKey[]): { readonly found: Found; readonly whole: boolean } {
  let found: Found = { key: null, value: document.contents };
  for (const step of path) {
    const target = isAlias(found.value) ? found.value.resolve(document) : found.value;
    const next = childNode(target, step);
    if (next === undefined) return { found, whole: false };
    found = next;
  }
  return { found, whole: true };
}

function childNode(node: unknown, step: PropertyKey): Found | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => keyText(item) === String(step));
    return pair && { key: isNode(pair.key) ? pair.key : null, value: isNode(pair.value) ? pair.value : null };
  }
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    return isNode(item) ? { key: null, value: item } : undefined;
  }
  return undefined;
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function valueLocator(document: Document.Parsed, place: (offset: number) => Place): (path: readonly PropertyKey[]) => Place {
  return (path) => {
    const { found, whole } = follow(document, path);
    const empty = found.value === null || (isScalar(found.value) && found.value.value === null && found.value.source === '');
    return place(startOf(found.key !== null && (empty || !whole) ? found.key : (found.value ?? found.key)));
  };
}

function keyLocator(document: Document.Parsed, place: (offset: number) => Place): (path: readonly PropertyKey[]) => Place {
  return (path) => {
    const { found } = follow(document, path);
    return place(startOf(found.key ?? found.value));
  };
}

/** From an offset to line and column. The library's own counter loses lines inside a key of several lines. */
function placeFinder(content: string): (offset: number) => Place {
  const starts = [0, ...Array.from(content.matchAll(/\n/g), (match) => match.index + 1)];
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
