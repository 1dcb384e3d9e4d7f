import { inspectProfile } from './inspect.ts';
import { runProfdata } from './profdata.ts';
import type { ProfdataSettings } from './profdata.ts';

/**
 * The edge overlap of two indexed profiles, 0..1: the sum over all counters of the smaller of the two shares of the whole. 0 when either has
 * no counts. Throws `profile-tool-failed` when either is damaged.
 */
export async function overlapProfiles(
  settings: ProfdataSettings,
  left: string,
  right: string,
  call: { readonly signal: AbortSignal; readonly progress: (message: string) => void },
): Promise<number> {
  let overlapPercent: number | null = null;
  const onLine = (line: string) => {
    const percent = /^\s*Edge profile overlap: ([\d.]+)%/.exec(line)?.[1];
    if (percent !== undefined) overlapPercent ??= Number(percent);
  };
  await runProfdata(settings, ['overlap', left, right], 'compare two profiles', { ...call, onLine });
  if (overlapPercent !== null) return overlapPercent / 100;
  // The tool says nothing, and exits 0, for a profile without counts and for a damaged second one alike.
  for (const path of [left, right]) await inspectProfile(settings, path, call);
  return 0;
}
