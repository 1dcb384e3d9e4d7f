import { DropRequest } from '../stage.ts';

/** How a body's text is written in bytes. `bytes` is a character per byte, for bodies that are text in parts only. */
export type Charset = 'utf-8' | 'utf-16le' | 'utf-16be' | 'bytes' | SingleByte;

const singleBytes = [
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-9',
  'iso-8859-15',
  'us-ascii',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'koi8-r',
] as const;
type SingleByte = (typeof singleBytes)[number];

const aliases: Readonly<Record<string, Charset>> = {
  utf8: 'utf-8',
  latin1: 'iso-8859-1',
  ascii: 'us-ascii',
  'utf-16': 'utf-16le',
  ...Object.fromEntries(['utf-8', 'utf-16le', 'utf-16be', ...singleBytes].map((name) => [name, name as Charset])),
};

/** The charset of a label; null for one that Hone cannot write back. */
export function charsetOf(label: string): Charset | null {
  return aliases[label.trim().toLowerCase()] ?? null;
}

/** Throws {@link DropRequest} `unreadable-body` for bytes that are no text of the charset. */
export function decodeText(bytes: Uint8Array, charset: Charset): string {
  if (charset === 'bytes') return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  try {
    return decoderOf(charset).decode(bytes);
  } catch {
    throw new DropRequest('unreadable-body');
  }
}

/** WHATWG reads `us-ascii` and `iso-8859-1` as windows-1252: each byte is one character there, too. */
function decoderOf(charset: Exclude<Charset, 'bytes'>): InstanceType<typeof TextDecoder> {
  return charset === 'utf-8' ? utf8 : new TextDecoder(charset, { fatal: true, ignoreBOM: true });
}
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes of a text. A character that a single-byte charset does not have is `?`. */
export function encodeText(text: string, charset: Charset): Buffer {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8');
  if (charset === 'bytes') return Buffer.from(text, 'latin1');
  if (charset === 'utf-16le' || charset === 'utf-16be') {
    const bytes = Buffer.from(text, 'utf16le');
    return charset === 'utf-16le' ? bytes : bytes.swap16();
  }
  const codes = codesOf(charset);
  return Buffer.from(Array.from({ length: text.length }, (_, index) => codes.get(text.charCodeAt(index)) ?? 0x3f));
}

/** The byte of each character of a single-byte charset, by decoding all of them; bytes without a character stand for none. */
function codesOf(charset: SingleByte): ReadonlyMap<number, number> {
  const all = new TextDecoder(charset).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  return new Map(Array.from({ length: 256 }, (_, byte) => [all.charCodeAt(byte), byte]));
}
