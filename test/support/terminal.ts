import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a terminal sends for Ctrl-C. */
export const controlC = '\u0003';

/** A command on a pseudo-terminal of its own (script(1) of util-linux), with hands to type and eyes to read. */
export function onTerminal(command: readonly string[], directory: string) {
  // The shell gives way to the command: a shell that stays would end with 130 itself after a Ctrl-C (dash does, bash does not).
  const line = `exec ${command.map((word) => `'${word}'`).join(' ')}`;
  const child: ChildProcess = spawn('script', ['--quiet', '--flush', '--return', '--command', line, '/dev/null'], {
    cwd: directory,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let seen = '';
  const looks = new Set<() => void>();
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
    for (const look of looks) look();
  });
  return {
    type: (keys: string) => void child.stdin!.write(keys),
    /** Settles with what is on the screen once the pattern is there; fails when the command ends before. */
    reads: (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(seen);
          if (found === null) return;
          looks.delete(look);
          resolve(found);
        };
        looks.add(look);
        look();
        void exited.then(() => reject(new Error(`It ended before ${String(pattern)}:\n${seen}`)));
      }),
    seen: () => seen,
    ended: async () => (await exited)[0],
    end: () => child.kill('SIGKILL'),
  };
}

export type Terminal = ReturnType<typeof onTerminal>;
