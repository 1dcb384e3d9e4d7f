import { HoneError, type HoneErrorCode } from '../../domain/errors.ts';
import type { TargetId } from '../../domain/ids.ts';
import type { ManifestIssue } from '../../domain/manifest/parse.ts';
import { builder } from '../builder.ts';
import { ChannelObject, CycleNode } from './nodes.ts';

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

/** A failure with a type of its own in the API; its words are those of the error that it is made of. */
class TypedError extends HoneError {
  constructor({ code, message, advice, details }: HoneError) {
    super(code, message, advice, { details });
  }
}

/** No target, release or cycle of that name, number or id. */
export class NotFoundError extends TypedError {}

/** The target has a running cycle. */
export class CycleAlreadyActiveError extends TypedError {
  readonly targetId: TargetId;
  constructor(error: HoneError, targetId: TargetId) {
    super(error);
    this.targetId = targetId;
  }
}

/** The channel is not where the move expected it, or is being moved. */
export class ChannelConflictError extends TypedError {
  readonly targetId: TargetId;
  readonly channel: string;
  constructor(error: HoneError, targetId: TargetId, channel: string) {
    super(error);
    this.targetId = targetId;
    this.channel = channel;
  }
}

/** The deploy hook failed, or serves another build than it was given. */
export class DeployFailedError extends TypedError {}

/** Runs a mutation's work; a failure of one of the codes becomes the type that the table has for it, any other stays as it is. */
export async function withTypedErrors<Result>(
  types: Partial<Record<HoneErrorCode, (error: HoneError) => HoneError>>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof HoneError ? (types[error.code]?.(error) ?? error) : error;
  }
}

const notFound = (error: HoneError) => new NotFoundError(error);
/** The types of what is not there, whatever it is. */
export const notFoundTypes = { 'not-found': notFound, 'target-not-found': notFound };

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
  description: 'An expected failure of a mutation that has no type of its own; its code says which.',
  interfaces: [Failure],
  isTypeOf: (value) => value instanceof HoneError && !(value instanceof ManifestInvalidError || value instanceof TypedError),
});

builder.objectType(NotFoundError, {
  name: 'NotFound',
  description: 'There is no target, release or cycle of that name, number or id; the message says what.',
  interfaces: [Failure],
  isTypeOf: (value) => value instanceof NotFoundError,
});

builder.objectType(CycleAlreadyActiveError, {
  name: 'CycleAlreadyActive',
  description: 'One cycle of a target runs at a time.',
  interfaces: [Failure],
  isTypeOf: (value) => value instanceof CycleAlreadyActiveError,
  fields: (t) => ({
    cycle: t.field({
      type: CycleNode,
      nullable: true,
      description: 'The one that runs; null when it has ended by now.',
      resolve: async ({ targetId }, _args, { store }) => (await store.cycles.activeOf([targetId]))[0] ?? null,
    }),
  }),
});

builder.objectType(ChannelConflictError, {
  name: 'ChannelConflict',
  description: 'The channel is being moved, or was moved in between; nothing was changed.',
  interfaces: [Failure],
  isTypeOf: (value) => value instanceof ChannelConflictError,
  fields: (t) => ({
    channel: t.field({
      type: ChannelObject,
      description: 'As it is now.',
      resolve: ({ targetId, channel }, _args, { store }) => store.releases.channel(targetId, channel),
    }),
  }),
});

builder.objectType(DeployFailedError, {
  name: 'DeployFailed',
  description:
    "The deploy hook failed, or another build serves than it was given; details are the hook's last lines. The channel has not moved.",
  interfaces: [Failure],
  isTypeOf: (value) => value instanceof DeployFailedError,
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
