import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { baselineFlags, composeFlags, type KindFlags } from '../../toolchains/clang/flags.ts';
import { optimisedFlags } from '../../toolchains/clang/optimise.ts';
import { runProcess } from '../../toolchains/process.ts';
import type { Subject, Workshop } from './subject.ts';

/** One build of a subject. */
export interface Built {
  readonly binary: string;
  /** LLVM's records of what its passes did (YAML), one per object; empty when they were not asked for. */
  readonly remarks: readonly string[];
}

export type Builder = (name: string, kind: KindFlags) => Promise<Built>;

const toolchain: Manifest['toolchain'] = { kind: 'clang', version: 22, mode: 'full', flags: ['-O2'], linkFlags: [], lto: 'none' };

/** Plain counters, written when the program ends. */
export const instrumented: KindFlags = {
  compile: ['-fprofile-generate', '-fprofile-update=single'],
  link: ['-fprofile-generate', '-fprofile-update=single'],
  driverEdits: [],
};
export const baseline: KindFlags = baselineFlags;

/** The passes whose records are written: those that change code and say so. In quotes, since make gives them to a shell. */
const records = "'-foptimization-record-passes=inline|pgo-instrumentation|loop-.*|slp-vectorizer|tailcallelim'";

/** An optimised build that also says what its passes did and which probability each branch got; neither changes its code. */
export function optimisedWith(profile: string): KindFlags {
  const { compile, link } = optimisedFlags(profile);
  return { compile: [...compile, '-fsave-optimization-record', records, '-mllvm', '-pgo-emit-branch-prob'], link, driverEdits: [] };
}

/**
 * Copies the source once; builds may run side by side, each into a folder of its own. Sources are named by paths that are the same in each, since static
 * functions carry theirs in a profile. Throws `build-failed` with the compiler's words.
 */
export async function openBuilder(subject: Subject, { tools, searchPath, folder, signal }: Workshop): Promise<Builder> {
  const source = join(folder, 'source');
  await cp(subject.source, source, { recursive: true, filter: (path) => !/\/(build|third_party)$/.test(path) });
  return async (name, kind) => {
    const build = join(folder, name);
    const flags = composeFlags(toolchain, kind);
    const variables = [
      `BUILD=${build}`,
      `CC=${tools.clang}`,
      `AR=${tools['llvm-ar']}`,
      `CFLAGS=${flags.compile.join(' ')}`,
      `LDFLAGS=${flags.link.join(' ')}`,
      ...subject.variables,
    ];
    const { exitCode, lastLines } = await runProcess({
      command: 'nice',
      arguments: ['-n', '5', 'make', '-s', ...variables],
      workingDirectory: source,
      environment: { PATH: searchPath, LC_ALL: 'C.UTF-8', LLVM_PROFILE_FILE: '/dev/null' },
      signal,
    });
    if (exitCode !== 0) {
      const advice = 'See the compiler’s words below; the C library’s headers and libmicrohttpd-dev are needed.';
      throw new HoneError('build-failed', `make of ${subject.name} (${name}) failed.`, advice, { details: lastLines.slice(-20) });
    }
    const remarks = (await readdir(build)).filter((file) => file.endsWith('.opt.yaml')).toSorted();
    return { binary: join(build, subject.name), remarks: remarks.map((file) => join(build, file)) };
  };
}
