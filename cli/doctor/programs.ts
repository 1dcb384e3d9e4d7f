import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { DoctorFinding } from './doctor.ts';
import type { Need } from './needs.ts';

const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Whether the program is on the path and says what is expected of it. */
export async function checkProgram(need: Need, program: string, searchPath: string): Promise<DoctorFinding> {
  const file = await findProgram(program, searchPath);
  if (file === null) return { name: need.name, state: 'missing', found: `no ${program} on the path`, advice: null };
  const said = await ask(file, need.argument ?? '--version');
  const match = new RegExp(need.says ?? '').exec(said);
  if (match === null) return { name: need.name, state: 'missing', found: `${file} is another version: ${firstLine(said)}`, advice: null };
  return { name: need.name, state: 'ok', found: match[1] === undefined ? file : `${match[1]} ${file}`, advice: null };
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
