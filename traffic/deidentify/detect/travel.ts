import { hasMrzChecks } from '../checks/mrz.ts';
import { always, follows, type Detector } from './detector.ts';
import { has } from './marks.ts';

const passportWords =
  /(?:passport|reisepass|(?<![a-z])pass-?(?:nummer|nr|no|number)|passeport|pasaporte|passaporto|passaporte|paspoort|护照|travel document|(?:id|identity)[ -]?card|ausweis|personalausweis|carte d[’']identité|carte nationale d[’']identité|carta d[’']identità|documento de identidad|cartão de cidadão|residence permit|aufenthaltstitel|driving licen[cs]e|driver[’']?s licen[cs]e|führerschein|permis de conduire|carnet de conducir|patente)[^\n]{0,14}$/i;

/** A first line begins with which document it is: the code may branch on it. */
const kindLength = 2;

export const travelDetectors: readonly Detector[] = [
  {
    // ICAO 9303, part 4: the two lines of a passport's machine-readable zone; the first holds the name.
    name: 'mrz-name',
    kind: 'passport',
    version: 2,
    may: { all: has.angle | has.upper },
    pattern: /(?<![A-Z0-9<])P[A-Z<][A-Z<]{3}[A-Z<]{39}(?![A-Z0-9<]{0,8}[a-z])/g,
    accepts: (value) => value.includes('<<') && [kindLength, value.length],
  },
  {
    name: 'mrz-number',
    kind: 'passport',
    version: 1,
    may: { all: has.digit | has.upper, digits: 14 },
    pattern: /(?<![A-Z0-9<])[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[\d<]\d(?![A-Z0-9<])/g,
    accepts: hasMrzChecks,
  },
  {
    // Part 6, documents of the second size: the first line holds the name. A form of two or three lines may come as one.
    name: 'mrz-card-name',
    kind: 'passport',
    version: 1,
    may: { all: has.angle | has.upper },
    pattern: /(?<![A-Z0-9<])[ACIV][A-Z<][A-Z<]{3}[A-Z<]{31}(?=[\s]{0,2}[A-Z0-9<]{9}[\d<][A-Z<]{3}\d{7}|[^A-Z0-9<]|$)/g,
    accepts: (value) => /^.{5}[A-Z<]*[A-Z]<<[A-Z]/.test(value) && [kindLength, value.length],
  },
  {
    name: 'mrz-card-second',
    kind: 'passport',
    version: 1,
    may: { all: has.digit | has.upper, digits: 14 },
    pattern: /(?<=^|[^A-Z0-9<]|[A-Z<]{36}|[A-Z<]{44})[A-Z0-9<]{9}[\d<][A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{7}[\d<](?![A-Z0-9<])/g,
    accepts: hasMrzChecks,
  },
  {
    // Part 5, identity cards of three lines: number, days, name.
    name: 'mrz-card-number',
    kind: 'passport',
    version: 1,
    may: { all: has.digit | has.upper | has.angle },
    pattern: /(?<![A-Z0-9<])[ACI][A-Z0-9<][A-Z<]{3}[A-Z0-9<]{9}[\d<][A-Z0-9<]{15}(?=[\s]{0,2}\d{7}[MFX<]\d{7}|[^A-Z0-9<]|$)/g,
    accepts: hasMrzChecks,
  },
  {
    name: 'mrz-card-days',
    kind: 'passport',
    version: 1,
    may: { all: has.digit | has.upper | has.angle, digits: 14 },
    pattern: /(?<=^|[^A-Z0-9<]|[A-Z0-9<]{30})\d{7}[MFX<]\d{7}[A-Z<]{3}[A-Z0-9<]{11}[\d<](?=[A-Z<]{30}|[^A-Z0-9<]|$)/g,
    accepts: hasMrzChecks,
  },
  {
    name: 'mrz-card-holder',
    kind: 'passport',
    version: 1,
    may: { all: has.angle | has.upper },
    pattern: /(?<=^|[^A-Z0-9<]|\d{7}[MFX<]\d{7}[A-Z<]{3}[A-Z0-9<]{11}[\d<])(?=[A-Z<]{1,28}<<[A-Z])[A-Z][A-Z<]{29}(?![A-Z0-9<])/g,
    accepts: always,
  },
  {
    name: 'passport-after-word',
    kind: 'passport',
    version: 2,
    may: { all: has.digit, any: has.lower | has.upper | has.wide, run: 6 },
    pattern: /(?<![A-Za-z0-9])(?=[A-Z]{0,8}\d)[A-Z0-9]{6,10}(?![A-Za-z0-9])/g,
    accepts: (_, text, start) => follows(passportWords, text, start, 40),
  },
];
