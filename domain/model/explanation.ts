/** A request for people: its body as text. */
export interface ShownRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** One value that the pipeline put another in the place of. */
export interface ExplainedChange {
  /** `path`, `query`, `header` or `body`. */
  readonly place: string;
  /** The names that lead to the value, innermost first. */
  readonly fields: readonly string[];
  readonly kind: string;
  readonly before: string;
  readonly after: string;
  /** The rule, in a sentence. */
  readonly why: string;
}

/** What would happen to one request, and why. It holds raw values: it is made where they are, and for whose they are. */
export interface Explanation {
  readonly before: ShownRequest;
  /** Null for a request that would be dropped. */
  readonly after: ShownRequest | null;
  readonly dropped: { readonly reason: string; readonly stage: string; readonly finding: string | null } | null;
  readonly changes: readonly ExplainedChange[];
  /** Headers that are left out or cut down, each with the rule. */
  readonly headers: readonly { readonly name: string; readonly why: string }[];
}
