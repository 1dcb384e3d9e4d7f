import { follows, type Detector } from './detector.ts';
import { has } from './marks.ts';

const birthWords =
  /(?:born|birth|birthday|dob|d\.o\.b\.|geboren|(?<!\p{L})geb(?:\.|(?!\p{L}))|geburtsdatum|(?<!\p{L})née?(?!\p{L})|naissance|nacid[oa]|nacimiento|nat[oa] (?:il|a)|nascita|nascid[oa]|nascimento|生日|出生)[^\n\d]{0,20}$/iu;
const months =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|januar|februar|märz|mai|juni|juli|oktober|dezember';

/** A day is anybody's until the text says that somebody was born on it. */
export const birthDetectors: readonly Detector[] = [
  {
    name: 'birth-after-word',
    kind: 'birth',
    version: 3,
    may: { all: has.digit, any: has.lower | has.upper | has.wide, digits: 5 },
    pattern: new RegExp(
      `(?<![\\w/-])(?<!\\d\\.)(?:\\d{4}-\\d{2}-\\d{2}|(?:19|20)\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])|\\d{1,2}[./-]\\d{1,2}[./-](?:\\d{4}|\\d{2})|\\d{1,2}(?:st|nd|rd|th|\\.)? (?:${months})\\.?,? \\d{4}|(?:${months})\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4})(?![\\w-])`,
      'giu',
    ),
    accepts: (_, text, start) => follows(birthWords, text, start, 44),
  },
];
