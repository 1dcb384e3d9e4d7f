import { cp } from 'node:fs/promises';
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
  /** Where clang noted what it said; there when it said anything. */
  readonly diagnostics: string;
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

/**
 * The passes that say what they did: those that change code. As diagnostics, since an optimisation record makes GVN look for what it could not do, which
 * takes longer than the whole compile of SQLite. In quotes, since make gives them to a shell.
 */
const remarks = "'-Rpass=inline|pgo-instrumentation|loop-.*|slp-vectorizer|tailcallelim'";

/** An optimised build that also says what its passes did and which probability each branch got; neither changes its code. */
export function optimisedWith(profile: string): KindFlags {
  const { compile, link } = optimisedFlags(profile);
  return { compile: [...compile, remarks, '-mllvm', '-pgo-emit-branch-prob'], link, driverEdits: [] };
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
    const diagnostics = `${build}.plist`;
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
      environment: {
        PATH: searchPath,
        LC_ALL: 'C.UTF-8',
        LLVM_PROFILE_FILE: '/dev/null',
        CC_LOG_DIAGNOSTICS: '1',
        CC_LOG_DIAGNOSTICS_FILE: diagnostics,
      },
      signal,
    });
    if (exitCode !== 0) {
      const advice = 'See the compiler’s words below; the C library’s headers and libmicrohttpd-dev are needed.';
      throw new HoneError('build-failed', `make of ${subject.name} (${name}) failed.`, advice, { details: lastLines.slice(-20) });
    }
    return { binary: join(build, subject.name), diagnostics };
  };
}
