import { HoneError } from '../../domain/errors.ts';
import { runProcess } from '../../toolchains/process.ts';
import type { Workshop } from './subject.ts';

/** The instructions of each function in the order of the program's text, without operands; a name that occurs again is numbered. */
export type Layout = ReadonlyMap<string, string>;

/** Disassembles a program with llvm-objdump, which stands beside the other tools of LLVM. Throws `tool-missing`. */
export async function readLayout(binary: string, { tools, searchPath, signal }: Workshop): Promise<Layout> {
  const command = tools['llvm-profdata'].replace('llvm-profdata', 'llvm-objdump');
  const reader = layoutReader();
  const { exitCode } = await runProcess({
    command,
    arguments: ['--disassemble', '--no-show-raw-insn', '--no-leading-addr', binary],
    environment: { PATH: searchPath, LC_ALL: 'C.UTF-8' },
    onLine: reader.line,
    signal,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new HoneError('tool-missing', `${command} was not found.`, 'Install it: apt-get install llvm-22');
  });
  if (exitCode === 0) return reader.layout();
  throw new HoneError('evaluation-failed', `${command} could not read ${binary}.`, 'Run it by hand to see why.');
}

/** What the assembler fills up to an alignment with: it hangs on where a function came to lie. */
const padding = /^(?:nop|xchgw$|data16$|int3$)/;

export function layoutReader(): { readonly line: (line: string) => void; readonly layout: () => Layout } {
  const all = new Map<string, string>();
  let [name, instructions] = ['', [] as string[]];
  const end = () => {
    let key = name;
    for (let again = 2; all.has(key); again += 1) key = `${name} #${again}`;
    if (name !== '') all.set(key, instructions.join(' '));
    instructions = [];
  };
  return {
    line(line) {
      const label = /^(?:[0-9a-f]+ )?<(.+)>:$/.exec(line)?.[1];
      if (label !== undefined) {
        end();
        name = label;
      } else if (name !== '') {
        const mnemonic = /^\s+([a-z][\w.]*)/.exec(line)?.[1];
        if (mnemonic !== undefined && !padding.test(mnemonic)) instructions.push(mnemonic);
      }
    },
    layout() {
      end();
      name = '';
      return all;
    },
  };
}

/** Long enough to span a block's end, where blocks that change places show. */
const runLength = 8;

/**
 * Of the chosen functions' code, the share that stands in the same order in both programs: runs of eight instructions that a function has in both, over
 * all of either. A block moved elsewhere breaks the runs across its ends; a function that is the same in both has all of them.
 */
export function sameLayouts(left: Layout, right: Layout, isChosen: (name: string) => boolean): number {
  let [same, all] = [0, 0];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    if (!isChosen(name)) continue;
    const [here, there] = [runsOf(left.get(name) ?? ''), runsOf(right.get(name) ?? '')];
    for (const run of new Set([...here.keys(), ...there.keys()])) {
      const [one, other] = [here.get(run) ?? 0, there.get(run) ?? 0];
      same += Math.min(one, other);
      all += Math.max(one, other);
    }
  }
  return all === 0 ? 1 : same / all;
}

/** How often each run of instructions occurs; a function shorter than a run is one. */
function runsOf(instructions: string): ReadonlyMap<string, number> {
  const words = instructions === '' ? [] : instructions.split(' ');
  const runs = new Map<string, number>();
  for (let from = 0; from < Math.max(Math.min(1, words.length), words.length - runLength + 1); from += 1) {
    const run = words.slice(from, from + runLength).join(' ');
    runs.set(run, (runs.get(run) ?? 0) + 1);
  }
  return runs;
}
