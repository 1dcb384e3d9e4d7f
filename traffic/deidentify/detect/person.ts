import type { Accepted, Detector } from './detector.ts';
import { isBeforeCompanyForm } from './companies.ts';
import { has } from './marks.ts';
import { nameClass } from './people.ts';

const cap = "\\p{Lu}[\\p{L}\\p{M}'’-]+";
const particle = '(?:(?:van|von|der|den|de|da|do|dos|di|del|della|la|le|bin|al|el|ter|zu|y) ){0,3}';
const wordsOf = (value: string) => [...value.matchAll(/\p{Lu}[\p{L}\p{M}'’-]+/gu)];

/**
 * Of capitalised words in a row, the longest stretch of at least two that are names; at least one of them is nothing else. "Please Ask Anna
 * Smith" has one, "Small Steel Ball" has none though each of its words is somebody's name.
 */
function namesWithin(value: string): Accepted {
  const words = wordsOf(value);
  const classes = words.map(([word]) => nameClass(word));
  for (let from = 0; from + 1 < words.length; from += 1) {
    let to = from;
    while (to < words.length && classes[to] !== 'none') to += 1;
    const stretch = classes.slice(from, to);
    const own = stretch.filter((one) => one === 'name').length;
    if (stretch.length < 2 || own === 0) {
      from = Math.max(from, to - 1);
      continue;
    }
    const start = own > 1 && stretch[0] === 'ordinary' && stretch.length > 2 ? from + 1 : from;
    const last = words[to - 1];
    return last === undefined ? false : [words[start]?.index ?? 0, last.index + last[0].length];
  }
  return false;
}

/**
 * Within a sentence a name and a capitalised word that is no ordinary one are a person, though the dictionary lacks the second. Titles begin
 * with a capital, and so do product names: there both have to be known.
 */
function namesInSentence(value: string, text: string, start: number): Accepted {
  const found = pairInSentence(value, text, start);
  return found !== false && found !== true && isBeforeCompanyForm(text, start + found[1]) ? false : found;
}

function pairInSentence(value: string, text: string, start: number): Accepted {
  const known = namesWithin(value);
  if (known !== false) return known;
  const [first, second] = wordsOf(value);
  if (first === undefined || second === undefined || first.index !== 0 || !/\p{Ll} $/u.test(text.slice(Math.max(0, start - 2), start)))
    return false;
  const classes = new Set([nameClass(first[0]), nameClass(second[0])]);
  return classes.has('name') && classes.has('none') ? [0, second.index + second[0].length] : false;
}

/** `Smith, Anna`: both are names, or one is and a verb follows. */
function isInverted(value: string, text: string, start: number): boolean {
  // `Carter, Lang and Sons`
  if (
    isBeforeCompanyForm(text, start + value.length) ||
    /^(?:,| (?:and|und|et|y|e|&)) \p{Lu}/u.test(text.slice(start + value.length, start + value.length + 8))
  )
    return false;
  const classes = wordsOf(value).map(([word]) => nameClass(word));
  if (classes.every((one) => one === 'name')) return true;
  const isSubject = /^ \p{Ll}{2,}/u.test(text.slice(start + value.length, start + value.length + 12));
  return isSubject && !classes.includes('ordinary') && classes.includes('name');
}

function nameAfter(value: string): Accepted {
  const words = wordsOf(value);
  const last = words.at(-1);
  const first = words[1];
  if (first === undefined || last === undefined || nameClass(first[0]) !== 'name') return false;
  return [first.index, last.index + last[0].length];
}

/** People in free text: by dictionary and by what stands before a name. Single words of paths are words of routes and are not looked at. */
export const personDetectors: readonly Detector[] = [
  {
    name: 'person-title',
    kind: 'name',
    version: 1,
    may: { all: has.space, any: has.upper | has.wide },
    pattern: new RegExp(
      `(?<![\\p{L}\\d])(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Professor|Herr|Herrn|Frau|Mme|Mlle|Monsieur|Madame|Se[ñn]or(?:a|ita)?|Sra?|Signora?|Dott|Dona|Dom)\\.? (?:(?:Dr|Prof)\\.? )?${particle}${cap}(?: (?:\\p{Lu}\\.? )?${particle}${cap}){0,2}`,
      'gu',
    ),
    accepts(value) {
      const title = /^(?:\p{L}+\.? )(?:(?:Dr|Prof)\.? )?/u.exec(value)?.[0].length ?? 0;
      return [title, value.length];
    },
  },
  {
    name: 'person-greeting',
    kind: 'name',
    version: 2,
    may: { all: has.space, any: has.upper | has.wide },
    pattern: new RegExp(
      `(?<![\\p{L}\\d])(?:Dear|Hi|Hello|Hey|Thanks|Thank you|Regards|Sincerely|Cheers|Liebe[r]?|Hallo|Bonjour|Cher|Chère|Hola|Querid[oa]|Ciao|Ask|Call|Contact|Tell|Meet)[,:]? ${cap}(?: ${particle}${cap}){0,3}`,
      'gu',
    ),
    accepts: nameAfter,
  },
  {
    name: 'person-pair',
    kind: 'name',
    version: 3,
    may: { all: has.space, any: has.upper | has.wide },
    pattern: new RegExp(`(?<![\\p{L}\\p{N}])${cap}(?: (?:\\p{Lu}\\.? )?${particle}${cap}){1,5}`, 'gu'),
    accepts: namesInSentence,
  },
  {
    // Cyrillic is not in the dictionary: the second word has the ending of a family name, the first none of an adjective.
    name: 'person-cyrillic',
    kind: 'name',
    version: 1,
    may: { all: has.space | has.wide },
    pattern:
      /(?<!\p{L})[А-ЯЁІЇЄ][а-яёіїє'’-]+ (?:[А-ЯЁІЇЄ]\.? |[А-ЯЁІЇЄ][а-яёіїє]+(?:вич|вна) )?[А-ЯЁІЇЄ][а-яёіїє'’-]*(?:ова?|[её]ва?|ина?|ск(?:ий|ая)|енко|чук|юк|дзе|ян)(?!\p{L})/gu,
    accepts: (value) => !/^\S*(?:ый|ий|ой|ая|яя|ое|ее|ые|ие) /u.test(value),
  },
  {
    name: 'person-inverted',
    kind: 'name',
    version: 3,
    may: { all: has.space, any: has.upper | has.wide, text: (text) => text.includes(',') },
    pattern: new RegExp(`(?<![\\p{L}\\p{N}])${cap}, ${cap}(?: \\p{Lu}\\.)?(?![\\p{L}\\p{N}])`, 'gu'),
    accepts: isInverted,
  },
];
