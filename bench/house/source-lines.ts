import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSearchPath } from '../../toolchains/clang/tools.ts';
import { runProcess } from '../../toolchains/process.ts';

export interface SourceFile {
  /** Relative to the checkout. */
  readonly path: string;
  readonly lines: number;
  /** Belongs to the tests; all else is code. */
  readonly isTest: boolean;
}

const sources = ['*.ts', '*.mjs', '*.c', '*.h', '*.sh', '*.pl'];

/** Every source file that git knows, with its lines. */
export async function readSources(root: string, signal: AbortSignal): Promise<readonly SourceFile[]> {
  const { lines } = await run('git', ['-C', root, 'ls-files', '--', ...sources], root, signal);
  const files = lines.map(async (path) => {
    const text = await readFile(join(root, path), 'utf8').catch(() => null); // deleted, not yet committed
    return text === null ? [] : [{ path, lines: text.split('\n').length - 1, isTest: path.startsWith('test/') }];
  });
  return (await Promise.all(files)).flat();
}

/** Lines of every function in TypeScript and JavaScript files, by a rule of the linter that no function passes. */
export async function functionLines(root: string, paths: readonly string[], signal: AbortSignal): Promise<readonly number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  try {
    const config = join(folder, 'oxlint.json');
    const rule = ['error', { max: 0, skipBlankLines: false, skipComments: false }];
    await writeFile(config, JSON.stringify({ categories: { correctness: 'off' }, rules: { 'max-lines-per-function': rule } }));
    const linter = join(root, 'node_modules', '.bin', 'oxlint');
    const { lines } = await run(linter, ['-c', config, '--format', 'json', ...paths], root, signal, [0, 1]);
    const { diagnostics } = JSON.parse(lines.join('\n')) as { diagnostics: readonly { readonly message: string }[] };
    return diagnostics.map(({ message }) => Number(/\((\d+)\)/.exec(message)?.[1] ?? Number.NaN));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(
  command: string,
  words: readonly string[],
  workingDirectory: string,
  signal: AbortSignal,
  good: readonly number[] = [0],
): Promise<{ readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  // The folder of this Node comes first: the project's programs start `node`.
  const environment = { PATH: `${join(process.execPath, '..')}:${defaultSearchPath}`, HOME: tmpdir() };
  const { exitCode, lastLines } = await runProcess({ command, arguments: [...words], workingDirectory, environment, signal, onLine });
  if (exitCode === null || !good.includes(exitCode))
    throw new Error(`${command} ended with ${exitCode}: ${lastLines.slice(-5).join('\n')}`);
  return { lines };
}
