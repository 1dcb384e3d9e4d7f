import { isIP } from 'node:net';
import type { Detector } from './detector.ts';
import { has } from './marks.ts';

/** Addresses that are nobody's: unspecified, loopback, broadcast and netmasks (RFC 6890). */
const nobodys = /^(?:0\.|127\.|255\.)/;

export const networkDetectors: readonly Detector[] = [
  {
    name: 'mac',
    kind: 'mac',
    version: 1,
    may: { all: 0, any: has.colon | has.dash | has.dot },
    pattern:
      /(?<![\w:.-])(?:[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?![\w:-]|\.\w)/gi,
    accepts: (value) => /[1-9a-e]/i.test(value) && !/^[\d.]+$/.test(value),
  },
  {
    name: 'ipv4',
    kind: 'ip',
    version: 2,
    may: { all: has.digit | has.dot, digits: 4 },
    pattern: /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/g,
    accepts: (value) => isIP(value) === 4 && !nobodys.test(value),
  },
  {
    name: 'ipv6',
    kind: 'ip',
    version: 2,
    may: { all: has.colon, text: (text) => text.indexOf(':') !== text.lastIndexOf(':') },
    pattern: /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi,
    accepts: (value) => isIP(value) === 6 && value !== '::' && value !== '::1',
  },
];
