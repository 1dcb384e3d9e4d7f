import { createHash } from 'node:crypto';
import { HoneError } from '../../domain/errors.ts';
import type { CodeDrift } from '../../domain/model/freshness.ts';
import { readSection } from './elf.ts';
import { type ProfdataSettings, runProfdata } from './profdata.ts';

/** CFG hashes by function: the key is the low 64 bits of the MD5 of its name, as `__llvm_prf_data` has it. */
type FunctionHashes = Map<string, Set<string>>;

/** Names of functions that are shown, the heaviest first. */
const mostNames = 20;
/** A mangled name can have thousands of letters. */
const longestName = 300;

/**
 * Adds what an instrumented program's `__llvm_prf_data` says: one record a function, which begins with the hash of its name and its CFG hash.
 * Of 64 bytes since LLVM 18 brought bitmaps, of 48 before (compiler-rt's InstrProfData.inc). Throws `input-invalid`.
 */
export async function readFunctionHashes(path: string, llvmVersion: number, into: FunctionHashes): Promise<void> {
  const section = await readSection(path, '__llvm_prf_data');
  if (section === null || !section.read.wide) {
    const what = section === null ? 'has no counters (there is no section __llvm_prf_data)' : 'is of 32 bits';
    throw new HoneError(
      'input-invalid',
      `The instrumented build ${what}.`,
      'See that the build command passes CFLAGS on, and links with LDFLAGS.',
    );
  }
  const { content, read } = section;
  const recordBytes = llvmVersion >= 18 ? 64 : 48;
  if (content.length % recordBytes !== 0) {
    const message = `The functions of the instrumented build cannot be read: ${content.length} bytes are no multiple of ${recordBytes}.`;
    throw new HoneError('internal', message, 'LLVM writes another format than Hone knows: please report the version.');
  }
  for (let at = 0; at < content.length; at += recordBytes) {
    const name = read.wholeLong(content, at).toString(16);
    const hashes = into.get(name) ?? new Set();
    into.set(name, hashes.add(read.wholeLong(content, at + 8).toString(16)));
  }
}

/** Goes through a profile with `llvm-profdata show` and looks each function up. Throws `profile-tool-failed`. */
export async function compareFunctions(
  settings: ProfdataSettings,
  profile: string,
  now: ReadonlyMap<string, ReadonlySet<string>>,
  call: { readonly signal: AbortSignal; readonly progress: (message: string) => void },
): Promise<Omit<CodeDrift, 'source' | 'toolchain'>> {
  const comparison = makeComparison(now);
  const verb = ['show', '--all-functions', '--counts', profile];
  await runProfdata(settings, verb, `read the functions of the profile ${profile}`, { ...call, onLine: comparison.line });
  return comparison.result();
}

function makeComparison(now: ReadonlyMap<string, ReadonlySet<string>>) {
  const known = new Set<string>();
  const lost: { name: string; what: 'mismatched' | 'gone'; count: number }[] = [];
  let totalCount = 0;
  let name = '';
  let hash = '';
  const take = (count: number) => {
    totalCount += count;
    const key = nameHash(name);
    known.add(key);
    const hashes = now.get(key);
    if (hashes?.has(hash)) return;
    lost.push({ name: name.length > longestName ? `${name.slice(0, longestName)}…` : name, what: hashes ? 'mismatched' : 'gone', count });
  };
  const of = (what: 'mismatched' | 'gone') => lost.filter((one) => one.what === what);
  const sum = (some: readonly { readonly count: number }[]) => some.reduce((total, { count }) => total + count, 0);
  return {
    line: (line: string) => {
      const counts = /^ {4}Block counts: \[(.*)\]$/.exec(line)?.[1];
      if (counts !== undefined) take(counts === '' ? 0 : counts.split(', ').reduce((total, one) => total + positive(Number(one)), 0));
      else if (line.startsWith('    Hash: 0x')) hash = BigInt(line.slice('    Hash: '.length)).toString(16);
      else if (/^ {2}\S.*:$/.test(line)) name = line.slice(2, -1);
    },
    result: () => ({
      totalCount,
      mismatchedCount: sum(of('mismatched')),
      goneCount: sum(of('gone')),
      mismatchedFunctions: of('mismatched').length,
      goneFunctions: of('gone').length,
      newFunctions: [...now.keys()].filter((key) => !known.has(key)).length,
      heaviest: lost
        .filter(({ count }) => count > 0)
        .toSorted((left, right) => right.count - left.count)
        .slice(0, mostNames),
    }),
  };
}

/** Pseudo counts (LLVM's marks for "hot" and "warm" of sampled profiles) are the largest numbers of 64 bits: they count nothing. */
const positive = (count: number): number => (count > 0 && count < 2 ** 63 ? count : 0);

/** The low 64 bits of the MD5 of the name, as LLVM has it: the digest's first eight bytes, little-endian. */
function nameHash(name: string): string {
  return createHash('md5').update(name).digest().readBigUInt64LE(0).toString(16);
}
