import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

export interface Checkout {
  readonly root: string;
  write(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** A folder with the project's set-up and packages, and with Temporal's server as if Hone had built it before. */
export async function makeCheckout(): Promise<Checkout> {
  const root = await mkdtemp(path.join(tmpdir(), 'hone-setup-'));
  for (const name of ['package.json', 'package-lock.json', 'prisma', 'infra/setup']) {
    await cp(path.join(project, name), path.join(root, name), { recursive: true });
  }
  await symlink(path.join(project, 'node_modules'), path.join(root, 'node_modules'));
  const { temporalPath } = JSON.parse(await readFile(path.join(project, '.hone', 'setup.json'), 'utf8')) as { temporalPath: string };
  await mkdir(path.join(root, '.hone', 'bin'), { recursive: true });
  await symlink(temporalPath, path.join(root, '.hone', 'bin', 'temporal'));
  return {
    root,
    write: (file, text) => writeFile(path.join(root, file), text),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface StartOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
}

/** Starts a program; `said(text)` waits for text on its standard output, `ended` for its end. */
export function start(command: readonly string[], options: StartOptions) {
  const child = spawn(command[0]!, command.slice(1), {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = performance.now();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr, seconds: (performance.now() - started) / 1000 }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve();
      };
      look();
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`ended without saying "${text}": ${stdout}${stderr}`)));
    });
  return { child, ended, said };
}
