import { defaultPrivacy } from '../../domain/manifest/privacy-schema.ts';
import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import type { DeidentificationReport, StageReport } from '../../domain/model/collection.ts';
import type { PrivacyGrant } from '../../domain/model/privacy.ts';
import { makeSessionAudit, type AuditSnapshot, type SessionAudit } from '../audit/session-audit.ts';
import type { PipelineSnapshot } from '../deidentify/pipeline.ts';
import { makePrivacyLedger } from '../deidentify/privacy/ledger.ts';
import type { StageNotes } from './messages.ts';

/** What a session's stages go on from. */
export interface StagesSnapshot {
  readonly pipeline: PipelineSnapshot;
  /** Not in a snapshot of a gateway before there were batch reports. */
  readonly audit?: AuditSnapshot;
}

/** The books of a session's stages and of its audit, one for all its threads, beside the session's counters. */
export interface StagesLedger {
  readonly audit: SessionAudit;
  add(notes: StageNotes): void;
  snapshot(): Required<StagesSnapshot>;
  /** The report for outside. What the grant has paid for is released once: the report is made once. */
  report(grant: PrivacyGrant): DeidentificationReport;
}

export function makeStagesLedger(rules: DeidentificationRules, before?: StagesSnapshot): StagesLedger {
  const audit = makeSessionAudit(before?.audit);
  const privacy = makePrivacyLedger({ privacy: rules.privacy ?? defaultPrivacy, before: before?.pipeline.privacy });
  const stages = new Map((before?.pipeline.stages ?? []).map((report) => [report.stage, report]));
  /** What the privacy stage counted is said here, where it is counted. */
  const count = (kind: string) => {
    const report = stages.get('privacy');
    if (report !== undefined) stages.set('privacy', { ...report, transformed: sumOf(report.transformed, { [kind]: 1 }) });
  };
  return {
    audit,
    add(notes) {
      for (const report of notes.stages) stages.set(report.stage, sumOfReports(stages.get(report.stage), report));
      for (const contribution of notes.contributions) privacy.take(contribution, count);
      for (const note of notes.audit) audit.add(note);
      for (const note of notes.canaries) audit.canaries.add(note);
    },
    snapshot: () => ({ pipeline: { stages: [...stages.values()], privacy: privacy.snapshot() }, audit: audit.snapshot() }),
    report: (grant) => ({ stages: [...stages.values()], privacy: privacy.report(grant, stages.get('privacy')?.transformed ?? {}) }),
  };
}

function sumOfReports(sum: StageReport | undefined, more: StageReport): StageReport {
  if (sum === undefined) return more;
  return {
    ...more,
    requests: sum.requests + more.requests,
    dropped: sum.dropped + more.dropped,
    microseconds: sum.microseconds + more.microseconds,
    transformed: sumOf(sum.transformed, more.transformed),
  };
}

function sumOf(sum: Readonly<Record<string, number>>, more: Readonly<Record<string, number>>): Record<string, number> {
  const all = { ...sum };
  for (const [kind, count] of Object.entries(more)) all[kind] = (all[kind] ?? 0) + count;
  return all;
}
