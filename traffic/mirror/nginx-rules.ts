import { basename, dirname } from 'node:path';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { MirrorRoute } from './mirror.ts';

/** What is mirrored, as a manifest says it. */
export type MirrorRules = Pick<
  NonNullable<Manifest['mirror']>,
  'kind' | 'share' | 'methods' | 'maximumBodyBytes' | 'paths' | 'contentTypes' | 'sticky' | 'requestsPerSecond'
>;

/** The maps of http { } that say of a request whether it is mirrored: `$hone_mirrored` is then 1, else empty. */
export function ruleLines(mirror: MirrorRules, route: MirrorRoute): string {
  const { methods, maximumBodyBytes, paths, contentTypes } = mirror;
  return `${splitLines(mirror, route)}
map $request_method $hone_method { default ""; ${methods.map((method) => `${method} 1;`).join(' ')} }
map $content_length $hone_size { default 1; "~^[0-9]{${String(maximumBodyBytes).length + 1},}$" ""; }
map $uri $hone_path { ${pathLines(paths)} }
map $content_type $hone_type { ${typeLines(contentTypes)} }
map "$hone_share$hone_method$hone_size$hone_path$hone_type" $hone_mirrored { default ""; 11111 1; }`;
}

/**
 * Who is in the share. By a customer's key the draw is salted with the session's own folder, so that it is not the same customers in
 * every cycle; who has no key is drawn request by request.
 */
function splitLines({ sticky, share }: MirrorRules, route: MirrorRoute): string {
  const split = (key: string) => `split_clients ${key} $hone_share { ${shareLines(share)} }`;
  if (sticky === undefined) return split('$request_id');
  const [kind = '', name = ''] = sticky.split(':');
  const headerName = name.toLowerCase().replaceAll('-', '_');
  const key = kind === 'ip' ? 'remote_addr' : kind === 'cookie' ? `cookie_${name}` : `http_${headerName}`;
  const salt = basename(dirname(route.intakeSocket));
  return `map $${key} $hone_customer { default "${salt} $${key}"; "" $request_id; }
${split('$hone_customer')}`;
}

/** nginx's own reading of the path: decoded, without "..". */
function pathLines({ include, exclude }: MirrorRules['paths']): string {
  const lines = (prefixes: readonly string[], value: string) => prefixes.map((prefix) => `"~^${escaped(prefix)}" ${value};`);
  return [`default ${include.length === 0 ? '1' : '""'};`, ...lines(exclude, '""'), ...lines(include, '1')].join(' ');
}

function typeLines(contentTypes: readonly string[]): string {
  if (contentTypes.length === 0) return 'default 1;';
  return ['default "";', '"" 1;', ...contentTypes.map((type) => `"~*^${escaped(type)} *(;|$)" 1;`)].join(' ');
}

/** For nginx's regular expressions: of the characters that the schema lets in, these two mean something else. */
export function escaped(text: string): string {
  return text.replaceAll(/[.+]/g, String.raw`\$&`);
}

function shareLines(share: number): string {
  const percent = (Math.min(1, Math.max(0, share)) * 100).toFixed(2);
  if (percent === '100.00') return '* 1;';
  return percent === '0.00' ? '* "";' : `${percent}% 1; * "";`;
}
