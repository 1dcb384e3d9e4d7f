import type { FieldDecision } from './fields.ts';

/**
 * What may follow a name in a path and is a word of a route: it stays unless the manifest has a rule for the segment before it. Any
 * other word after `users` or `customers` is taken for somebody's; where it is not, the manifest says `customers: keep`.
 */
const routeWords = new Set(
  (
    'me self current new create add edit update delete remove search find match lookup query filter list all count total stats summary export ' +
    'import bulk batch upload download login logout signin signout signup register auth oauth callback verify validate check exists available ' +
    'availability reset confirm activate deactivate invite suggest suggestions autocomplete recent latest top best active inactive online ' +
    'popular featured settings preferences profile profiles session sessions token tokens password groups roles permissions orders invoices ' +
    'addresses payments products items messages notifications history events reports index health status metrics schema'
  ).split(' '),
);

/** Names that are somebody's wherever they stand; other fields' names (`login`, `session`, `address`) are words of routes as well. */
const namingFields = new Set(
  'name firstname lastname surname givenname familyname fullname middlename maidenname username customername displayname nickname city town'.split(
    ' ',
  ),
);

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** True for what counts records rather than names people: numbers, UUIDs, hexadecimal ids and codes with at most two letters in a row. The detectors still see what it holds. */
export function isRecordId(text: string): boolean {
  if (/^-?\d+$/.test(text) || uuid.test(text) || /^(?=.*\d)[0-9a-f]{16,}$/i.test(text)) return true;
  return /^[\p{L}\d_.-]+$/u.test(text) && /\d/.test(text) && !/\p{L}{3}/u.test(text);
}

/** True for what may number a record: with a digit and no blank, and no date, price or version. */
export function isReference(text: string): boolean {
  return (
    /^(?=.*\d)[\p{L}\d_.:/#-]{3,64}$/u.test(text) && !/^\d{4}-\d{2}(?:-\d{2}|$)|^-?\d*\.\d+$|^v?\d{1,3}(?:\.\d{1,4}){1,3}$|^-/.test(text)
  );
}

/** The names that a path segment goes by: the segment before it, and for `by-name` the `name` too. */
export function pathFields(before: string): string[] {
  const by = /^by[-_]?(?=\p{L})(.+)$/iu.exec(before)?.[1];
  return by !== undefined && /^by(?:[-_]|\p{Lu})/u.test(before) ? [`by-${by}`, by] : [before];
}

/**
 * Whether a segment is what the segment before it names. The manifest's rules hold for every segment, `by-…` and days of birth and
 * postcodes too; Hone's own names leave ids and words of routes alone.
 */
export function followsPathRule(text: string, fields: readonly string[], { rule, explicit, name }: FieldDecision): boolean {
  if (explicit || fields.length > 1 || rule === 'birth' || postcodes.has(name)) return true;
  if (rule === 'unknown-name' || rule === 'unknown-number') return false;
  if (rule === 'record' || rule === 'reference' || rule === 'someone')
    return uuid.test(text) || ((/^\d+$/.test(text) || isReference(text)) && !isRouteWord(text));
  if (rule === 'person') return !isRouteWord(text);
  if (namingFields.has(name)) return !isRecordId(text) && !isRouteWord(text);
  if (uuid.test(text) || /^-?\d{1,6}$/.test(text)) return false;
  return !/^[a-z]+(?:[-_][a-z]+)*(?:\.[a-z]{1,5})?$/.test(text);
}

export const postcodes: ReadonlySet<string> = new Set('postcode postalcode zip zipcode plz'.split(' '));

function isRouteWord(text: string): boolean {
  if (/^by(?:[-_]\p{L}|\p{Lu})/u.test(text) || /^v\d{1,2}$/.test(text)) return true;
  return /^[a-z_-]+(?:\.[a-z]{1,5})?$/.test(text) && text.split(/[-_.]/).some((part) => routeWords.has(part));
}
