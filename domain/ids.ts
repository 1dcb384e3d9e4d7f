declare const brand: unique symbol;

/** A string that only the named kind of value may stand for. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TargetId = Branded<'TargetId'>;
export type CycleId = Branded<'CycleId'>;
export type BuildRecordId = Branded<'BuildRecordId'>;
export type WindowId = Branded<'WindowId'>;
export type ProfileVersionId = Branded<'ProfileVersionId'>;
export type EvaluationId = Branded<'EvaluationId'>;
export type ReleaseId = Branded<'ReleaseId'>;
export type HostId = Branded<'HostId'>;
/** Names one instance on its host; chosen by the workflow, so that a second deploy finds the first. */
export type InstanceId = Branded<'InstanceId'>;
/** Names one gateway session: one cycle's mirrored traffic. */
export type SessionId = Branded<'SessionId'>;
/** Names one epoch of one target, and with it its key: a UUID. */
export type EpochId = Branded<'EpochId'>;
/** Names one stress window: a UUID. */
export type StressId = Branded<'StressId'>;
/** Names one look at a target's freshness: a UUID. */
export type FreshnessCheckId = Branded<'FreshnessCheckId'>;
/** A SHA-256 in lower-case hexadecimal, 64 characters. */
export type Digest = Branded<'Digest'>;

/** Marks a string that came from a trusted place (the store, a workflow's input) as an id of the wanted kind. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the kind of id; that is the function's one purpose
export function asId<Id extends Branded<string>>(value: string): Id {
  return value as Id;
}
