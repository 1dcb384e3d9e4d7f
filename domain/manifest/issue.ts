/** One thing that is wrong with a manifest. */
export interface ManifestIssue {
  /** `drive.inputs[0].name`; empty for the file as a whole. */
  readonly path: string;
  /** 1-based, of the key or value at fault. */
  readonly line: number;
  readonly column: number;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what to write instead. */
  readonly advice: string;
}

/** A path as people write it: `drive.inputs[0].name`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}
