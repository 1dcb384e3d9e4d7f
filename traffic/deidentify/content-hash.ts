import type { Leaf } from './document.ts';
import { describesContent, isContentHash, isHashName, isOfSomebody } from './field-words.ts';

/** A digest, bare or with its algorithm before it, or an entity tag (RFC 9110, 8.8.3). */
const digest = /^(?:W\/)?"?(?:(?:sha|md|blake)\d?-?\d{0,3}[-:=])?(?:[0-9a-f]{7,128}|[A-Za-z\d+/_-]{20,88}={0,2})"?$/i;
/** As many hexadecimal digits as MD5, SHA-1 or a SHA-2 has. */
const whole = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i;
/** Subresource integrity, a weak or a strong entity tag, a revision of CouchDB. */
const telling = /^(?:sha(?:256|384|512)-[A-Za-z\d+/]{43,88}={0,2}|W\/"[\w+/=.:-]{4,90}"|"[0-9a-f]{16,64}"|\d{1,4}-[0-9a-f]{32})$/i;

const neighbourhood = 12;

/**
 * Whether a value is a digest of content, which whoever has the content could make: by its field's name, by a form that nothing else has, or, where name
 * and form leave it open, by what the members beside it describe: a size, a type, a path. One of somebody's address or password is none.
 */
export function isHashOfContent(leaves: readonly Leaf[], index: number): boolean {
  const leaf = leaves[index];
  const text = leaf?.spans[0];
  if (leaf === undefined || leaf.isName || typeof text !== 'string' || text.length < 7) return false;
  if (!digest.test(text)) return isRevision(leaf, text);
  const [name = '', around = ''] = leaf.fields;
  if (isContentHash(name) || (/^(?:hash|value)$/i.test(name) && isContentHash(around))) return true;
  if (leaf.place === 'header' || isOfSomebody(name) || leaf.fields.some((field) => /pass|auth|session|secret|token|cred/i.test(field)))
    return false;
  if (telling.test(text)) return true;
  if (!whole.test(text)) return false;
  return isHashName(name) ? !isOfSomebody(around) : describesContent(around) || hasContentBeside(leaves, index);
}

const isRevision = ({ place, fields }: Leaf, text: string) =>
  place !== 'header' && /^\d{1,4}-[0-9a-f]{32}$/i.test(text) && !isOfSomebody(fields[0] ?? '');

/** Whether a member of the same object says something of a content. */
function hasContentBeside(leaves: readonly Leaf[], index: number): boolean {
  const own = leaves[index];
  if (own === undefined) return false;
  const from = Math.max(0, index - neighbourhood);
  return leaves
    .slice(from, index + neighbourhood)
    .some((leaf) => leaf !== own && !leaf.isName && isBeside(leaf, own) && describesContent(leaf.fields[0] ?? ''));
}

const isBeside = (one: Leaf, other: Leaf) =>
  one.place === other.place &&
  one.fields.length === other.fields.length &&
  one.fields.every((name, index) => index === 0 || name === other.fields[index]);
