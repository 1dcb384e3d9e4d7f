import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** One fenced block of a page. */
export interface Block {
  /** `docs/cli.md:17`, for messages. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

export interface Page {
  /** Relative to the checkout. */
  readonly name: string;
  readonly text: string;
  /** The text without its fenced blocks. */
  readonly prose: string;
  readonly blocks: readonly Block[];
}

/** The pages that users read. */
export function pages(): readonly Page[] {
  const inDocs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...inDocs.map((name) => `docs/${name}`)].map(readPage);
}

export function readPage(name: string): Page {
  const text = readFileSync(join(root, name), 'utf8');
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    place: `${name}:${String(text.slice(0, match.index).split('\n').length)}`,
    language: match[1]!,
    text: match[2]!,
  }));
  return { name, text, prose: text.replaceAll(/^```[\s\S]*?^```$/gm, ''), blocks };
}

/** The blocks of one language, of all pages. */
export function blocksOf(language: string): readonly Block[] {
  return pages().flatMap(({ blocks }) => blocks.filter((block) => block.language === language));
}

/** The command lines of the shell blocks: comments left out, continued lines joined. */
export function shellLines(): readonly { readonly place: string; readonly line: string }[] {
  return blocksOf('sh').flatMap(({ place, text }) =>
    text
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => ({ place, line: line.replace(/(^|\s+)#\s.*$/, '').trim() }))
      .filter(({ line }) => line !== ''),
  );
}

/** Splits a line as a shell does where only quotes matter. */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
}

/** The rows of the table whose header names these columns: the cells as they are written. */
export function tableRows(page: Page, ...header: readonly string[]): readonly (readonly string[])[] {
  const lines = page.prose.split('\n');
  const cells = (line: string) =>
    line
      .replace(/^\|/, '')
      .replace(/\|$/, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
  const start = lines.findIndex((line) => line.startsWith('|') && cells(line).join('|') === header.join('|'));
  if (start < 0) throw new Error(`${page.name} has no table ${header.join(', ')}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end < 0 ? undefined : end).map(cells);
}

/** `code` without its backticks. */
export function plain(cell: string): string {
  return cell.replaceAll('`', '');
}

/** A path of the checkout, for messages. */
export function shown(path: string): string {
  return relative(root, path);
}
