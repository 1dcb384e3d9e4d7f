import type { IdentifierKind } from '../../../domain/model/identifier-kinds.ts';
import type { SuspectKind } from '../stage.ts';
import { suspicionsIn } from './looks.ts';
import { someWord, type RawSearch } from './raw-values.ts';

/** What a look of a kind takes a value for; every other kind is a national number's. */
const kinds: Readonly<Record<string, IdentifierKind>> = {
  email: 'email',
  bearer: 'token',
  basic: 'token',
  jwt: 'token',
  credentials: 'token',
  'api-key': 'token',
  secret: 'token',
  ip: 'ip',
  mac: 'mac',
  phone: 'phone',
  card: 'card',
  iban: 'iban',
  passport: 'passport',
  birth: 'birth',
  coordinate: 'coordinate',
  name: 'name',
  address: 'address',
};

/** Suspects of one request at most: one with more is dropped. */
const mostSuspects = 64;

/** Adds every value that a text was refused for. */
export function noteSuspects(text: string, search: RawSearch, suspects: Map<string, SuspectKind>): void {
  const note = (value: string, kind: SuspectKind) => {
    if (suspects.size < mostSuspects && !suspects.has(value)) suspects.set(value, kind);
  };
  for (const { kind, value } of suspicionsIn(text)) note(value, kinds[kind] ?? 'national');
  someWord(text, (word, start, end) => {
    if (search.any(word, start, end)) note(asWritten(text, word.slice(start, end)), 'raw-value');
    return false;
  });
}

/** A number was looked up without what separates its digits: as the text has it. */
function asWritten(text: string, value: string): string {
  if (text.includes(value) || !/^\d+$/.test(value)) return value;
  return new RegExp(value.split('').join('[ ()./-]{0,2}')).exec(text)?.[0] ?? value;
}
