import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { DoctorFinding } from './doctor.ts';

export interface ProgramCheck {
  readonly name: string;
  readonly file: string;
  /** Makes the program say who it is. */
  readonly argument: string;
  /** Matches what it says; the first group is the version. */
  readonly version: RegExp;
  /** Debian's. */
  readonly package: string;
}

const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

export async function checkProgram(check: ProgramCheck, searchPath: string): Promise<DoctorFinding> {
  const advice = `Install it: sudo apt-get install ${check.package}`;
  const file = await findProgram(check.file, searchPath);
  if (file === null) return { name: check.name, state: 'missing', found: `no ${check.file} on the path`, advice };
  const said = await ask(file, check.argument);
  const match = check.version.exec(said);
  if (match === null) return { name: check.name, state: 'missing', found: `${file} is another version: ${firstLine(said)}`, advice };
  const version = /^\d/.test(match[1] ?? '') ? `${match[1]!} ` : '';
  return { name: check.name, state: 'ok', found: `${version}${file}`, advice: null };
}

async function findProgram(name: string, searchPath: string): Promise<string | null> {
  for (const folder of [...searchPath.split(delimiter), ...systemFolders]) {
    const file = join(folder, name);
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  return null;
}

export function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Both outputs; some programs name themselves on standard error, and end with an error. */
export function ask(file: string, ...commandArguments: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, commandArguments, { timeout: 10_000 }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim();
      resolve(said === '' && error !== null ? error.message : said);
    });
  });
}

export function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
