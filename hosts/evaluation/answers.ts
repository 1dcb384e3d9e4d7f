import { hash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import type { Manifest } from '../../domain/manifest/schema.ts';
import type { AnswerComparison } from '../../domain/model/evaluation.ts';

type AnswerRules = Manifest['evaluation']['answers'];

const maximumExamples = 10;

/** Removes the named fields at every depth. */
function withoutFields(value: unknown, fields: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutFields(item, fields));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([key]) => !fields.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutFields(item, fields)]));
}

/** Far more than an answer has, and little enough for both legs at once. */
const maximumUnpackedBytes = 64 << 20;

/**
 * What a packed answer says: replayed requests ask for the codings that production's did, and gzip's header may hold the time (RFC 1952,
 * MTIME), by which two equal answers would differ. Told by its first bytes; Brotli has none, and writes equal content equally.
 */
function unpacked(body: Uint8Array): Uint8Array {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  const isZstd = body[0] === 0x28 && body[1] === 0xb5 && body[2] === 0x2f && body[3] === 0xfd;
  if (!isGzip && !isZstd) return body;
  try {
    return (isGzip ? gunzipSync : zstdDecompressSync)(body, { maxOutputLength: maximumUnpackedBytes });
  } catch {
    return body;
  }
}

function normalise(answer: Uint8Array, fields: ReadonlySet<string>): string | Uint8Array {
  const body = unpacked(answer);
  const first = body[0];
  // Only what starts like a JSON object or array can hold fields.
  if (fields.size === 0 || (first !== 0x7b && first !== 0x5b)) return body;
  try {
    return JSON.stringify(withoutFields(JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')), fields));
  } catch {
    return body;
  }
}

/** Makes the digest of an answer after the manifest's rules for what may vary: equal digests, equal answers. */
export function makeAnswerDigest(rules: AnswerRules): (status: number, body: Uint8Array) => string {
  const fields = new Set(rules.ignoreJsonFields);
  return (status, body) => {
    if (!rules.compareBodies) return String(status);
    return `${status} ${body.byteLength === 0 ? '-' : hash('sha256', normalise(body, fields), 'base64')}`;
  };
}

/** The digest of an answer with the files that a run wrote beside it, each null when it did not. */
export function withOutputs(
  digest: string,
  outputs: readonly { readonly path: string; readonly content: Uint8Array | null }[],
  rules: AnswerRules,
): string {
  if (!rules.compareBodies) return digest;
  const fields = new Set(rules.ignoreJsonFields);
  const one = (content: Uint8Array | null) => (content === null ? notWritten : hash('sha256', normalise(content, fields), 'base64'));
  return [digest, ...outputs.map(({ path, content }) => `${encodeURIComponent(path)}:${one(content)}`)].join(' ');
}

const notWritten = '-';

/** Compares two legs' digests answer by answer; `describe` names a request for people. */
export function compareAnswers(
  baseline: readonly (string | undefined)[],
  candidate: readonly (string | undefined)[],
  describe: (index: number) => string,
): AnswerComparison {
  const length = Math.max(baseline.length, candidate.length);
  const differing = Array.from({ length }, (_, index) => index).filter((index) => baseline[index] !== candidate[index]);
  const examples = differing.slice(0, maximumExamples).map((index) => {
    return `${describe(index)}: ${explain(baseline[index], candidate[index])}`;
  });
  return { compared: length, different: differing.length, examples };
}

function explain(baseline: string | undefined, candidate: string | undefined): string {
  const [left = 'none', leftBody, ...leftFiles] = baseline?.split(' ') ?? [];
  const [right = 'none', rightBody, ...rightFiles] = candidate?.split(' ') ?? [];
  if (left !== right) return `the baseline answered ${left}, the candidate ${right}`;
  if (leftBody !== rightBody) return `both answered ${left}, with different bodies`;
  return `both answered ${left}; ${leftFiles.flatMap((file, index) => explainFile(file, rightFiles[index])).join(', ')}`;
}

function explainFile(baseline: string, candidate: string | undefined): readonly string[] {
  if (candidate === undefined || baseline === candidate) return [];
  const path = decodeURIComponent(baseline.slice(0, baseline.indexOf(':')));
  if (baseline.endsWith(`:${notWritten}`)) return [`only the candidate wrote ${path}`];
  return [candidate.endsWith(`:${notWritten}`) ? `only the baseline wrote ${path}` : `${path} differs`];
}
