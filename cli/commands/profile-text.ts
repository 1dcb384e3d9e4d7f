import type { NamedCountView } from '../operations/cycle.ts';
import type { ProfileDetail, ReplayView } from '../operations/profile.ts';
import { count, percent, short, size, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';

/** The JSON has every name. */
const mostNames = 10;

/** A profile version for people: its acceptance report, and where it comes from. */
export function profileText(version: ProfileDetail): string {
  const lines = facts([
    ['profile', `version ${String(version.number)} of ${version.target.name}, ${version.state}`],
    ['sha256', version.profile.digest],
    ['size', size(version.profile.sizeBytes)],
    ...report(version),
    ...origin(version),
    ['cycle', version.cycle.id],
    ['created', time(version.createdAt)],
  ]);
  const checks = table(version.acceptance.checks, [
    { title: 'CHECK', value: (check) => check.name },
    { title: '', value: (check) => (check.passed ? 'passed' : 'failed') },
    { title: 'FIGURE', value: (check) => check.sentence },
  ]);
  return `${lines}\n${checks}`;
}

type Fact = readonly [name: string, value: string];

function report({ acceptance }: ProfileDetail): readonly Fact[] {
  const { accepted, summary, source, replay, windowOverlap, lastVersionOverlap } = acceptance;
  return [
    ['report', accepted ? 'accepted' : 'not accepted'],
    ['build IDs', summary.binaryIds.length === 0 ? 'none' : summary.binaryIds.join(', ')],
    [
      'functions',
      `${count(summary.functions)}, ${count(summary.functionsWithCounts)} with counts (${percent(summary.functionsWithCountsShare)})`,
    ],
    ['counts', `${summary.totalCount} in all, ${percent(summary.coveredShare)} of the counters above zero`],
    ['density', `${summary.density.toFixed(1)} counts per counter`],
    ['overlap', `${percent(windowOverlap)} between windows, ${percent(lastVersionOverlap)} with the last version`],
    ...(source === null ? [['source match', 'not known: nothing was compiled with it'] as const] : sourceMatch(source)),
    ...(replay === null ? [] : replayFacts(replay)),
  ];
}

function sourceMatch(source: NonNullable<ProfileDetail['acceptance']['source']>): readonly Fact[] {
  const { mismatched, mismatchedCount, mismatchedShare, missing, missingCount } = source;
  return [
    ['mismatched', `${named(mismatched, mismatchedCount)}, ${percent(mismatchedShare)} of those with counts`],
    ['missing', `${named(missing, missingCount)} of the source ${missingCount === 1 ? 'is' : 'are'} not in the profile`],
  ];
}

/** `3 functions (parse, read, …)`. */
function named(names: readonly string[], all: number): string {
  const shown = names.slice(0, mostNames);
  const list = [...shown, ...(all > shown.length && shown.length > 0 ? ['…'] : [])].join(', ');
  return `${count(all)} ${all === 1 ? 'function' : 'functions'}${list === '' ? '' : ` (${list})`}`;
}

function replayFacts({ compared, sameStatusClass, production, replay, meanSizeRatio, similarSizeShare }: ReplayView): readonly Fact[] {
  const ratio = meanSizeRatio === null ? 'not known' : `${meanSizeRatio.toFixed(3)} times production's`;
  return [
    ['replay', `${count(sameStatusClass)} of ${count(compared)} answers had production's status class`],
    ['statuses', `production ${classes(production)}; replay ${classes(replay)}`],
    ['sizes', `mean ${ratio}, ${percent(similarSizeShare)} within a tenth of production's`],
  ];
}

function classes(counts: readonly NamedCountView[]): string {
  return counts.length === 0 ? 'none' : counts.map((of) => `${of.name} ${count(of.count)}`).join(', ');
}

function origin({ provenance }: ProfileDetail): readonly Fact[] {
  const kept = provenance.windows.filter((window) => window.kept).length;
  const hosts = [...new Set(provenance.windows.map((window) => window.host))].join(', ');
  return [
    ['source', short(provenance.sourceDigest)],
    ['manifest', `${short(provenance.manifestDigest)}, which the cycle keeps`],
    ['toolchain', `${provenance.toolchain.kind} ${provenance.toolchain.version}`],
    ['flags', provenance.flags.join(' ')],
    ['collected by', `build ID ${provenance.instrumentedBuildId}`],
    ['windows', `${String(kept)} kept, ${String(provenance.windows.length - kept)} rejected, on ${hosts === '' ? '-' : hosts}`],
    ['traffic', short(provenance.trafficDigest)],
    ['rules', provenance.deidentificationRules.length === 0 ? '-' : provenance.deidentificationRules.join(', ')],
    ['parent', provenance.parentVersion === null ? '-' : `version ${String(provenance.parentVersion)}`],
  ];
}
