import { openDocument } from './document.ts';
import type { ManifestIssue } from './issue.ts';
import { ruleIssues } from './rules.ts';
import { maximumIssues, schemaIssues } from './schema-issues.ts';
import { type Manifest, manifestSchema } from './schema.ts';

export type { ManifestIssue } from './issue.ts';

export type ParsedManifest =
  { readonly ok: true; readonly manifest: Manifest } | { readonly ok: false; readonly issues: readonly ManifestIssue[] };

/**
 * Reads the text of `hone.yaml`. Answers the manifest with every default filled in, or everything that is wrong with it, in the order of
 * the file. Pure; never throws.
 * @param country where its corpora and keys would lie (ISO 3166-1, two letters); null where nobody says
 */
export function parseManifest(text: string, country: string | null = null): ParsedManifest {
  const opened = openDocument(text);
  if (!opened.ok) return opened;
  const checked = manifestSchema.safeParse(opened.document.value);
  const issues = [...(checked.success ? [] : schemaIssues(checked.error.issues, opened.document)), ...ruleIssues(opened.document, country)];
  if (checked.success && issues.length === 0) return { ok: true, manifest: checked.data };
  return { ok: false, issues: issues.toSorted(byPlace).slice(0, maximumIssues) };
}

/** One issue as a compiler would write it: `hone.yaml:3:5: message advice`. */
export function issueText(file: string, issue: ManifestIssue): string {
  return `${file}:${String(issue.line)}:${String(issue.column)}: ${issue.message} ${issue.advice}`;
}

function byPlace(left: ManifestIssue, right: ManifestIssue): number {
  return left.line - right.line || left.column - right.column;
}
