import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const mostSeconds = 90;

/** A busy neighbour: endless loops pinned to one core. Ends by itself after a minute and a half. */
export async function startNeighbour(core: number, loops: number): Promise<{ stop(): Promise<void> }> {
  const script = `for i in $(seq ${loops}); do while :; do :; done & done; wait`;
  const child: ChildProcess = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'taskset', '-c', String(core), 'timeout', '-s', 'KILL', String(mostSeconds), 'sh', '-c', script],
    { stdio: 'ignore', detached: true },
  );
  await once(child, 'spawn');
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      process.kill(-child.pid!, 'SIGKILL');
      await exited;
    },
  };
}
