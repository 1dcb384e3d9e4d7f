import { HoneError } from '../../domain/errors.ts';
import type { ManifestIssue } from '../../domain/manifest/parse.ts';
import { builder } from '../builder.ts';

/** A manifest that was refused, with every issue. */
export class ManifestInvalidError extends HoneError {
  readonly issues: readonly ManifestIssue[];

  constructor(issues: readonly ManifestIssue[]) {
    const [first] = issues;
    const place = first ? `line ${String(first.line)}, column ${String(first.column)}: ${first.message}` : 'it is empty';
    super(
      'manifest-invalid',
      `The manifest has ${String(issues.length)} mistakes; the first is in ${place}`,
      'Correct what the issues name.',
    );
    this.issues = issues;
  }
}

const Issue = builder.objectRef<ManifestIssue>('ManifestIssue').implement({
  description: 'One thing that is wrong with a manifest.',
  fields: (t) => ({
    path: t.exposeString('path', { description: '`drive.inputs[0].name`; empty for the file as a whole.' }),
    line: t.exposeInt('line', { description: '1-based.' }),
    column: t.exposeInt('column', { description: '1-based.' }),
    message: t.exposeString('message', { description: 'What is wrong.' }),
    advice: t.exposeString('advice', { description: 'What to write instead.' }),
  }),
});

/** What every failure says. */
export interface FailureShape {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly details?: readonly string[];
}

const Failure = builder.interfaceRef<FailureShape>('Failure').implement({
  description: 'Something that went wrong for a reason that Hone knows.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, for programs: `cycle-already-active`, `build-failed`, …' }),
    message: t.exposeString('message', { description: 'One sentence: what was wrong, and where.' }),
    advice: t.exposeString('advice', { description: 'What to do about it.' }),
    details: t.stringList({ description: "Further lines, for example the compiler's last ones.", resolve: ({ details }) => details ?? [] }),
  }),
});

builder.objectType(HoneError, {
  name: 'HoneFailure',
  description: 'An expected failure of a mutation.',
  interfaces: [Failure],
  isTypeOf: (value) => value instanceof HoneError && !(value instanceof ManifestInvalidError),
});

builder.objectType(ManifestInvalidError, {
  name: 'ManifestInvalid',
  description: 'The manifest was refused; every issue has its place.',
  interfaces: [Failure],
  isTypeOf: (value) => value instanceof ManifestInvalidError,
  fields: (t) => ({ issues: t.field({ type: [Issue], resolve: ({ issues }) => issues }) }),
});

/** A failure kept in the store: what ended a cycle. */
export const StoredFailure = builder.objectRef<FailureShape>('StoredFailure').implement({
  description: 'What ended a cycle early.',
  interfaces: [Failure],
});
