// Compilers, nginx and the load tool from Debian. What counts is that the tool is there and answers, not what dpkg says.
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { SetupError, findProgram, runCommand, tryCommand } from '../command.mjs';

const llvm = 22;

/** The program answers, and in the wanted version when one is asked for. */
function answers(program, argument, pattern) {
  return async () => {
    const file = await findProgram(program);
    if (file === undefined) return false;
    const { lines } = await tryCommand([file, argument], { timeoutSeconds: 10 });
    return pattern.test(lines.join('\n'));
  };
}

function header(name) {
  return () => anyExists([`/usr/include/${name}`, `/usr/local/include/${name}`]);
}

async function anyExists(files) {
  const found = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** Profiling needs compiler-rt's library beside the compiler; clang itself comes without it. */
async function profileRuntime() {
  const folder = `/usr/lib/llvm-${String(llvm)}/lib/clang/${String(llvm)}/lib`;
  const inside = await readdir(folder, { recursive: true }).catch(() => []);
  return inside.some((file) => /(^|\/)libclang_rt\.profile(-\w+)?\.a$/.test(file));
}

const wanted = [
  { package: `clang-${String(llvm)}`, isThere: answers(`clang-${String(llvm)}`, '--version', /clang version 22\./) },
  { package: `lld-${String(llvm)}`, isThere: answers(`ld.lld-${String(llvm)}`, '--version', /LLD 22\./) },
  { package: `llvm-${String(llvm)}`, isThere: answers(`llvm-profdata-${String(llvm)}`, 'show', /input|profdata/i) },
  { package: `libclang-rt-${String(llvm)}-dev`, isThere: profileRuntime },
  { package: 'nginx-light', isThere: answers('nginx', '-v', /nginx\/1\./) },
  { package: 'nghttp2-client', isThere: answers('h2load', '--version', /nghttp2/) },
  { package: 'libmicrohttpd-dev', isThere: header('microhttpd.h') },
  { package: 'cmake', isThere: answers('cmake', '--version', /cmake version/) }, // for the tests: a build system that passes absolute paths
  { package: 'make', isThere: answers('make', '--version', /GNU Make/) },
];

async function missingPackages() {
  const there = await Promise.all(wanted.map((tool) => tool.isThere()));
  return wanted.filter((_, index) => !there[index]).map((tool) => tool.package);
}

export const debianPackages = {
  name: 'compilers, nginx',
  async isDone() {
    return (await missingPackages()).length === 0;
  },
  async run(root, { say }) {
    const missing = await missingPackages();
    const install = ['apt-get', 'install', '--yes', '--quiet', '--no-install-recommends', ...missing];
    const typed = `apt-get update && apt-get install --yes ${missing.join(' ')}`;
    if ((await findProgram('apt-get')) === undefined) {
      throw new SetupError(
        `Missing: ${missing.join(', ')}.`,
        'Install what these Debian packages hold by the means of your system, then run the same again.',
      );
    }
    if (process.getuid?.() !== 0)
      throw new SetupError(`Missing: ${missing.join(', ')}.`, `Run this, then the same again:\n\n  sudo sh -c '${typed}'\n`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const onWait = (seconds) => say(`still at it after ${String(seconds)} s`);
    const advice =
      'Check that Debian and its security archive are in /etc/apt/sources.list (clang 22 comes from there) and can be reached.';
    say(typed);
    await runCommand(['apt-get', 'update', '--quiet'], advice, { cwd: root, env, onWait });
    await runCommand(install, advice, { cwd: path.parse(root).root, env, onWait });
    const still = await missingPackages();
    if (still.length > 0)
      throw new SetupError(
        `Installed, and yet not found or of another version: ${still.join(', ')}.`,
        'Look at the programs of these names on the path.',
      );
    return `installed ${missing.join(' ')}`;
  },
};
