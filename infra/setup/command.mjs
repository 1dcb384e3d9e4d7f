// Runs one command of set-up. Plain JavaScript for any Node from 20.3, without a dependency: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

const keptLines = 15;

/** A step of set-up that cannot go on: what was wrong, what was said, what to do. */
export class SetupError extends Error {
  /** @param {string} message @param {string} advice @param {readonly string[]} lines */
  constructor(message, advice, lines = []) {
    super(message);
    this.name = 'SetupError';
    this.advice = advice;
    this.lines = lines;
  }
}

/** Search path without the packages of a project (they may be about to change), with the folders of system programs. */
function systemPath(searchPath = process.env.PATH ?? '') {
  const folders = searchPath
    .split(path.delimiter)
    .filter((folder) => folder !== '' && !/node_modules[\\/]\.bin[\\/]?$|node-gyp-bin[\\/]?$/.test(folder));
  return [...new Set([...folders, '/usr/local/sbin', '/usr/sbin', '/sbin'])].join(path.delimiter);
}

/** The program of this name on the system's search path, or undefined. */
export async function findProgram(name) {
  for (const folder of systemPath().split(path.delimiter)) {
    const file = path.join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

export function isExecutable(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Kept children, so that a signal to set-up reaches them. */
const running = new Set();

/** Ends every child, then this process as the signal would have. */
export function endChildrenOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      for (const child of running) killGroup(child, signal);
      process.kill(process.pid, signal);
    });
  }
}

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/**
 * Runs a command to its end. Answers { code, lines, text } with the last lines, and the last 40,000 characters, of both outputs; code is null when it could not be started, or
 * was ended after `timeoutSeconds`.
 */
export function tryCommand(command, { cwd, env = {}, timeoutSeconds = 0, onWait = () => {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      cwd,
      env: { ...process.env, PATH: systemPath(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
    let text = '';
    const started = Date.now();
    const keep = (chunk) => (text = (text + chunk).slice(-40_000));
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const waiting = setInterval(() => onWait(Math.round((Date.now() - started) / 1000)), 30_000);
    const limit = timeoutSeconds > 0 ? setTimeout(() => killGroup(child, 'SIGKILL'), timeoutSeconds * 1000) : undefined;
    const end = (code, more = '') => {
      running.delete(child);
      clearInterval(waiting);
      clearTimeout(limit);
      const lines = `${text}${more}`.split(/\r?\n/).filter((line) => line.trim() !== '');
      resolve({ code, lines: lines.slice(-keptLines), text: lines.join('\n') });
    };
    child.once('error', (error) => end(null, error.message));
    child.once('close', (code) => end(code));
  });
}

/** Like {@link tryCommand}; throws a {@link SetupError} with the command, its last lines and the advice when it fails. */
export async function runCommand(command, advice, options = {}) {
  const result = await tryCommand(command, options);
  if (result.code === 0) return result;
  const how = result.code === null ? 'could not be run to its end' : `ended with ${String(result.code)}`;
  throw new SetupError(`${shown(command)} ${how}.`, advice, result.lines);
}

/** The command as a person would type it. */
export function shown(command) {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
