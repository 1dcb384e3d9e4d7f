import type { CorpusRequest } from '../../../domain/model/collection.ts';
import { leavesOf, type RequestDocument } from '../document.ts';

/** Where a request says who its customer is, as the manifest writes it: `header:authorization`, `cookie:sid`, `field:customer_id`. */
export type CustomerKey = string;

/** The customer of a de-identified request: the key that told, and the pseudonym; null when the request says nothing of its customer. */
export type CustomerOf = (output: CorpusRequest, document: RequestDocument) => string | null;

/** The first key that is there tells the customer, by its pseudonym. */
export function makeCustomerOf(keys: readonly CustomerKey[]): CustomerOf {
  const readers = keys.map((key) => {
    const [place = '', name = ''] = key.split(/:(.*)/s);
    return { key, read: readerOf(place, name) };
  });
  return (output, document) => {
    for (const { key, read } of readers) {
      const value = read(output, document);
      if (value !== null && value !== '') return `${key}=${value}`;
    }
    return null;
  };
}

/**
 * A number of 0 … slots − 1. Customers are kept apart by slots, of which there is a fixed number: two whom chance puts into one slot count as
 * one, which takes from their counts and nothing from their protection.
 */
export function slotOf(customer: string, slots: number): number {
  return hash(customer) % slots;
}

type Reader = (output: CorpusRequest, document: RequestDocument) => string | null;

function readerOf(place: string, name: string): Reader {
  if (place === 'header') return ({ headers }) => headers[name.toLowerCase()] ?? null;
  if (place === 'cookie') return ({ headers }) => cookieOf(headers['cookie'] ?? '', name);
  return (_output, document) => fieldOf(document, name);
}

function cookieOf(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const [found, value] = part.trim().split(/=(.*)/s);
    if (found === name) return value ?? null;
  }
  return null;
}

/** The first value of a query, a form or a body whose innermost name it is; an identifier in it counts by its digest. */
function fieldOf(document: RequestDocument, name: string): string | null {
  for (const leaf of leavesOf(document)) {
    if (leaf.isName || leaf.fields[0] !== name) continue;
    return leaf.spans.map((span) => (typeof span === 'string' ? span : (span.digest?.toString('base64') ?? ''))).join('');
  }
  return null;
}

/** FNV-1a of 32 bits with the last mixing of MurmurHash3: spreads values evenly, and hides nothing, which it need not. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
