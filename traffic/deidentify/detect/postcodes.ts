import { always, type Detector } from './detector.ts';
import { has } from './marks.ts';

const cap = "\\p{Lu}[\\p{L}\\p{M}'’-]+";
const anyCase = (words: string) => words.replaceAll(/(?<=^|\||\(\?:)\p{Ll}/gu, (letter) => `[${letter}${letter.toUpperCase()}]`);
const particle =
  '(?:(?:am|an der|im|in der|bei|ob der|auf der|sur|sous|lès|les|la|le|de|del|della|di|da|do|dos|das|den|upon|on|under|o)[ -])?';
/** A town of up to three words. */
const town = `${cap}(?:[ -]${particle}${cap}){0,2}`;

/** As countries write them: with letters (Britain, Canada, the Netherlands, Ireland), in two parts (Poland, Portugal, Brazil, Japan, the United States), as digits alone. */
const code =
  '[A-Za-z]{1,2}\\d[A-Za-z\\d]? ?\\d[A-Za-z]{2}|[A-Za-z]\\d[A-Za-z] ?\\d[A-Za-z]\\d|\\d{4} ?[A-Z]{2}|[A-Z]\\d{2} ?[A-Z\\d]{4}|\\d{2}-\\d{3}|\\d{3} \\d{2}|\\d{4}-\\d{3}|\\d{5}-\\d{3,4}|\\d{3}-\\d{4}|\\d{4,6}';
const words =
  'PLZ|postleitzahl|post ?code|postal code|postcode|zip(?: ?code)?|ZIP|eircode|code postal|c[óo]digo postal|codice postale|CEP|CAP|C\\.P\\.|CP|postnummer|postnr\\.?|kod pocztowy|pin ?code|PIN code|邮编|邮政编码|郵便番号';
const lives =
  'lives? in|living in|moved to|moving to|relocated to|resident of|resides in|residing in|based in|born in|wohnhaft in|wohnt in|wohne in|wohnen in|lebt in|lebe in|geboren in|gebürtig aus|' +
  'habite à|habitons à|habitant à|domiciliée? à|née? à|vive en|vivo en|vivimos en|nacid[oa] en|residente en|reside en|domiciliad[oa] en|abit[ao] a|vivo a|nat[oa] a|residente a|mora em|moro em|nascid[oa] em|residente em|vivo em|' +
  'woont in|woon in|geboren te|geboren in|bor i|född i|født i|mieszka w|urodzon[ya] w';
/** Behind a day of birth comes where. */
const bornOn =
  '(?:born|geboren|geb\\.?|née?|naissance|nacid[oa]|nat[oa]|nascid[oa])(?: (?:on|am|le|el|il|em|a|the))? (?:\\d{1,2}[./-]\\d{1,2}[./-]\\d{2,4}|\\d{4}-?\\d{2}-?\\d{2}|\\d{1,2}\\.? \\p{L}{3,9}\\.? \\d{4})';

/** What is called a town in a sentence but is a month or a time. */
const isTime =
  /^(?:January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Spring|Summer|Winter|Autumn)(?!\p{L})/u;

const mayNamePostcode = /PLZ|post|zip|eircode|c[óo]d|CE?AP|CEP|C\.?P|pin|邮|郵|〒/i;

/** Postcodes and towns in sentences, by what stands before them or around them. A number of five digits alone is no postcode. */
export const postcodeDetectors: readonly Detector[] = [
  {
    name: 'postcode-after-word',
    kind: 'address',
    version: 1,
    may: { all: has.digit, any: has.lower | has.upper | has.wide, digits: 2, text: (text) => mayNamePostcode.test(text) },
    pattern: new RegExp(
      `(?=[A-Za-z]{0,2}\\d)(?<=[ :.=〒])(?<=(?<![\\p{L}\\d])(?:${anyCase(words)})(?: (?:is|ist|est|es|è|é|now|lautet))?[:.=]? ?|〒 ?)(?:${code})(?![\\p{L}\\d]|-\\d)(?:,? ${town})?`,
      'gu',
    ),
    accepts: (value) => /^(?=(?:[^\d]*\d){2})/.test(value),
  },
  {
    name: 'postcode-country',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.dash | has.upper, digits: 4 },
    pattern: new RegExp(
      `(?<=(?<![\\p{L}\\d-])(?:D|DE|F|FR|A|AT|CH|B|BE|I|IT|E|ES|L|LU|NL|S|SE|DK|FIN|FI|CZ|SK|PL|P|PT)-)\\d{4,5}(?![\\d-])(?: ${town})?`,
      'gu',
    ),
    accepts: (value) => /\p{Lu}/u.test(value),
  },
  {
    name: 'postcode-canada',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space | has.upper, digits: 3 },
    pattern: /(?<![\w-])[ABCEGHJ-NPR-TVXY]\d[ABCEGHJ-NPR-TV-Z] \d[ABCEGHJ-NPR-TV-Z]\d(?![\w-])/g,
    accepts: always,
  },
  {
    // Behind a house's number, or where somebody goes or something is sent to.
    name: 'postcode-town',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space, any: has.upper | has.wide, digits: 4 },
    pattern: new RegExp(
      `(?=\\d{2})(?<=[\\n ,])(?<=\\p{L}[\\p{L}.]{2,} ?\\d{1,4} ?[a-z]?[,\\n]\\s?|(?<!\\d)\\d{1,5},? (?:[\\p{L}\\p{M}.'’-]{1,20} ){0,4}[\\p{L}\\p{M}.'’-]{2,20}, |\\p{L}, (?:n[.º°] ?)?\\d{1,4}, |(?<![\\p{L}\\d])(?:nach|aus|au|à|naar|op|til|till|ship to|deliver to|send to|sent to|post to|entregar en|enviar a|consegnare a|spedire a|entregar em|livrer à|livré à|wohnhaft in|habite à) )(?:\\d{4,5}|\\d{4} [A-Z]{2}|\\d{4}-\\d{3}|\\d{5}-\\d{3}|\\d{2}-\\d{3}|\\d{3} \\d{2}) ${town}`,
      'gu',
    ),
    // `January 1, 1970 UTC` is none.
    accepts: (value) => /\p{Lu}\p{Ll}/u.test(value),
  },
  {
    // `Ottawa, K1A 0B1`
    name: 'town-before-postcode',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.space | has.upper, digits: 2, text: (text) => text.includes(',') },
    pattern: new RegExp(
      `(?<![\\p{L}\\d])${town}(?=,(?: [A-Z]{2})? (?:[A-PR-UWYZ][A-HK-Y]?\\d[A-HJKPSTUW\\d]? \\d[ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPR-TVXY]\\d[A-Z] \\d[A-Z]\\d)(?![\\w-]))`,
      'gu',
    ),
    accepts: always,
  },
  {
    name: 'postcode-portugal',
    kind: 'address',
    version: 1,
    may: { all: has.digit | has.dash | has.space, any: has.upper | has.wide, digits: 7 },
    pattern: new RegExp(`(?<![\\w.-])[1-9]\\d{3}-\\d{3}(?= ${cap})(?: ${town})`, 'gu'),
    accepts: always,
  },
  {
    name: 'town-after-word',
    kind: 'address',
    version: 1,
    may: { all: has.space | has.lower, any: has.upper | has.wide },
    pattern: new RegExp(
      `(?=\\p{Lu})(?<= )(?<=(?<![\\p{L}\\d])(?:(?:${anyCase(lives)})|${bornOn},? (?:in|at|à|en|a|em|te)) )${town}(?![\\p{L}\\d])`,
      'gu',
    ),
    accepts: (value) => !isTime.test(value),
  },
  {
    // German puts the verb last: "nach Bonn umgezogen".
    name: 'town-before-word',
    kind: 'address',
    version: 1,
    may: { all: has.space | has.lower, any: has.upper | has.wide, text: (text) => /gezogen|ziehe/.test(text) },
    pattern: new RegExp(`(?<=(?<!\\p{L})(?:nach|in|aus) )${town}(?= (?:um|ver|weg|hin)?(?:gezogen|gezügelt|ziehen))`, 'gu'),
    accepts: always,
  },
];
