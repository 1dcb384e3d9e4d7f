import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** Readings of a text: as it is, and decoded by everything that the corpus encodes with, again and again. Independent of the pipeline's own code. */

const references: Readonly<Record<string, string>> = {
  commat: '@',
  period: '.',
  amp: '&',
  apos: "'",
  quot: '"',
  lt: '<',
  gt: '>',
  colon: ':',
  sol: '/',
  plus: '+',
  comma: ',',
  lowbar: '_',
  num: '#',
  nbsp: ' ',
};

function percent(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}
function unescape(text: string): string {
  return text
    .replaceAll(/\\u\{?([0-9a-f]{4,6})\}?/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\(["\\/'])/g, '$1')
    .replaceAll(/\\[nrt]/g, ' ');
}
function html(text: string): string {
  return text
    .replaceAll(/&#(\d{1,6});/g, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
    .replaceAll(/&#x([0-9a-f]{1,5});/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll(/&(\w+);/g, (whole, name: string) => references[name] ?? whole);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
function asText(bytes: Uint8Array): string | null {
  try {
    const text = utf8.decode(bytes);
    // oxlint-disable-next-line no-control-regex -- a text of these is none
    return text.length >= 3 && !/[\u0000-\u0008\u000e-\u001f]/.test(text) ? text : null;
  } catch {
    return null;
  }
}

/** With `/` as a part of it and without, since a path is cut by it. */
const alphabets = [/[A-Za-z0-9+/]{6,}={0,2}/g, /[A-Za-z0-9_-]{6,}={0,2}/g];
function base64Runs(text: string): string[] {
  const runs = new Set(alphabets.flatMap((alphabet) => text.match(alphabet) ?? []));
  return [...runs].flatMap((run) => asText(Buffer.from(run.replace(/=+$/, ''), 'base64')) ?? []);
}

const rounds = 5;
/** Every reading of a text, itself first. */
export function readings(text: string): string[] {
  const seen = new Set([text]);
  let last = [text];
  for (let round = 0; round < rounds && last.length > 0; round += 1) {
    const next = last.flatMap((one) => [
      ...(one.includes('%') ? [percent(one)] : []),
      ...(one.includes('+') ? [one.replaceAll('+', ' ')] : []),
      ...(one.includes('\\') ? [unescape(one)] : []),
      ...(one.includes('&') ? [html(one)] : []),
      ...base64Runs(one),
    ]);
    last = [...new Set(next)].filter((one) => !seen.has(one));
    for (const one of last) seen.add(one);
  }
  return [...seen];
}

const inflaters: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => gunzipSync(bytes),
  br: (bytes) => brotliDecompressSync(bytes),
  zstd: (bytes) => zstdDecompressSync(bytes),
  deflate: (bytes) => inflateSync(bytes),
};

/** The text of a body under its coding; what does not unpack is read as it is, and bytes that are no UTF-8 as Latin-1. */
export function bodyText(bytes: Uint8Array, coding: string | undefined): string {
  const plain = unpacked(bytes, coding ?? 'identity');
  return asText(plain) ?? Buffer.from(plain).toString('latin1');
}

function unpacked(bytes: Uint8Array, coding: string): Uint8Array {
  try {
    return inflaters[coding]?.(bytes) ?? bytes;
  } catch {
    return bytes;
  }
}
