import type { HoneErrorData } from '../../domain/errors.ts';
import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import type { StageReport } from '../../domain/model/collection.ts';
import type { CanaryNote } from '../audit/canaries/books.ts';
import type { AuditNote } from '../audit/session-audit.ts';
import type { Outcome } from '../deidentify/pipeline.ts';
import type { Contribution } from '../deidentify/privacy/ledger.ts';
import type { IncomingRequest } from '../deidentify/stage.ts';
import type { SessionMemory } from './session-memory.ts';

/** What a session's stages are made of in a thread. */
export interface SessionStart {
  readonly rules: DeidentificationRules;
  /** The thread's own copy, which it overwrites when the stages are made. */
  readonly key: Uint8Array;
  readonly memory: SessionMemory;
}

export interface StageWork {
  readonly requests: readonly { readonly incoming: IncomingRequest; readonly isCompared: boolean }[];
  /** Canaries to plant after the requests, by their turns. */
  readonly canaries: readonly number[];
}

/** What the stages and the audit have counted since their last answer; no text of a request. */
export interface StageNotes {
  readonly stages: readonly StageReport[];
  readonly contributions: readonly Contribution[];
  readonly audit: readonly AuditNote[];
  readonly canaries: readonly CanaryNote[];
}

/** The outcomes stand in the order of the requests. */
export interface StageResult {
  readonly outcomes: readonly Outcome[];
  readonly notes: StageNotes;
}

/** What a thread is called with, and what each call answers. */
export interface StageCalls {
  readonly enter: { readonly given: SessionStart; readonly answer: null };
  readonly work: { readonly given: StageWork; readonly answer: StageResult };
  readonly lines: { readonly given: readonly string[]; readonly answer: LinesAnswer };
  readonly leave: { readonly given: null; readonly answer: null };
}
export type StageVerb = keyof StageCalls;

/** The lines with pseudonyms; or which line was refused, counted from 0, and why. */
export type LinesAnswer = { readonly lines: readonly string[] } | { readonly line: number; readonly error: HoneErrorData };

/** To the thread. */
export type ToStageThread = {
  readonly [Verb in StageVerb]: {
    readonly verb: Verb;
    readonly call: number;
    readonly session: number;
    readonly given: StageCalls[Verb]['given'];
  };
}[StageVerb];

/** From the thread: it can be called; or what a call came to. */
export type FromStageThread =
  'ready' | { readonly call: number; readonly answer: unknown } | { readonly call: number; readonly error: HoneErrorData };
