/** What `ordered` of a manifest keeps the order of: a number, or a date with or without a time. */
export interface OrderedMatch {
  readonly kind: 'record' | 'birth';
  readonly start: number;
  readonly end: number;
  readonly ordered: 'date' | 'number';
}

/** The number or date that a field's text is; null when it is neither. */
export function orderedMatch(text: string): OrderedMatch | null {
  if (/^-?\d{1,15}(?:\.\d{1,12})?$/.test(text)) return { kind: 'record', start: 0, end: text.length, ordered: 'number' };
  if (/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text))
    return { kind: 'birth', start: 0, end: text.length, ordered: 'date' };
  return null;
}
