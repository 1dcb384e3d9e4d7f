import { always, follows, type Detector } from './detector.ts';
import { has } from './marks.ts';

/** Beginnings of API keys as their issuers document them, each with the characters that follow. */
const keyForms = [
  '(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{16}', // AWS
  'gh[opsur]_[A-Za-z0-9]{10,}',
  'github_pat_\\w{10,}',
  'glpat-[\\w-]{10,}',
  'gl(?:dt|rt|soat|ptt)-[\\w-]{10,}',
  'xox[abeoprs]-[\\w-]{10,}', // Slack
  'xapp-[\\w-]{10,}',
  '[spr]k_(?:live_|test_)?[\\w-]{10,}', // Stripe
  'whsec_[A-Za-z0-9+/]{16,}',
  'AIza[\\w-]{35}', // Google
  'ya29\\.[\\w-]{20,}',
  'GOCSPX-[\\w-]{20,}',
  'npm_[A-Za-z0-9]{30,}',
  'pypi-[\\w-]{20,}',
  'SG\\.[\\w-]{16,}\\.[\\w-]{16,}', // SendGrid
  '(?:AC|SK|AP|CA|MG)[0-9a-f]{32}', // Twilio
  'key-[0-9a-f]{32}', // Mailgun
  'sk-(?:ant-|proj-|svcacct-)?[\\w-]{20,}',
  'hf_[A-Za-z0-9]{20,}',
  'dop_v1_[0-9a-f]{40,}',
  'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{20,}',
  'sq0(?:atp|csp)-[\\w-]{20,}',
  'EAAC[A-Za-z0-9]{20,}',
  'AGE-SECRET-KEY-1[A-Z0-9]{50,}',
  'hv[sb]\\.[\\w-]{20,}', // HashiCorp Vault
  'lin_api_[A-Za-z0-9]{20,}',
  'PMAK-[0-9a-f-]{20,}',
  '\\d{8,10}:AA[\\w-]{33}', // Telegram
].join('|');

/**
 * Bits of entropy per character above which a run of base64 or hexadecimal digits is taken for a secret: the thresholds of
 * truffleHog (2016) and of Yelp's detect-secrets, whose defaults they still are.
 */
const base64Entropy = 4.5;
const hexEntropy = 3;

/** Shannon's entropy of the characters, in bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Before what Git, a registry of images or a checksum's file names its content by (SHA-1, SHA-256): whoever has the content has that. */
const contentWords =
  /(?:(?<![\p{L}\d])(?:commits?|revision|rev|git|sha-?1|sha-?256|sha|checkout|checked out|head is (?:now )?at|merged?|cherry[- ]pick(?:ed)?|revert(?:s|ed)?|bisect|fixes|fixed in|regression (?:from|in)|built from|tree|blob|parent|(?:md5|check)sum|digest|branch .{1,30} at|merge \S{7,64} into)(?: (?:commit|from|id|hash|in|of|by))?|@sha256)[\s:=#(@"'\x60]{1,3}$/iu;
const isDigestOfContent = (value: string, text: string, start: number) =>
  /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) && follows(contentWords, text, start, 96);

/** Long runs that no word or slug looks like: session ids, keys, hashes. */
function isOpaque(value: string): boolean {
  const bare = value.replace(/=+$/, '');
  if (/^[0-9a-f]+$/i.test(bare)) return bare.length >= 32 && !/^\d+$/.test(bare) && entropyOf(bare) > hexEntropy;
  if (/^[\d_-]+$/.test(bare) || /^\d+[-_]\d+/.test(bare)) return false;
  if (/[a-z]{7,}/.test(bare) && !(/^\w+$/.test(bare) && entropyOf(bare) > base64Entropy)) return false;
  if (/\//.test(bare) && value === bare && !(bare.length >= 40 && entropyOf(bare) > base64Entropy)) return false;
  if (/[a-z]/.test(bare) && /[A-Z]/.test(bare) && /\d/.test(bare)) return true;
  const changes = bare.match(/\d(?=[A-Za-z])|[A-Za-z](?=\d)/g)?.length ?? 0;
  return entropyOf(bare) > base64Entropy || changes * 5 >= bare.length;
}

export const credentialDetectors: readonly Detector[] = [
  {
    name: 'url-credentials',
    kind: 'token',
    version: 2,
    may: { all: has.at | has.colon | has.slash, text: (text) => text.includes('://') },
    pattern: /(?<=:\/\/)[^\s/?#@]+(?=@)/g,
    accepts: always,
  },
  {
    name: 'private-key',
    kind: 'token',
    version: 1,
    may: { all: has.dash, text: (text) => text.includes('PRIVATE KEY-----') },
    pattern: /(?<=PRIVATE KEY-----)[^-]{16,}(?=-----END)/g,
    accepts: always,
  },
  {
    name: 'jwt',
    kind: 'token',
    version: 2,
    may: { all: has.dot, run: 8, text: (text) => text.includes('eyJ') },
    pattern: /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g,
    accepts: always,
  },
  {
    name: 'bearer',
    kind: 'token',
    version: 3,
    may: { all: 0, any: has.space, text: (text) => /bearer/i.test(text) },
    pattern: /(?<=\bbearer\s{1,8})[\w.~+/=-]{4,}/gi,
    accepts: always,
  },
  {
    name: 'api-key',
    kind: 'token',
    version: 1,
    may: { all: 0, any: has.underscore | has.dash | has.dot | has.digit, run: 12 },
    pattern: new RegExp(`(?<![\\w-])(?:${keyForms})`, 'g'),
    accepts: always,
  },
];

/** Last of all: what nothing else has explained. */
export const opaqueDetectors: readonly Detector[] = [
  {
    name: 'high-entropy',
    kind: 'token',
    version: 3,
    may: { all: has.digit, any: has.lower | has.upper, run: 10, text: (text) => text.length >= 20 },
    pattern: /(?<![\w.+/=-])[\w+/-]{20,}={0,2}(?![\w+/=-])/g,
    accepts: (value, text, start) => isOpaque(value) && !isDigestOfContent(value, text, start),
  },
];
