import { HoneError } from '../../domain/errors.ts';
import { defaultPrivacy } from '../../domain/manifest/privacy-schema.ts';
import type { StageReport } from '../../domain/model/collection.ts';
import { makeAuditWatch } from '../audit/audit-watch.ts';
import { makePipeline, makeSessionOf, makeStages, type Pipeline } from '../deidentify/pipeline.ts';
import type { Contribution } from '../deidentify/privacy/ledger.ts';
import { makeContributionStage } from '../deidentify/privacy/stage.ts';
import { makeLinePseudonymiser } from '../deidentify/pseudonymise-line.ts';
import { makeRawFilter } from '../deidentify/raw-filter.ts';
import { makePseudonyms } from '../deidentify/shapes/collisions.ts';
import { makeSeenValues } from '../deidentify/validate/seen-values.ts';
import type { LinesAnswer, SessionStart, StageResult, StageWork } from './messages.ts';

/** The five stages of one session and what watches them, in one thread. It keeps no books: what it counts goes out with each result. */
export interface SessionWork {
  run(work: StageWork): StageResult;
  pseudonymise(lines: readonly string[]): LinesAnswer;
}

/** @param start its key is overwritten once the stages are made */
export function makeSessionWork({ rules, key, memory }: SessionStart): SessionWork {
  const pseudonyms = makePseudonyms(memory.owners);
  let contributions: Contribution[] = [];
  const privacy = makeContributionStage((rules.privacy ?? defaultPrivacy).customer, (one) => void contributions.push(one));
  const seen = makeSeenValues(memory.seen);
  const stages = makeStages(rules, key, { pseudonyms, rawFilter: makeRawFilter(memory.rawFilter), seen, privacy });
  const pipeline = makePipeline(stages, makeSessionOf(key));
  const watch = makeAuditWatch(pipeline, key, rules);
  const pseudonymise = makeLinePseudonymiser(rules, key, pseudonyms);
  const newlyCounted = sinceLast(pipeline);
  key.fill(0);
  return {
    run({ requests, canaries }) {
      contributions = [];
      const done = requests.map(({ incoming, isCompared }) => watch.run(incoming, isCompared));
      const notes = { audit: done.map(({ note }) => note), canaries: canaries.map(watch.plant) };
      return { outcomes: done.map(({ outcome }) => outcome), notes: { ...notes, contributions, stages: newlyCounted() } };
    },
    pseudonymise: (lines) => pseudonymiseAll(lines, pseudonymise),
  };
}

function pseudonymiseAll(lines: readonly string[], pseudonymise: (line: string) => string): LinesAnswer {
  const done: string[] = [];
  for (const line of lines) {
    try {
      done.push(pseudonymise(line));
    } catch (error) {
      if (error instanceof HoneError) return { line: done.length, error: error.toData() };
      throw error;
    }
  }
  return { lines: done };
}

/** What the stages have counted between two calls. */
function sinceLast(pipeline: Pipeline): () => readonly StageReport[] {
  let before = pipeline.reports();
  return () => {
    const now = pipeline.reports();
    const counted = now.map((report, index) => differenceOf(report, before[index] ?? report));
    before = now;
    return counted;
  };
}

function differenceOf(now: StageReport, before: StageReport): StageReport {
  const transformed = Object.entries(now.transformed).flatMap(([kind, count]) => {
    const more = count - (before.transformed[kind] ?? 0);
    return more === 0 ? [] : [[kind, more] as const];
  });
  return {
    ...now,
    requests: now.requests - before.requests,
    dropped: now.dropped - before.dropped,
    microseconds: now.microseconds - before.microseconds,
    transformed: Object.fromEntries(transformed),
  };
}
