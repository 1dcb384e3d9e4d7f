import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, normalize, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { plain, readPage, root, tableRows } from './pages.ts';

const page = readPage('ARCHITECTURE.md');
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
const folders = [...new Set(tracked.filter((file) => file.includes('/')).map((file) => file.split('/')[0]!))].filter(
  (folder) => !folder.startsWith('.'),
);

/** The picture's full arrows, `a --> b`. */
function drawn(): Set<string> {
  const picture = page.blocks.find(({ language }) => language === 'mermaid')?.text ?? '';
  const arrows = [...picture.matchAll(/^ {2}(\w+) --> (.+)$/gm)];
  return new Set(arrows.flatMap(([, from, to]) => to!.split(' & ').map((one) => `${from!} --> ${one.trim()}`)));
}

/** The imports between top-level folders, without those of tests and benches. */
function imported(): Set<string> {
  const sources = tracked.filter((file) => /\.(ts|mjs)$/.test(file) && file.includes('/') && !/^(test|bench)\//.test(file));
  return new Set(
    sources.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/(?:\bfrom|\bimport\()\s*'(\.{1,2}\/[^']+)'/g)].flatMap(([, path]) => {
        const [from, to] = [file, normalize(join(dirname(file), path!))].map((one) => one.split('/')[0]!);
        return from === to ? [] : [`${from!} --> ${to!}`];
      }),
    ),
  );
}

test('the picture shows every import between folders, and no other', () => {
  expect([...drawn()].toSorted()).toEqual([...imported()].toSorted());
});

test('the table of folders names exactly the top-level folders', () => {
  const listed = tableRows(page, 'folder', 'what it holds').map(([folder]) => plain(folder!).replace(/\/$/, ''));
  expect(listed.toSorted()).toEqual(folders.toSorted());
});
