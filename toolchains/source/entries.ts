import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';

/** One thing of a source snapshot; `path` is relative to the snapshot's root, with `/` between its parts. */
export type SourceEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly from: string; readonly sizeBytes: number; readonly executable: boolean }
  | { readonly kind: 'link'; readonly path: string; readonly to: string };

/**
 * Lists what belongs to a source snapshot, sorted by path: the source directory without what the manifest excludes, and what
 * it includes from elsewhere. Throws `source-unreadable` naming the path.
 */
export async function listSource(directory: string, source: Manifest['source'], signal: AbortSignal): Promise<readonly SourceEntry[]> {
  const found = new Map<string, SourceEntry>();
  const isExcluded = excludedBy(source.exclude);
  const root = await existing(resolve(directory, source.directory), 'source.directory');
  await walk(root, '', { found, isExcluded, signal });
  for (const included of source.include) {
    const from = await existing(resolve(directory, included.path), 'source.include');
    const as = posix.normalize(included.as).replace(/\/$/, '');
    if (found.has(as)) {
      throw unreadable(`${as} is in the source directory and is also the place of the included ${from}`, 'Choose another name for "as".');
    }
    addParents(as, found);
    await add(from, as, { found, isExcluded: () => false, signal });
  }
  const entries = [...found.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
  if (!entries.some((entry) => entry.kind === 'file')) {
    throw unreadable(`${root} holds no file that is part of the source`, 'Check source.directory and source.exclude in hone.yaml.');
  }
  return entries;
}

interface Walk {
  readonly found: Map<string, SourceEntry>;
  readonly isExcluded: (path: string) => boolean;
  readonly signal: AbortSignal;
}

async function walk(folder: string, path: string, context: Walk): Promise<void> {
  context.signal.throwIfAborted();
  const names = await readable(folder, () => readdir(folder));
  for (const name of names) {
    const inner = path === '' ? name : `${path}/${name}`;
    if (!context.isExcluded(inner)) await add(join(folder, name), inner, context);
  }
}

async function add(from: string, path: string, context: Walk): Promise<void> {
  const facts = await readable(from, () => lstat(from));
  if (facts.isDirectory()) {
    context.found.set(path, { kind: 'folder', path });
    await walk(from, path, context);
  } else if (facts.isFile()) {
    context.found.set(path, { kind: 'file', path, from, sizeBytes: facts.size, executable: (facts.mode & 0o100) !== 0 });
  } else if (facts.isSymbolicLink()) {
    const to = await readable(from, () => readlink(from));
    assertInside(from, path, to);
    context.found.set(path, { kind: 'link', path, to });
  } else {
    throw unreadable(
      `${from} is a socket, a pipe or a device, and cannot be part of a source snapshot`,
      'Add it to source.exclude in hone.yaml.',
    );
  }
}

/** A link that leaves the snapshot would bring in what the digest does not cover. */
function assertInside(from: string, path: string, to: string): void {
  const target = posix.normalize(posix.join(posix.dirname(path), to));
  if (!to.startsWith('/') && target !== '..' && !target.startsWith('../')) return;
  throw unreadable(
    `The link ${from} points outside the source, to ${to}`,
    'Add it to source.exclude in hone.yaml, or bring what it points to into the snapshot with source.include.',
  );
}

function addParents(path: string, found: Map<string, SourceEntry>): void {
  for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent)) {
    if (!found.has(parent)) found.set(parent, { kind: 'folder', path: parent });
  }
}

/** Patterns are bare names at any depth, or paths from the snapshot's root (those with a `/` inside). */
function excludedBy(patterns: readonly string[]): (path: string) => boolean {
  const clean = patterns.map((pattern) => pattern.replace(/^\.\//, '').replace(/\/$/, ''));
  const names = new Set(clean.filter((pattern) => !pattern.includes('/')));
  const paths = new Set(clean.filter((pattern) => pattern.includes('/')).map((pattern) => pattern.replace(/^\//, '')));
  return (path) => names.has(posix.basename(path)) || paths.has(path);
}

async function existing(path: string, field: string): Promise<string> {
  return realpath(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(
      `${path} cannot be read (${error.code})`,
      `Check ${field} in hone.yaml: it is relative to the folder of hone.yaml.`,
      error,
    );
  });
}

async function readable<Result>(path: string, step: () => Promise<Result>): Promise<Result> {
  return step().catch((error: NodeJS.ErrnoException) => {
    throw unreadable(`${path} cannot be read (${error.code})`, 'Make it readable for the user that Hone runs as, or exclude it.', error);
  });
}

/** A `source-unreadable` error; `what` is a sentence without its full stop that names the path. */
export function unreadable(what: string, advice: string, cause?: unknown): HoneError {
  return new HoneError('source-unreadable', `${what}.`, advice, { cause });
}
