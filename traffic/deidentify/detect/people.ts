import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ordinaryWords } from './ordinary-words.ts';

let people: ReadonlySet<string> | null = null;

/** Given and family names without accents, lower case: cspell's dictionary of people. Read once, at first need. */
function names(): ReadonlySet<string> {
  if (people !== null) return people;
  const folder = dirname(createRequire(import.meta.url).resolve('@cspell/dict-people-names/cspell-ext.json'));
  const lines = readFileSync(join(folder, 'dict', 'people-names.txt'), 'utf8').split('\n');
  people = new Set(lines.filter((line) => line.length >= 2 && !line.startsWith('#')).map(plainName));
  return people;
}

function plainName(word: string): string {
  // Most words: what follows changes nothing of them.
  if (/^[A-Za-z-]*$/.test(word)) return word.toLowerCase();
  return word
    .normalize('NFD')
    .replaceAll(/[\p{M}'’]/gu, '')
    .toLowerCase();
}

/** What the dictionary knows of a word: nothing, a name, or a name that is an ordinary word as well. */
export function nameClass(word: string): 'none' | 'name' | 'ordinary' {
  const plain = plainName(word);
  if (ordinaryWords.has(plain)) return 'ordinary';
  if (names().has(plain)) return 'name';
  return plain.includes('-') && plain.split('-').every((part) => names().has(part)) ? 'name' : 'none';
}
