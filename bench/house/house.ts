import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workflowBundle } from '../../runtime/workflow-bundle.ts';
import { plain, type Bench, type Figure } from '../figures.ts';
import { quantile } from '../statistics.ts';
import { countStatements, rows } from './list-queries.ts';
import { functionLines, readSources, type SourceFile } from './source-lines.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `bench -- house`: how large the pieces of this repository are, and what its list queries cost. */
export const run: Bench = async (say, { signal }) => {
  const sources = await readSources(root, signal);
  const code = sources.filter(({ isTest }) => !isTest);
  const scripts = code.filter(({ path }) => /\.(ts|mjs)$/.test(path)).map(({ path }) => path);
  const functions = await functionLines(root, scripts, signal);
  say(`${sources.length} source files, ${functions.length} functions; counting the SQL statements of lists of ${rows} rows`);
  const statements = await countStatements();
  return [
    ...fileFigures(
      code,
      sources.filter(({ isTest }) => isTest),
    ),
    plain('function-lines-median', quantile(functions, 0.5), 'lines', { aim: '< 10' }),
    plain('function-lines-largest', Math.max(...functions), 'lines', { aim: '≤ 80' }),
    ...Object.entries(statements).map(([list, count]) =>
      plain(`statements-${list}`, count, 'statements', { peer: `a page of ${rows} rows` }),
    ),
    plain('workflow-bundle', await bundleKibibytes(), 'KiB'),
  ];
};

/** The tests are the files below test/; all else is code. */
export function fileFigures(code: readonly SourceFile[], tests: readonly SourceFile[]): readonly Figure[] {
  const lines = code.map((file) => file.lines);
  const sum = (files: readonly SourceFile[]) => files.reduce((total, file) => total + file.lines, 0);
  const largest = code.toSorted((left, right) => right.lines - left.lines)[0]!;
  return [
    plain('files', code.length, 'files'),
    plain('file-lines-median', quantile(lines, 0.5), 'lines', { aim: '50 to 120' }),
    plain('file-lines-90th-percentile', quantile(lines, 0.9), 'lines', { aim: '≤ 300' }),
    plain('file-lines-largest', largest.lines, 'lines', { aim: '≤ 450', peer: largest.path }),
    plain('code-lines', sum(code), 'lines'),
    plain('test-lines', sum(tests), 'lines'),
    plain('tests-of-code', sum(tests) / sum(code), 'ratio', { aim: 'about 1' }),
  ];
}

async function bundleKibibytes(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  try {
    const { codePath } = await workflowBundle(folder);
    return (await stat(codePath)).size / 1024;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
