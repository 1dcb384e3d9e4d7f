/**
 * In the place of a condition's date: the moment at which the request is sent, whenever that is. An instance's files are younger than a stored request; and a
 * date that is yet to come is none to some servers (RFC 2616, section 14.25), so that no fixed date will do.
 */
export const asOfNow = 'Fri, 31 Dec 9999 23:59:59 GMT';

const dated = ['if-modified-since', 'if-unmodified-since'] as const;

/** The headers of a stored request as they are sent now. */
export function headersNow(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = dated.filter((name) => headers[name] === asOfNow);
  if (names.length === 0) return headers;
  const now = new Date().toUTCString();
  return { ...headers, ...Object.fromEntries(names.map((name) => [name, now])) };
}
