import type { Manifest } from '../manifest/schema.ts';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** True when each window must start from the prepared store: replayed requests may have changed it. */
export function restoresStore({ drive, mirror, collection }: Pick<Manifest, 'drive' | 'mirror' | 'collection'>): boolean {
  return drive.kind === 'http' && collection.restoreStore && (mirror?.methods ?? []).some((method) => !safeMethods.has(method));
}
