import type { EncodingName } from './truth.ts';

const named: Readonly<Record<string, string>> = {
  '@': '&commat;',
  '.': '&period;',
  '&': '&amp;',
  "'": '&apos;',
  ':': '&colon;',
  '/': '&sol;',
  '+': '&plus;',
};

/** Named references where HTML has them, else decimal and hexadecimal ones in turn; letters and digits but the first stay. */
function htmlEscape(text: string): string {
  return Array.from(text)
    .map((character, index) => {
      if (index > 0 && /[\p{L}\p{N}]/u.test(character)) return character;
      const code = character.codePointAt(0)!;
      return named[character] ?? (index % 2 === 0 ? `&#${code};` : `&#x${code.toString(16)};`);
    })
    .join('');
}

/** Percent-encodes every byte that is not a letter or a digit, and the first one in any case. */
function percentEscape(text: string): string {
  return [...Buffer.from(text)]
    .map((byte, index) =>
      index > 0 && /[a-zA-Z0-9]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

/** Every code unit as `\uXXXX`. */
export function unicodeEscape(text: string): string {
  return Array.from({ length: text.length }, (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
}

/**
 * A value as it stands in its place, before the format's own escaping. `json` needs the field's name. In JSON a `unicode` value is written by the
 * format itself, as escapes of the string; elsewhere they stand in the text.
 */
export function encodeValue(encoding: EncodingName, value: string, field: string): string {
  switch (encoding) {
    case 'base64':
      return Buffer.from(value).toString('base64');
    case 'base64url':
      return Buffer.from(value).toString('base64url');
    case 'percent':
      return percentEscape(value);
    case 'json':
      return JSON.stringify({ [field]: value });
    case 'html':
      return htmlEscape(value);
    case 'unicode':
      return unicodeEscape(value);
    case 'twice':
      return Buffer.from(JSON.stringify({ [field]: percentEscape(value) })).toString('base64');
    case 'plain':
    default:
      return value;
  }
}
