// Compilers, nginx and the load tool from Debian. What counts is that the tool is there and answers, not what dpkg says.
import { readFileSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { machine } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError, findProgram, runCommand, shown, tryCommand } from '../command.mjs';

/** One list for set-up and `hone doctor`: a program that says its name and version, or a file that must be there. */
const needs = JSON.parse(readFileSync(new URL('../needs.json', import.meta.url), 'utf8'));
const installer = fileURLToPath(new URL('../install-packages.sh', import.meta.url));

async function isThere({ program, argument, says, files = [], folder, inFolder }) {
  if (program !== undefined) return answers(program, argument, new RegExp(says));
  if (folder === undefined) return anyExists(files);
  const inside = await readdir(folder, { recursive: true }).catch(() => []);
  return inside.some((file) => new RegExp(inFolder.replace('{machine}', machine())).test(file));
}

/** The program answers, and in the wanted version when one is asked for. */
async function answers(program, argument, pattern) {
  const file = await findProgram(program);
  if (file === undefined) return false;
  const { text } = await tryCommand([file, argument], { timeoutSeconds: 10 });
  return pattern.test(text);
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

async function missingPackages() {
  const there = await Promise.all(needs.map(isThere));
  return [...new Set(needs.filter((_, index) => !there[index]).map((need) => need.package))];
}

export const debianPackages = {
  name: 'compilers, nginx',
  async isDone() {
    return (await missingPackages()).length === 0;
  },
  async run(root, { say }) {
    const missing = await missingPackages();
    const install = ['sh', installer, ...missing];
    if ((await findProgram('apt-get')) === undefined) {
      throw new SetupError(
        `Missing: ${missing.join(', ')}.`,
        'Install what these Debian packages hold by the means of your system, then run the same again.',
      );
    }
    if (process.getuid?.() !== 0)
      throw new SetupError(
        `Missing: ${missing.join(', ')}.`,
        `Run this, then the same again; it is apt-get, and keeps Debian's nginx from serving port 80:\n\n  sudo ${shown(install)}\n`,
      );
    const onWait = (seconds) => say(`still at it after ${String(seconds)} s`);
    const advice =
      'Check that Debian and its security archive are in /etc/apt/sources.list (clang 22 comes from there) and can be reached.';
    say(`apt-get install ${missing.join(' ')}`);
    await runCommand(install, advice, { cwd: path.parse(root).root, onWait });
    const still = await missingPackages();
    if (still.length > 0)
      throw new SetupError(
        `Installed, and yet not found or of another version: ${still.join(', ')}.`,
        'Look at the programs of these names on the path.',
      );
    return `installed ${missing.join(' ')}`;
  },
};
