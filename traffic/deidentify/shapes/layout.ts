import { templateOf, type Template } from '../template.ts';

/** One character per character of a value: a class for each letter and digit, the separators as they are. No digit is told from another. */
export function layoutOf(raw: string): Template {
  return templateOf(` ${raw}`).slice(1) as Template;
}

const isPlace = (character: string) => character >= '\uE000' && character <= '\uE008';
const isLower = (character: string) => character === '\uE000' || character === '\uE006';

/** How many letters and digits the layout has. */
export function placesOf(layout: Template): number {
  let places = 0;
  for (const character of layout) if (isPlace(character)) places += 1;
  return places;
}

/** Writes characters into the places of a layout, one after the other; letters in lower case where the layout has lower case only. */
export function writeInto(layout: Template, characters: string): string {
  const lower = Array.from(layout).some(isLower) && !layout.includes('\uE001');
  const text = lower ? characters.toLowerCase() : characters;
  let index = 0;
  let out = '';
  for (const character of layout) out += isPlace(character) ? (text[index++] ?? '0') : character;
  return out;
}
