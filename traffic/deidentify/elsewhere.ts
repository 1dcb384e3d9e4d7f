import type { Finding, Leaf, Span } from './document.ts';
import { shapeOf } from './identifiers.ts';
import type { Count } from './stage.ts';

/** A value that is looked for in the whole request. */
export interface Known {
  readonly finding: Finding;
  /** It stood in what would have left: it is replaced in names of fields and in the path too, whatever it is. */
  readonly isSuspect: boolean;
}

export interface Elsewhere {
  /** Texts that the manifest keeps. */
  readonly kept: ReadonlySet<string>;
  readonly phoneRegion: string | null;
  readonly count: Count;
}

/** Shorter texts hold no value that is looked for. */
const leastText = 3;

/**
 * Replaces values that were found in one place wherever else they stand as a word; names do not touch the path, whose words are routes.
 * @param known by their text in lower case
 */
export function replaceElsewhere(leaf: Leaf, known: ReadonlyMap<string, Known>, elsewhere: Elsewhere): void {
  const able = [...known].filter(([, one]) => mayStandIn(leaf, one));
  if (able.length === 0 || !leaf.spans.some((span) => typeof span === 'string' && span.length >= leastText)) return;
  const spans = leaf.spans.flatMap((span): Span[] => {
    if (typeof span !== 'string' || span.length < leastText || elsewhere.kept.has(span)) return [span];
    const lower = span.toLowerCase();
    let parts: Span[] = [span];
    for (const [value, { finding, isSuspect }] of able) {
      if (!lower.includes(value)) continue;
      parts = parts.flatMap((part) =>
        typeof part === 'string' ? cut(part, value, finding, isSuspect && isLong(value), elsewhere) : [part],
      );
    }
    return parts;
  });
  if (spans.length === leaf.spans.length && spans.every((span, index) => span === leaf.spans[index])) return;
  leaf.spans = spans;
  leaf.touched = true;
}

function mayStandIn({ isName, place }: Leaf, { finding, isSuspect }: Known): boolean {
  if (isSuspect) return true;
  return !isName && (place !== 'path' || (finding.kind !== 'name' && finding.kind !== 'address'));
}

const wordCharacter = /[\p{L}\p{N}]/u;

/** The shortest address of the network; what is so long and was seen stands within words by no chance (`host192.0.2.1x`). */
const isLong = (value: string) => value.length >= 7 && /\d/.test(value);

function cut(text: string, value: string, finding: Finding, isAnywhere: boolean, { phoneRegion, count }: Elsewhere): Span[] {
  const lower = text.toLowerCase();
  if (text.length < value.length || lower.length !== text.length) return [text];
  const spans: Span[] = [];
  let at = 0;
  for (let found = lower.indexOf(value); found >= 0; found = lower.indexOf(value, found + 1)) {
    const end = found + value.length;
    if (found < at) continue;
    if (!isAnywhere && (wordCharacter.test(text[found - 1] ?? '') || wordCharacter.test(text[end] ?? ''))) continue;
    if (found > at) spans.push(text.slice(at, found));
    spans.push({ ...finding, length: end - found, raw: finding.raw, shape: shapeOf(finding.kind, text.slice(found, end), phoneRegion) });
    count(finding.kind);
    at = end;
  }
  if (spans.length === 0) return [text];
  if (at < text.length) spans.push(text.slice(at));
  return spans;
}
