import type { ProfileSummary } from '../../domain/model/profile.ts';
import { runProfdata } from './profdata.ts';
import type { ProfdataSettings } from './profdata.ts';

/**
 * Reads an indexed (or raw) profile with one `llvm-profdata show`. An empty file, or one without a function, gives a summary of
 * zeros: judging that is not the tool's matter, nor this one's. Throws `profile-tool-failed`.
 */
export async function inspectProfile(
  settings: ProfdataSettings,
  path: string,
  call: { readonly signal: AbortSignal; readonly progress: (message: string) => void },
): Promise<ProfileSummary> {
  const reader = summaryReader();
  const verb = ['show', '--all-functions', '--counts', '--binary-ids', path];
  await runProfdata(settings, verb, `read the profile ${path}`, { ...call, onLine: reader.line });
  return reader.summary();
}

/** Reads the tool's text line by line, so that a large profile is never held whole. */
function summaryReader() {
  let functions = 0;
  let functionsWithCounts = 0;
  let totalCount = 0;
  let maximumCount = 0;
  let blocks = 0;
  let covered = 0;
  let inBinaryIds = false;
  const binaryIds: string[] = [];
  const count = (values: readonly number[]) => {
    const positive = values.filter((value) => value > 0);
    functions += 1;
    functionsWithCounts += positive.length > 0 ? 1 : 0;
    blocks += values.length;
    covered += positive.length;
    totalCount += positive.reduce((sum, value) => sum + value, 0);
    maximumCount = positive.reduce((most, value) => Math.max(most, value), maximumCount);
  };
  return {
    line: (line: string) => {
      const counts = /^ {4}Block counts: \[(.*)\]$/.exec(line)?.[1];
      if (counts !== undefined) count(counts === '' ? [] : counts.split(', ').map(Number));
      else if (inBinaryIds && /^[0-9a-f]+$/.test(line.trim())) binaryIds.push(line.trim());
      else inBinaryIds = line.startsWith('Binary IDs:');
    },
    summary: (): ProfileSummary => ({
      functions,
      functionsWithCounts,
      totalCount,
      maximumCount,
      blocks,
      coveredShare: blocks === 0 ? 0 : covered / blocks,
      density: blocks === 0 ? 0 : totalCount / blocks,
      binaryIds,
    }),
  };
}
