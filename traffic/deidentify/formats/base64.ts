/** Shorter texts say too little, and too many words look like them. */
const shortest = 8;
/** A shorter stretch of a text is a word of it. */
const shortestStretch = 10;
/** From here on chance does not make a text. */
const certain = 16;

/** What a first byte of UTF-8 text begins with: ASCII's blanks and visible characters, or the first of several bytes. */
const beginning = /^[CDI-Za-fw-z0-9+/_-]/;

/** A whole text that may be base64, standard (RFC 4648, section 4) or URL-safe (section 5), padded or not. */
const form = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Decodes to text; null when it is not base64 of text: its bytes would be a token's or a file's. */
export function base64Text(source: string): string | null {
  const lines = linesOf(source);
  if (lines === null) return base64Line(source);
  const text = base64Line(lines.join(''));
  return text !== null && encodeBase64Like(text, source) === source ? text : null;
}

/** The lines of base64 broken as MIME and PEM break it (RFC 2045, section 6.8: at most 76 characters); null for one line. */
function linesOf(source: string): string[] | null {
  return source.includes('\n') ? source.split(/\r?\n/) : null;
}

function base64Line(source: string): string | null {
  const length = source.length;
  if (length < shortest || !beginning.test(source) || !form.test(source) || !/[A-Z]/.test(source) || !/[a-z0-9]/.test(source)) return null;
  const bare = source.replace(/=+$/, '');
  if (bare.length % 4 === 1 || (bare.length !== length && length % 4 !== 0)) return null;
  if (/[+/]/.test(bare) && /[_-]/.test(bare)) return null;
  const bytes = Buffer.from(bare, 'base64');
  const text = bytes.toString('utf8');
  if (text.includes('\uFFFD') || encodeLineLike(text, source) !== source) return null;
  return isText(text, bare.length) ? text : null;
}

const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/; // eslint-disable-line no-control-regex -- bytes that no text has
const shortText = /^[\p{L}\p{N}\s@._:;,+=&{}[\]"'()/%<>*#?!|-]+$/u;

function isText(text: string, encodedLength: number): boolean {
  if (control.test(text)) return false;
  if (encodedLength < certain) return shortText.test(text);
  let words = 0;
  for (const character of text) if (/[\p{L}\p{M}\p{N}\s]/u.test(character)) words += 1;
  return words * 2 >= text.length;
}

/** Base64 in the alphabet and with the padding of a source. Text that gives no sign is URL-safe when it is neither padded nor whole. */
export function encodeBase64Like(text: string, source: string): string {
  const lines = linesOf(source);
  if (lines === null) return encodeLineLike(text, source);
  const line = encodeLineLike(text, lines.join(''));
  const width = lines[0]?.length ?? 76;
  const parts = Array.from({ length: Math.ceil(line.length / width) }, (_, index) => line.slice(index * width, (index + 1) * width));
  return parts.join(source.includes('\r') ? '\r\n' : '\n');
}

function encodeLineLike(text: string, source: string): string {
  const padded = source.endsWith('=');
  const urlSafe = /[_-]/.test(source) || (!/[+/]/.test(source) && !padded && source.length % 4 !== 0);
  const bare = Buffer.from(text, 'utf8')
    .toString(urlSafe ? 'base64url' : 'base64')
    .replace(/=+$/, '');
  const wantsPadding = padded || (source.length % 4 === 0 && !urlSafe);
  return wantsPadding ? bare.padEnd(Math.ceil(bare.length / 4) * 4, '=') : bare;
}

/** A stretch of a text that is base64, and what it says. */
export interface Base64Run {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const inOne = /[A-Za-z0-9+/_-]{8,}={0,2}/g;
const inLines = /(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9+/_-]{8,}={0,2}/g;

/** Runs inside a text that are base64 of text. A JWT's parts are not: it is one token. */
export function base64Runs(text: string): readonly Base64Run[] {
  const runs: Base64Run[] = [];
  const take = (run: string, start: number) => {
    const decoded = base64Text(run);
    if (decoded !== null) runs.push({ start, end: start + run.length, text: decoded });
    return decoded !== null;
  };
  const mayBeJwt = text.includes('eyJ');
  const pattern = text.includes('\n') ? inLines : inOne;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [run] = found;
    if (mayBeJwt && (text[found.index - 1] === '.' || text[found.index + run.length] === '.')) continue;
    const isWhole = run.length === text.length;
    if ((isWhole || run.length >= shortestStretch) && take(run, found.index)) continue;
    if (!run.includes('/')) continue;
    let at = found.index;
    for (const part of run.split('/')) {
      if (part.length >= shortestStretch) take(part, at);
      at += part.length + 1;
    }
  }
  return runs;
}
