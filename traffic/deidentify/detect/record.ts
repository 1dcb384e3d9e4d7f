import { always, type Detector } from './detector.ts';
import { has } from './marks.ts';

/** What counts a record and is long enough to single one out anywhere. Plain numbers stay: without their database they name nobody. */
export const recordDetectors: readonly Detector[] = [
  {
    name: 'uuid',
    kind: 'record',
    version: 1,
    may: { all: has.dash, run: 36 },
    pattern: /(?<![0-9a-f-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f-])/gi,
    accepts: (value) => /[1-9a-f]/i.test(value.slice(1)),
  },
  {
    name: 'ulid',
    kind: 'record',
    version: 1,
    may: { all: has.digit, any: has.upper | has.lower, run: 26 },
    pattern: /(?<![\w-])[0-7][0-9A-HJKMNP-TV-Z]{25}(?![\w-])/g,
    accepts: (value) => /[A-Z]/.test(value.slice(1)),
  },
  {
    // MongoDB's ObjectId, trace and span ids.
    name: 'hex-id',
    kind: 'record',
    version: 1,
    may: { all: has.digit, any: has.upper | has.lower, run: 16 },
    pattern: /(?<![\w-])(?:[0-9a-f]{16,31}|[0-9A-F]{16,31})(?![\w-])/g,
    accepts: (value) => /\d/.test(value) && /[a-f]/i.test(value),
  },
  {
    // Prefixed ids as payment services write them: cus_NffrFeUfNV2Hib, pi_3MtwBwLkdIwHu7ix28a3tqPa.
    name: 'prefixed-id',
    kind: 'record',
    version: 1,
    may: { all: has.digit | has.underscore, run: 16 },
    pattern: /(?<![\w-])[a-z]{2,8}_[A-Za-z0-9]{12,40}(?![\w-])/g,
    accepts: (value) => /[a-z]/.test(value.slice(value.indexOf('_'))) && /[A-Z]/.test(value) && /\d/.test(value),
  },
  {
    name: 'arn-account',
    kind: 'record',
    version: 1,
    may: { all: has.digit | has.colon, digits: 12, text: (text) => text.includes('arn:') },
    pattern: /(?<=arn:aws[a-z-]{0,8}:[a-z0-9-]{1,30}:[a-z0-9-]{0,20}:)\d{12}(?=:)/g,
    accepts: always,
  },
];
