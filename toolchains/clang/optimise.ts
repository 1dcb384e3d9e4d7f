import type { SourceMatch } from '../../domain/model/profile.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { KindFlags } from './flags.ts';

/** Of a profile of another program every function is missing, of a stale one most do not match: the names are for people. */
const mostNames = 1000;
/** A mangled name can have thousands of letters. */
const longestName = 300;

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
 * What a compile with the profile said of its source. Functions are told apart by name and CFG hash: an inline function of many files is
 * one, static functions of one name are several, unless they have one shape as well.
 * @param functionsWithCounts of the profile: the share's denominator
 */
export function matchSource(diagnostics: readonly Diagnostic[], functionsWithCounts: number): SourceMatch {
  const mismatched = new Map<string, { readonly name: string; readonly discarded: number }>();
  const missing = new Map<string, string>();
  for (const { message } of diagnostics.filter((one) => one.option === 'backend-plugin')) {
    const said = /(hash mismatch\)|no profile data available for function) (.+?) Hash = (\d+)(?: up to (\d+) count discarded)?/.exec(
      message,
    );
    if (!said) continue;
    const [, what, name = '', hash, discarded = '1'] = said;
    if (what === 'hash mismatch)') mismatched.set(`${name} ${hash}`, { name, discarded: Number(discarded) });
    else missing.set(`${name} ${hash}`, name);
  }
  const functions = [...mismatched.values()];
  const withCounts = functions.filter((one) => one.discarded > 0).length;
  return {
    mismatched: namesOf(functions.map((one) => one.name)),
    mismatchedCount: mismatched.size,
    missing: namesOf([...missing.values()]),
    missingCount: missing.size,
    mismatchedShare: functionsWithCounts === 0 ? 0 : Math.min(1, withCounts / functionsWithCounts),
  };
}

function namesOf(names: readonly string[]): string[] {
  const whole = [...new Set(names)].sort().slice(0, mostNames);
  return whole.map((name) => (name.length > longestName ? `${name.slice(0, longestName)}…` : name));
}
