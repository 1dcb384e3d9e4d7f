import { detect } from './detectors.ts';
import { leavesOf, findingsOf, type Finding, type Leaf, type Span } from './document.ts';
import type { FieldDecision, FieldRules } from './fields.ts';
import { makeLook } from './formats/inside.ts';
import { parseRequest } from './formats/request.ts';
import { normalise, shapeOf, type IdentifierKind } from './identifiers.ts';
import { followsPathRule, isRecordId } from './path-rules.ts';
import { makeStage, type Count, type Envelope, type Stage, type StageBooks } from './stage.ts';

/**
 * Stage 1: takes the request apart and finds its direct identifiers, by the field's name and by the value's form, and in a
 * second look every other place where a value found by its field's name stands too. Found values leave the text here.
 * @param maximumBodyBytes of a body after decompression
 */
export function makeSanitiseStage(rules: FieldRules, maximumBodyBytes: number, books?: StageBooks): Stage {
  return makeStage(
    'sanitise',
    'sanitise-1',
    (envelope, count) => {
      const document = parseRequest(envelope.incoming, makeLook(rules, count, maximumBodyBytes));
      sanitiseLeaves(leavesOf(document), rules, envelope, count);
      envelope.document = document;
    },
    books,
  );
}

/** Finds the identifiers of the leaves, in place. */
export function sanitiseLeaves(leaves: readonly Leaf[], rules: FieldRules, envelope: Envelope, count: Count): void {
  const named = new Map<string, Finding>();
  for (const leaf of leaves) {
    sanitiseLeaf(leaf, rules, envelope);
    for (const finding of findingsOf(leaf)) {
      count(finding.kind);
      const value = finding.raw?.toLowerCase() ?? '';
      if (value.length >= 4 && finding.kind !== 'mask' && finding.kind !== 'drop' && !leaf.isName) named.set(value, finding);
    }
  }
  if (named.size > 0) for (const leaf of leaves) replaceElsewhere(leaf, named, envelope.kept, count);
}

function sanitiseLeaf(leaf: Leaf, rules: FieldRules, envelope: Envelope): void {
  const text = leaf.spans[0];
  if (typeof text !== 'string' || text === '') return;
  const decision = leaf.isName ? null : decide(leaf, text, rules);
  if (decision?.rule === 'keep') {
    if (text.length >= 5) envelope.kept.add(text);
    return;
  }
  if (decision === null) return setSpans(leaf, text, detect(text));
  if (!decision.explicit) {
    const whole = detect(text).find((match) => match.start === 0 && match.end === text.length);
    if (whole !== undefined) return setSpans(leaf, text, [whole]);
  }
  const { rule } = decision;
  if (rule === 'name' || rule === 'person') return setSpans(leaf, text, words(text));
  const inner = rule === 'phone' || rule === 'card' || rule === 'email' || rule === 'ip' || rule === 'birth';
  const start = inner ? text.length - text.trimStart().length : 0;
  const end = inner ? text.trimEnd().length : text.length;
  if (start < end) setSpans(leaf, text, [{ kind: rule, start, end }]);
}

/** The rule that the leaf follows: a path segment may be a word of the route, and who is meant by an id is known by nobody else. */
function decide(leaf: Leaf, text: string, rules: FieldRules): FieldDecision | null {
  const decision = rules(leaf.fields);
  if (decision === null) return null;
  if (leaf.place === 'path' || leaf.place === 'link') return followsPathRule(text, leaf.fields, decision) ? decision : null;
  return decision.rule === 'person' && isRecordId(text) ? rules(leaf.fields.slice(1).filter((name) => name !== leaf.fields[0])) : decision;
}

/** A name is a pseudonym word by word, so that a search by surname finds what a search by full name finds. */
function words(text: string) {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu)].map((found) => ({
    kind: 'name' as const,
    start: found.index,
    end: found.index + found[0].length,
  }));
}

function setSpans(leaf: Leaf, text: string, matches: readonly { kind: IdentifierKind; start: number; end: number }[]): void {
  if (matches.length === 0) return;
  const spans: Span[] = [];
  let at = 0;
  for (const { kind, start, end } of matches) {
    if (start > at) spans.push(text.slice(at, start));
    spans.push(makeFinding(kind, text.slice(start, end)));
    at = end;
  }
  if (at < text.length) spans.push(text.slice(at));
  leaf.spans = spans;
  leaf.touched = true;
}

function makeFinding(kind: IdentifierKind, value: string): Finding {
  return { kind, length: value.length, raw: normalise(kind, value), digest: null, domainDigest: null, shape: shapeOf(kind, value) };
}

/** Replaces values that were found in one place wherever else they stand as a word; names do not touch the path, whose words are routes. */
function replaceElsewhere(leaf: Leaf, named: ReadonlyMap<string, Finding>, kept: ReadonlySet<string>, count: Count): void {
  const spans = leaf.spans.flatMap((span): Span[] => {
    if (typeof span !== 'string' || leaf.isName || kept.has(span)) return [span];
    let parts: Span[] = [span];
    for (const [value, finding] of named) {
      if (leaf.place === 'path' && finding.kind === 'name') continue;
      parts = parts.flatMap((part) => (typeof part === 'string' ? cut(part, value, finding, count) : [part]));
    }
    return parts;
  });
  if (spans.length === leaf.spans.length && spans.every((span, index) => span === leaf.spans[index])) return;
  leaf.spans = spans;
  leaf.touched = true;
}

const wordCharacter = /[\p{L}\p{N}]/u;

function cut(text: string, value: string, finding: Finding, count: Count): Span[] {
  const lower = text.toLowerCase();
  if (text.length < value.length || lower.length !== text.length) return [text];
  const spans: Span[] = [];
  let at = 0;
  for (let found = lower.indexOf(value); found >= 0; found = lower.indexOf(value, found + 1)) {
    const end = found + value.length;
    if (found < at || wordCharacter.test(text[found - 1] ?? '') || wordCharacter.test(text[end] ?? '')) continue;
    if (found > at) spans.push(text.slice(at, found));
    spans.push({ ...finding, length: end - found, raw: finding.raw, shape: shapeOf(finding.kind, text.slice(found, end)) });
    count(finding.kind);
    at = end;
  }
  if (spans.length === 0) return [text];
  if (at < text.length) spans.push(text.slice(at));
  return spans;
}
