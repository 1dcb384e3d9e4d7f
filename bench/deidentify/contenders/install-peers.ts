import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('../peers', import.meta.url));
/** Beside the data of the checkout, which git does not see. */
const folder = fileURLToPath(new URL('../../../.hone/bench-peers', import.meta.url));

/** What a peer is started with, without the corpus's file; a string says why it cannot be had. */
export type Peers = Readonly<Record<string, readonly string[] | string>>;

const npmPeers = ['redact-pii', '@redactpii/node', '@openredaction/openredaction', '@visulima/redact'] as const;
const presidio = 'presidio-analyzer';

/** Installs the peers with npm and pip into a folder of their own, once. A peer that cannot be installed is left out, with the reason. */
export async function installPeers(say: (line: string) => void, signal: AbortSignal): Promise<Peers> {
  await mkdir(folder, { recursive: true });
  await cp(sources, folder, { recursive: true });
  say(`installing the peers into ${folder}`);
  const npm = await reason(() => run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder, signal }));
  const python = join(folder, 'venv', 'bin', 'python');
  const pip = await reason(async () => {
    await run('python3', ['-m', 'venv', join(folder, 'venv')], { signal });
    await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', join(folder, 'requirements.txt')], { signal });
  });
  signal.throwIfAborted();
  return {
    ...Object.fromEntries(npmPeers.map((name) => [name, npm ?? [process.execPath, join(folder, 'npm-peer.mjs'), name]])),
    [presidio]: pip ?? [python, join(folder, 'presidio_peer.py')],
  };
}

async function reason(step: () => Promise<unknown>): Promise<string | null> {
  try {
    await step();
    return null;
  } catch (error) {
    return (
      String((error as { stderr?: string }).stderr ?? error)
        .trim()
        .split('\n')
        .at(-1) ?? 'unknown'
    );
  }
}
