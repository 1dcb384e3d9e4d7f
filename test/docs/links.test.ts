import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { pages, readPage, root, shown } from './pages.ts';

/** A heading's anchor, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

const links = pages().flatMap(({ name, prose }) =>
  [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ name, target: target! })).filter(({ target }) => !/^[a-z]+:/.test(target)),
);

test.each(links)('$name: $target is there', ({ name, target }) => {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(root, name) : join(root, dirname(name), path);
  expect(existsSync(file), shown(file)).toBe(true);
  if (anchor === undefined) return;
  const anchors = [...readPage(shown(file)).prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));
  expect(anchors).toContain(anchor);
});

/** Paths that begin with a folder of the checkout, or name a file at its top. */
const tracked = new Set(
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n'),
);
const tops = new Set([...tracked].filter((file) => file.includes('/')).map((file) => file.split('/')[0]!));
const named = pages().flatMap(({ name, prose }) =>
  [...prose.matchAll(/`([\w.@/-]+)`/g)]
    .map(([, path]) => ({ name, path: path! }))
    .filter(({ path }) => path.includes('/') && tops.has(path.split('/')[0]!)),
);

test('the pages name files', () => expect(named.length).toBeGreaterThan(40));
test.each(named)('$name: $path is in the checkout', ({ path }) => {
  const isFolder = [...tracked].some((file) => file.startsWith(path.endsWith('/') ? path : `${path}/`));
  expect(tracked.has(path) || isFolder, path).toBe(true);
});
