import type { Leaf } from './document.ts';
import { describesContent, isContentHash, isHashName, isHashOfSubject, isOfSomebody } from './field-words.ts';

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
  if (isOfRepository(leaves, leaf, text)) return true;
  if (isHashOfSubject(name) || (/^\d*$/.test(name) && isHashOfSubject(around))) return false;
  if (isContentHash(name) || (/^(?:hash|value)$/i.test(name) && isContentHash(around))) return true;
  if (leaf.place === 'header' || isOfSomebody(name) || leaf.fields.some((field) => /pass|auth|session|secret|token|cred/i.test(field)))
    return false;
  if (telling.test(text)) return true;
  if (!whole.test(text)) return false;
  return isHashName(name) ? !isOfSomebody(around) : describesContent(around) || (!/^\d*$/.test(name) && hasContentBeside(leaves, index));
}

const sha1 = /^[0-9a-f]{40}$/;
/** Where Git's interfaces name a commit, a tree or a file by its SHA-1. */
const gitNames =
  /^(?:(?:git|vcs|scm|from|to|base|head|last|first|prev|previous|parent|merge|start|end|old|new|checkout|source|target)?[_-]?(?:commit|commits|sha|oid|tree|trees|blob|blobs|parent|parents|revision|rev|ref|refs|head|base|before|after|release|tag|version|hash|id)(?:[_-]?(?:id|sha|hash|oid))?|compare|raw|statuses|check-runs|\d*)$/i;
const repositoryNames =
  /^(?:git.*|vcs.*|scm.*|.*commits?|commit.*|repo|repos|repository|repositories|branch|branches|default_branch|pusher|refs?|pull_?requests?|merge_?requests?|head_sha|checkout_sha|before|after|parents|tree_id)$/i;
/** In a path only what names a commit itself. */
const gitSegments = /^(?:commits?|trees?|blobs?|raw|statuses|compare|archive|revisions?|changesets?|check-runs|sha|tarball|zipball)$/i;

/** Whether a SHA-1 is a commit's: by its field's or its segment's name, in a request that speaks of a repository. */
function isOfRepository(leaves: readonly Leaf[], leaf: Leaf, text: string): boolean {
  if (leaf.place === 'header' || !sha1.test(text)) return false;
  const [name = '', around = ''] = /[[\].]/.test(leaf.fields[0] ?? '') ? leaf.fields.slice(1) : leaf.fields;
  if (leaf.place === 'path' || leaf.place === 'link') return gitSegments.test(name);
  if (!gitNames.test(/^\d*$/.test(name) ? around : name)) return false;
  return leaves.some((other) => other !== leaf && speaksOfRepository(other, name));
}

function speaksOfRepository(leaf: Leaf, name: string): boolean {
  if (leaf.place === 'path') return gitSegments.test(textOf(leaf)) || textOf(leaf) === 'repos';
  return leaf.fields[0] !== name && leaf.fields.some((field) => repositoryNames.test(field));
}

const textOf = ({ spans }: Leaf) => (typeof spans[0] === 'string' ? spans[0] : '');

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
