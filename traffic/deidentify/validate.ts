import { indexHash, type KeyedHash } from './tokenise.ts';
import { DropRequest, makeStage, type Envelope, type Stage, type StageBooks } from './stage.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';

/**
 * Stage 5: an independent second look at what would leave. It shares no detector and no parser with stage 1: it decodes the whole text as often
 * as it can, takes out the pseudonyms that stage 3 issued, and drops the request when anything left looks like an identifier,
 * or when any word of it is a raw value that stage 1 has seen (by keyed hash).
 * @param seen keyed hashes of the session's strong identifiers, shared by its requests
 */
export function makeValidateStage(hash: KeyedHash, seen: SeenValues, books?: StageBooks): Stage {
  return makeStage(
    'validate',
    'validate-1',
    (envelope, count) => {
      const { output } = envelope;
      if (output === null) throw new Error('validate needs the request of structure');
      for (const value of envelope.rawHashes) seen.add(value);
      const reason = findLeak(output, envelope, hash, seen);
      if (reason === null) return;
      count(reason);
      throw new DropRequest('validation');
    },
    books,
  );
}

/** A bounded set of keyed hashes, the oldest forgotten first. */
export interface SeenValues {
  add(hash: string): void;
  has(hash: string): boolean;
}

export function makeSeenValues(maximum: number): SeenValues {
  const values = new Set<string>();
  return {
    add(hash) {
      values.add(hash);
      if (values.size <= maximum) return;
      for (const oldest of values) {
        values.delete(oldest);
        break;
      }
    },
    has: (hash) => values.has(hash),
  };
}

const allowedHeaders = /^(?:accept|accept-language|content-type|user-agent|x-requested-with)$/;

function findLeak(output: CorpusRequest, envelope: Envelope, hash: KeyedHash, seen: SeenValues): string | null {
  const free = Object.entries(output.headers).filter(([name]) => !allowedHeaders.test(name));
  const body = output.body === undefined ? '' : Buffer.from(output.body, 'base64').toString('utf8');
  const path = output.path.split('?', 1)[0] ?? '';
  const query = output.path.slice(path.length);
  const texts = [path, query, body, ...free.map(([, value]) => value)];
  const harmless = spellings([...envelope.issued, ...envelope.kept]);
  for (const text of texts) {
    for (const decoded of decodings(text)) {
      const rest = harmless.reduce((left, value) => (left.includes(value) ? left.replaceAll(value, ' ') : left), decoded);
      const look = suspicious(rest) ?? (hasRawWord(rest, hash, envelope.rawHashes, seen) ? 'raw-value' : null);
      if (look !== null) return look;
    }
  }
  return null;
}

/** The values as they stand in a text, plain or percent-encoded; the longest first, so that none is cut by a part of it. */
function spellings(values: readonly string[]): string[] {
  const all = new Set<string>();
  for (const value of values) {
    if (value.length < 4) continue;
    const encoded = encodeURIComponent(value);
    for (const spelling of [value, encoded, encoded.replaceAll('%40', '@')]) all.add(spelling);
  }
  return [...all].sort((a, b) => b.length - a.length);
}

/** The text as it is, then decoded once, twice, three times: percent escapes and JSON's. */
function decodings(text: string): string[] {
  const all = [text];
  let last = text;
  // A form writes spaces as "+": a reading of its own, since elsewhere "+" begins a phone number.
  if (text.includes('+')) all.push(decodeOnce(text.replaceAll('+', ' ')));
  for (let round = 0; round < 3; round += 1) {
    const next = decodeOnce(last);
    if (next === last) break;
    all.push(next);
    last = next;
  }
  return all;
}

function decodeOnce(text: string): string {
  let out = text;
  if (out.includes('%'))
    out = Buffer.from(
      out.replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
      isLatin(out) ? 'latin1' : 'utf8',
    ).toString('utf8');
  if (out.includes('\\'))
    out = out
      .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replaceAll(/\\(["\\/])/g, '$1');
  return out;
}

function isLatin(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0xff) return false;
  return true;
}

const looks: readonly (readonly [string, RegExp])[] = [
  ['email', /[^\s@"'<>&=?/,;:()[\]{}]{1,64}@[^\s@"'<>&=?/,;:()[\]{}]+\.[^\s@"'<>&=?/,;:()[\]{}.]{2,}/u],
  ['bearer', /\b(?:bearer|basic)[\s+]+[\w.~/=-]{8,}/i],
  ['jwt', /\beyJ[\w-]{8,}\.[\w-]{8,}/],
  ['credentials', /:\/\/[^/\s:@]+:[^/\s@]+@/],
  ['ip', /(?<![\d.])(?!0\.|10\.|127\.)(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)/],
  ['phone', /(?<![\w.])\+\d{1,3}[\s()./-]*\d(?:[\s()./-]*\d){6,13}(?!\d)/],
];

function suspicious(text: string): string | null {
  for (const [name, pattern] of looks) if (pattern.test(text)) return name;
  for (const [run] of text.matchAll(/(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d]|\.\d)/g)) if (isCard(run.replaceAll(/[ -]/g, ''))) return 'card';
  return null;
}

/** The check digit once more, by table: Luhn doubles every second digit from the right, less nine when above nine. */
function isCard(digits: string): boolean {
  if (!/^(?:4|5[1-5]|2[2-7]|3[47]|6)/.test(digits)) return false;
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + (index % 2 === 0 ? Number(digit) : (doubled[Number(digit)] ?? 0)), 0);
  return sum % 10 === 0;
}

/** Every word, and every run that an address, a token or a phone number may be, looked up by keyed hash. */
function hasRawWord(text: string, hash: KeyedHash, own: ReadonlySet<string>, seen: SeenValues): boolean {
  const isRaw = (value: string, strong: boolean) => {
    const key = indexHash(hash, value);
    return own.has(key) || (strong && seen.has(key));
  };
  const tried = new Set<string>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}][\p{L}\p{M}\p{N}.@_+'’~=-]{2,}/gu)) {
    for (const part of new Set([word, ...word.split(/[.@_+=~-]/)])) {
      if (part.length < 4 || tried.has(part)) continue;
      tried.add(part);
      if (isRaw(part, part.length >= 16 || part.includes('@'))) return true;
    }
  }
  for (const [run] of text.matchAll(/\d(?:[ ()./-]{0,2}\d){6,18}/g)) {
    const digits = run.replaceAll(/\D/g, '');
    if (!tried.has(digits) && isRaw(digits, digits.length >= 10)) return true;
  }
  return false;
}
