import { compactNumber, nationalSchemes, schemeOf, type NationalSchemeName } from '../checks/national.ts';
import { follows, type Detector } from './detector.ts';
import { has } from './marks.ts';

const is = (name: NationalSchemeName) => (value: string) => nationalSchemes[name].accepts(compactNumber(value));

/** What stands before a number that says of itself what it is. */
const idWords =
  /(?:ssn|social security|national id|identity|insurance|nino?|nhs|tax id|tin|steuer|idnr|sécu|insee|nir|dni|nie|nif|codice fiscale|aadhaar|aadhar|uidai|cpf|身份证|passport|personal (?:id|number|code))[^\n\d]{0,14}$/i;

const forms: readonly (readonly [name: NationalSchemeName, digits: number, pattern: RegExp, any?: number])[] = [
  ['us-ssn', 9, /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g, has.dash],
  ['gb-nino', 6, /(?<![A-Za-z0-9])[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])/gi, has.upper | has.lower],
  ['gb-nhs', 10, /(?<![\w.-])\d{3}([ -])\d{3}\1\d{4}(?![\w-])/g, has.dash | has.space],
  ['fr-nir', 13, /(?<![\w.-])[1-478] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![\w-])/gi],
  ['de-idnr', 11, /(?<![\w.-])\d{2} ?\d{3} ?\d{3} ?\d{3}(?![\w-]|\.\d)/g],
  ['es-dni', 8, /(?<![A-Za-z0-9])\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Z](?![A-Za-z0-9])/gi, has.upper | has.lower],
  ['es-nie', 7, /(?<![A-Za-z0-9])[XYZ][ -]?\d{7}[ -]?[A-Z](?![A-Za-z0-9])/gi, has.upper | has.lower],
  [
    'it-codice-fiscale',
    4,
    /(?<![A-Za-z0-9])[A-Z]{6} ?[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2} ?[A-Z][\dLMNP-V]{3}[A-Z](?![A-Za-z0-9])/gi,
    has.upper | has.lower,
  ],
  ['in-aadhaar', 12, /(?<![\w.-])[2-9]\d{3}([ -])\d{4}\1\d{4}(?![\w]|[ -]\d)/g, has.dash | has.space],
  ['br-cpf', 11, /(?<![\w.-])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?![\w-])/g],
  ['cn-resident', 17, /(?<![A-Za-z0-9])[1-9]\d{16}[\dX](?![A-Za-z0-9])/gi],
];

export const nationalDetectors: readonly Detector[] = [
  ...forms.map(([name, digits, pattern, any]): Detector => ({
    name,
    kind: 'national',
    version: 1,
    may: any === undefined ? { all: has.digit, digits } : { all: has.digit, any, digits },
    pattern,
    accepts: is(name),
  })),
  {
    // Nine to twelve plain digits are a number like any other unless a word before them says what they are.
    name: 'national-after-word',
    kind: 'national',
    version: 1,
    may: { all: has.digit, any: has.lower | has.upper | has.wide, digits: 9 },
    pattern: /(?<![\w.-])\d(?:[ -]?\d){8,11}(?![\w-]|\.\d)/g,
    accepts: (value, text, start) => schemeOf(value) !== null && follows(idWords, text, start, 40),
  },
];
