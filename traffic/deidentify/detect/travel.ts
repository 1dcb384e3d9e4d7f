import { hasMrzChecks } from '../checks/mrz.ts';
import { follows, type Detector } from './detector.ts';
import { has } from './marks.ts';

const passportWords = /(?:passport|reisepass|passeport|pasaporte|passaporto|passaporte|paspoort|护照|travel document)[^\n]{0,14}$/i;

export const travelDetectors: readonly Detector[] = [
  {
    // ICAO 9303, part 4: the two lines of a passport's machine-readable zone; the first holds the name.
    name: 'mrz-name',
    kind: 'passport',
    version: 1,
    may: { all: has.angle | has.upper },
    pattern: /(?<![A-Z0-9<])P[A-Z<][A-Z<]{3}[A-Z<]{39}(?![A-Z0-9<]{0,8}[a-z])/g,
    accepts: (value) => value.includes('<<'),
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
    name: 'passport-after-word',
    kind: 'passport',
    version: 1,
    may: { all: has.digit, any: has.lower | has.upper | has.wide, run: 6 },
    pattern: /(?<![A-Za-z0-9])(?=[A-Z]{0,8}\d)[A-Z0-9]{6,9}(?![A-Za-z0-9])/g,
    accepts: (_, text, start) => follows(passportWords, text, start, 40),
  },
];
