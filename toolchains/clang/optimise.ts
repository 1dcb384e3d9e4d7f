import type { SourceMatch } from '../../domain/model/profile.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { KindFlags } from './flags.ts';

const profileWarnings = ['backend-plugin', 'profile-instr-out-of-date', 'profile-instr-unprofiled', 'profile-instr-missing'];

/**
 * What an optimised build adds: the profile; and, as edits of each command, what makes the compiler say which functions the profile does not
 * fit without ever failing a build that has -Werror. `-w` hides those words, so it becomes `-Wno-everything`, which they survive.
 */
export function optimisedFlags(profilePath: string): KindFlags {
  const wanted = profileWarnings.map((name) => `+-Wno-error=${name}`);
  return {
    compile: [`-fprofile-use=${profilePath}`],
    link: [`-fprofile-use=${profilePath}`],
    driverEdits: ['s/^-w$/-Wno-everything/', '+-Wbackend-plugin', ...wanted, '+-mllvm', '+-pgo-warn-missing-function'],
  };
}

/**
 * What a compile with the profile said of its source.
 * @param functionsWithCounts of the profile: the share's denominator
 * @param sourceFolder the fixed path, taken off the names of static functions
 */
export function matchSource(diagnostics: readonly Diagnostic[], functionsWithCounts: number, sourceFolder: string): SourceMatch {
  const mismatched = new Map<string, number>();
  const missing = new Set<string>();
  for (const { message } of diagnostics.filter((one) => one.option === 'backend-plugin')) {
    const changed = /function control flow change detected \(hash mismatch\) (.+?) Hash = \d+(?: up to (\d+) count discarded)?/.exec(
      message,
    );
    const unknown = /no profile data available for function (.+?) Hash = \d+/.exec(message);
    const name = (changed ?? unknown)?.[1]?.replace(`${sourceFolder}/`, '');
    if (name === undefined) continue;
    if (changed) mismatched.set(name, Math.max(mismatched.get(name) ?? 0, Number(changed[2] ?? 1)));
    else missing.add(name);
  }
  const withCounts = [...mismatched.values()].filter((discarded) => discarded > 0).length;
  return {
    mismatched: [...mismatched.keys()].sort(),
    missingCount: missing.size,
    mismatchedShare: functionsWithCounts === 0 ? 0 : Math.min(1, withCounts / functionsWithCounts),
  };
}
