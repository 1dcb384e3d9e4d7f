import { bodyText, readings } from './decode.ts';
import type { Case, Truth } from './corpus/truth.ts';

/** A request as a contender lets it out. */
export interface Output {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
}

export interface Verdict {
  readonly truth: Truth;
  /** For what must go: it is nowhere. For what must stay: it is in its place. */
  readonly right: boolean;
}

/** What became of every known value of a request. */
export function judge({ truths }: Pick<Case, 'truths'>, output: Output): readonly Verdict[] {
  const body = bodyText(Buffer.from(output.body, 'base64'), output.headers['content-encoding']);
  const hay = haystackOf(readings([output.target, ...Object.values(output.headers), body].join('\n')).join('\n'));
  const places = placesOf(output, body);
  // Of some formats the whole body is the place of every value.
  const known = new Map<string, readonly string[]>();
  const read = (text: string) => known.get(text) ?? known.set(text, readings(text)).get(text)!;
  return truths.map((truth) => ({
    truth,
    right: truth.must === 'go' ? !isLeft(truth, hay) : read(places(truth.place) ?? '').some((text) => text.includes(truth.value)),
  }));
}

/** A text in which many values are looked for. */
export interface Haystack {
  readonly all: string;
  readonly compact: string;
  words: ReadonlySet<string> | null;
}
export function haystackOf(text: string): Haystack {
  const all = text.normalize('NFC').toLowerCase();
  return { all, compact: all.replaceAll(separators, ''), words: null };
}

const separators = /[\s().:/-]/g;

/** Country codes of the corpus; a pseudonym may keep them. */
const countryCode = /^(?:1|33|34|39|4[1349]|5[25]|61|81|86|91|32|351|353)/;

/** Words of a street's name that say what it is, in the languages of the corpus: a pseudonym may keep them. */
const streetWords = new Set(
  (
    'street road avenue lane drive boulevard court place square terrace close crescent grove gardens hill park mews row way ways estate station ' +
    'straße strasse allee platz gasse weg rue allée impasse passage quai voie calle paseo plaza avenida pasaje travesía rincón barrio parcela ' +
    'улица площадь проспект бульвар набережная переулок аллея шоссе проезд via viale piazza corso strada borgo contrada rotonda incrocio ' +
    'rua travessa alameda rodovia marginal straat laan plein steeg ulica aleja plac osiedle οδός λεωφόρος πλατεία'
  ).split(' '),
);

/** The word of an address, in lower case, that is no general one. */
function streetNeedle(text: string): string | null {
  const names = text.split(/[^\p{L}]+/u).filter((word) => word.length >= 4 && !streetWords.has(word));
  return names.toSorted((left, right) => right.length - left.length)[0] ?? null;
}

/** Whether something of a value that must go can be read in a text. */
export function isLeft({ value, compare }: Truth, hay: Haystack): boolean {
  const text = value.normalize('NFC').toLowerCase();
  if (compare === 'compact') return hay.compact.includes(text.replaceAll(separators, ''));
  if (compare === 'national') return hay.compact.includes(text.replaceAll(/\D/g, '').replace(countryCode, ''));
  if (compare === 'street') {
    const needle = streetNeedle(text);
    return hay.all.includes(text) || (needle !== null && standsAlone(hay.all, needle));
  }
  if (compare === 'words') {
    hay.words ??= new Set(hay.all.split(/[^\p{L}\p{M}\p{N}]+/u));
    return hay.all.includes(text) || text.split(/[^\p{L}\p{M}\p{N}]+/u).some((word) => word.length >= 4 && hay.words!.has(word));
  }
  if (text.length >= 12) return hay.all.includes(text);
  return standsAlone(hay.all, text);
}

const wordCharacter = /[\p{L}\p{N}]/u;
/** A short value inside of a longer word is not that value. */
function standsAlone(all: string, text: string): boolean {
  for (let at = all.indexOf(text); at >= 0; at = all.indexOf(text, at + 1))
    if (!wordCharacter.test(all[at - 1] ?? '') && !wordCharacter.test(all[at + text.length] ?? '')) return true;
  return false;
}

/** Looks a place up: `path/3`, `query/q`, `body/order/items/0/sku`. */
function placesOf({ target, headers }: Output, body: string): (place: string) => string | null {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const type = headers['content-type'] ?? '';
  const tree: unknown = type.includes('json') && !type.includes('ndjson') ? parsed(body) : null;
  const form = type.includes('form-urlencoded') ? new URLSearchParams(body) : null;
  return (place) => {
    const [first = '', ...rest] = place.split('/');
    if (first === 'path') return path.split('/')[Number(rest[0])] ?? null;
    if (first === 'query') return query.split('&').find((pair) => pair.startsWith(`${rest[0]}=`)) ?? null;
    if (first === 'header') return headers[rest[0] ?? ''] ?? null;
    if (form !== null)
      return form.get(
        (rest[0] ?? '') +
          rest
            .slice(1)
            .map((part) => `[${part}]`)
            .join(''),
      );
    if (tree === null || rest.length === 0) return body;
    const leaf = rest.reduce<unknown>((node, name) => (node as Record<string, unknown> | null)?.[name], tree);
    return leaf === undefined ? null : typeof leaf === 'string' ? leaf : JSON.stringify(leaf);
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
