import type { IncomingRequest } from '../../deidentify/stage.ts';

/** A request of a capture, with what production answered where the capture says so. */
export interface CapturedRequest {
  readonly request: IncomingRequest;
  /** When it came, milliseconds since 1970; null when the capture does not say, or not so that it can be read. */
  readonly at: number | null;
  /** Null when the capture has no answer. */
  readonly answer: { readonly status: number; readonly bodyBytes: number } | null;
}

/** One entry of a capture, or null for one that is no request that can be replayed. */
export type CapturedEntry = CapturedRequest | null;

/** Path and query of an absolute or relative address; null for what is none. */
export function targetOf(address: string): string | null {
  if (address.startsWith('/')) return address;
  if (!URL.canParse(address)) return null;
  const { protocol, pathname, search } = new URL(address);
  return /^(https?|wss?):$/.test(protocol) ? pathname + search : null;
}

/** A header's name as the stages want it; those of HTTP/2 (`:path`) are none. */
export function headerOf(name: string, value: string): readonly (readonly [string, string])[] {
  return name === '' || name.startsWith(':') ? [] : [[name.toLowerCase(), value]];
}
