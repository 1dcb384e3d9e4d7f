import { RE2JS } from 're2js';
import type { Manifest } from '../../../domain/manifest/schema.ts';
import type { Match } from './detector.ts';

/** The identifiers that a manifest's own detectors see in a field's text. */
export type OwnDetect = (text: string, fields: readonly string[]) => Match[];

const plain = (name: string) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** RE2 is linear in the text whatever the pattern is: nothing that a client sends makes it slow. Null without a detector. */
export function makeOwnDetect(detectors: Manifest['deidentification']['detectors']): OwnDetect | null {
  if (detectors.length === 0) return null;
  const compiled = detectors.map(({ name, pattern, kind, fields }) => ({
    name,
    kind,
    pattern: RE2JS.compile(pattern),
    fields: fields === undefined ? null : new Set(fields.map(plain)),
  }));
  return (text, fields) => {
    const matches: Match[] = [];
    for (const { name, kind, pattern, fields: only } of compiled) {
      if (only !== null && !fields.some((field) => only.has(plain(field)))) continue;
      const matcher = pattern.matcher(text);
      while (matcher.find()) {
        const [start, end] = [matcher.start(), matcher.end()];
        if (end > start && matches.every((other) => end <= other.start || start >= other.end)) matches.push({ kind, start, end, by: name });
      }
    }
    return matches;
  };
}
