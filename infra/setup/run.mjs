// node infra/setup/run.mjs SCRIPT.ts [ARGUMENT…]        sets up, then runs the script on the project's Node
// node infra/setup/run.mjs --bin NAME [ARGUMENT…]       the same for a program of node_modules/.bin
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { projectRoot, setUpOrExplain } from './setup.mjs';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'];
const binFolder = path.join(projectRoot, 'node_modules', '.bin');

/** The file of `--bin NAME`, found through its package: a shell wrapper would hide the program behind another process. */
async function binScript(name) {
  const file = path.join(binFolder, name);
  const start = (await readFile(file)).subarray(0, 64).toString('latin1');
  return /^#!.*\bnode\b/.test(start) ? [path.join(binFolder, 'node'), file] : [file];
}

async function commandFor([first, ...others]) {
  if (first === '--bin' && others.length > 0) return [...(await binScript(others[0])), ...others.slice(1)];
  return [path.join(binFolder, 'node'), first, ...others];
}

function finish(code, signal) {
  if (signal !== null) process.exit(128 + os.constants.signals[signal]);
  process.exit(code ?? 1);
}

const wanted = process.argv.slice(2);
if (wanted.length === 0 || (wanted[0] === '--bin' && wanted.length === 1)) {
  process.stderr.write('usage: node infra/setup/run.mjs SCRIPT.ts [ARGUMENT…] | --bin NAME [ARGUMENT…]\n');
  process.exit(2);
}
if (!(await setUpOrExplain())) {
  // Who reads standard output as JSON finds an object there, as when the script itself fails.
  const error = { code: 'tool-missing', message: 'Set-up stopped; standard error says where, and what to do.' };
  if (wanted.includes('--json')) process.stdout.write(`${JSON.stringify({ error })}\n`);
  process.exit(1);
}

const [program, ...rest] = await commandFor(wanted);
for (const signal of forwarded) process.removeAllListeners(signal);
const env = { ...process.env, PATH: `${binFolder}${path.delimiter}${process.env.PATH ?? ''}` };
const child = spawn(program, rest, { stdio: 'inherit', env });
const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
// On a terminal Ctrl-C reaches the child by itself, being in the same group: this process only waits.
for (const signal of forwarded) {
  process.on(signal, () => {
    if (!(signal === 'SIGINT' && onTerminal)) child.kill(signal);
  });
}
child.once('error', (error) => {
  process.stderr.write(`${program} could not be started: ${error.message}\n`);
  process.exit(1);
});
child.once('exit', finish);
