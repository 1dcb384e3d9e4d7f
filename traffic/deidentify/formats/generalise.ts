import type { IncomingRequest } from '../stage.ts';
import { generaliseContentType } from './content-type.ts';

/** What is kept of a header; null for nothing. */
type Generalise = (value: string, incoming: IncomingRequest) => string | null;

const oneOf =
  (...words: string[]): Generalise =>
  (value) =>
    words.includes(value.trim().toLowerCase()) ? value.trim() : null;

/** The members of a list that are on another list. */
const listOf =
  (member: RegExp): Generalise =>
  (value) => {
    const kept = value.split(',').flatMap((part) => (member.test(part.trim()) ? [part.trim()] : []));
    return kept.length === 0 ? null : kept.slice(0, 8).join(', ');
  };

/** Headers that describe a client's kind or what it wants, each cut down to what the code may branch on. */
export const generalised: Readonly<Record<string, Generalise>> = {
  accept: (value) => (/^[\w*+./;=, -]{1,300}$/.test(value) ? mediaTypes(value) : '*/*'),
  'accept-encoding': listOf(/^(?:gzip|deflate|br|zstd|identity|\*)(?:\s*;\s*q=[01](?:\.\d{1,3})?)?$/i),
  // Up to three languages are those of many; a longer list is of few, and its first one is left.
  'accept-language': (value) =>
    /^[a-z]{2,3}(?:-[a-z\d]{2,4})?(?:;q=[01](?:\.\d)?)?(?:, ?(?:[a-z]{2,3}(?:-[a-z\d]{2,4})?|\*)(?:;q=[01](?:\.\d)?)?){0,2}$/i.test(value)
      ? value
      : (/^[a-z]{2,3}(?=[-,;\s]|$)/i.exec(value)?.[0].toLowerCase() ?? null),
  'cache-control': listOf(/^(?:no-cache|no-store|no-transform|only-if-cached|max-age=\d{1,8}|max-stale(?:=\d{1,8})?)$/i),
  'content-encoding': oneOf('gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'identity'),
  'content-type': generaliseContentType,
  'if-modified-since': hourAfter,
  'if-unmodified-since': hourAfter,
  pragma: oneOf('no-cache'),
  prefer: listOf(/^(?:respond-async|wait=\d{1,5}|return=(?:minimal|representation)|handling=(?:strict|lenient))$/i),
  range: (value) => (/^bytes=\d{0,15}-\d{0,15}(?:,\s*\d{0,15}-\d{0,15}){0,7}$/.test(value) ? value : null),
  'sec-fetch-dest': oneOf('document', 'empty', 'image', 'script', 'style', 'font', 'iframe', 'worker'),
  'sec-fetch-mode': oneOf('cors', 'navigate', 'no-cors', 'same-origin'),
  'sec-fetch-site': oneOf('cross-site', 'same-origin', 'same-site', 'none'),
  'user-agent': userAgent,
  'x-forwarded-proto': oneOf('http', 'https'),
  // Frameworks heed it in a POST alone; in any other it would smuggle a method past the manifest's.
  'x-http-method-override': (value, { method }) => (method === 'POST' && /^(?:get|put|patch|delete)$/i.test(value) ? value : null),
  'x-requested-with': (value) => (value === 'XMLHttpRequest' ? value : null),
};

function mediaTypes(value: string): string {
  const types = value.split(',').flatMap((part) => {
    const type = part.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    return /^[a-z*]+\/[a-z0-9.+*-]{1,40}$/.test(type) ? [type] : [];
  });
  return types.length === 0 ? '*/*' : types.slice(0, 8).join(', ');
}

function userAgent(value: string): string {
  const family = /\b(Edg|OPR|Firefox|Chrome|Version|curl|Wget|python-requests|okhttp|Go-http-client|axios|h2load)[/ ](\d{1,3})/.exec(value);
  return family === null ? 'other' : `${family[1] === 'Version' ? 'Safari' : family[1]}/${family[2]}`;
}

const hourMilliseconds = 3_600_000;

/** The hour after a date: a resource that had not changed by then has not changed now either, and the second tells clients apart. */
export function hourAfter(value: string): string | null {
  const time = value.endsWith('GMT') ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(Math.ceil(time / hourMilliseconds) * hourMilliseconds).toUTCString();
}
