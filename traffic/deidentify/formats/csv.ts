import type { Piece } from '../document.ts';
import { isContentHash, isOrganisation, isThing } from '../field-words.ts';
import { DropRequest } from '../stage.ts';
import { decodeSource } from './codecs.ts';
import { nameAt, pieceAt, valueAt, type Look, type Spot } from './look.ts';

const separators = [',', ';', '\t', '|'];
const maximumColumns = 4096;

/**
 * A table as pieces (RFC 4180): the first row names the columns unless the content type says `header=absent` or a cell of it is no
 * name. Throws {@link DropRequest} `too-many-values` for more columns than any table has.
 */
export function parseCsv(look: Look, text: string, hasHeader: boolean, outer: readonly string[]): Piece[] {
  const separator = separatorOf(text);
  const cell = new RegExp(`"(?:[^"]|"")*"|[^${separator}\r\n]+|[${separator}]|\r?\n|\r|"`, 'g');
  const pieces: Piece[] = [];
  const names: string[] | null = hasHeader && namesColumns(look, text, separator) ? [] : null;
  let isHeader = names !== null;
  let column = 0;
  for (const [token] of text.matchAll(cell)) {
    if (token === separator) column += 1;
    else if (token === '\n' || token === '\r\n' || token === '\r') {
      column = 0;
      isHeader = false;
    } else {
      const encoding = token.length > 1 && token.startsWith('"') && token.endsWith('"') ? 'quoted' : 'plain';
      const value = decodeSource(encoding, token);
      if (isHeader && names !== null) names[column] = value;
      const name = names?.[column];
      const spot: Spot = isHeader ? nameAt('body') : valueAt('body', name === undefined ? outer : [name.trim(), ...outer]);
      pieces.push(pieceAt(look, spot, encoding, token, value));
      continue;
    }
    if (column > maximumColumns) throw new DropRequest('too-many-values');
    pieces.push(token);
  }
  return pieces;
}

function firstLine(text: string): string {
  return /^[^\r\n]*/.exec(text)?.[0] ?? '';
}

/** The separator that the first line has most of. */
function separatorOf(text: string): string {
  const line = firstLine(text);
  const counts = separators.map((separator) => line.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))] ?? ',';
}

const nameLike = /^\s*(?:"")?$|^\s*"?\s*[#*]?\s*(?!.*\d{4})(?:\p{L}|N°)[\p{L}\p{N}\s_.:()[\]/#*°º&'’?%€$-]{0,80}"?\s*$/u;

/**
 * Whether every cell of the first row reads like a name: letters in it, no address, no long number, a sign that names have; or nothing. A number below a
 * hundred, as exports of lists have it (`items.0` cut to `0`), is one beside names of which half are known.
 */
function namesColumns({ rules }: Look, text: string, separator: string): boolean {
  const cells = firstLine(text)
    .replace(/^\uFEFF/, '')
    .split(separator);
  const words = cells.filter((cell) => !/^\s*"?\d{1,2}"?\s*$/.test(cell));
  if (!words.every((cell) => nameLike.test(cell))) return false;
  const isKnown = (cell: string) => {
    const name = cell.replaceAll('"', '').trim();
    return name !== '' && (rules([name]) !== null || isThing(name) || isOrganisation(name) || isContentHash(name));
  };
  return words.length === cells.length || (words.length >= 3 && words.filter(isKnown).length * 2 >= words.length);
}
