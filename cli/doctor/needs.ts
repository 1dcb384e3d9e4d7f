import { access, readFile, readdir } from 'node:fs/promises';
import { machine } from 'node:os';
import type { DoctorFinding } from './doctor.ts';
import { checkProgram } from './programs.ts';

/** An entry of the list that set-up installs from: a program that says its version, or a file that must be there. */
export interface Need {
  readonly name: string;
  /** Debian's. */
  readonly package: string;
  readonly program?: string;
  /** Makes the program say who it is. */
  readonly argument?: string;
  /** Matches what it says; the first group, if there is one, is the version. */
  readonly says?: string;
  /** One of them is enough. */
  readonly files?: readonly string[];
  /** A folder, with `inFolder`: some file below it matches; `{machine}` stands for this machine's architecture as uname(1) names it. */
  readonly folder?: string;
  readonly inFolder?: string;
  /** Who needs it, when a cycle does not: its absence is no fault then. */
  readonly onlyFor?: string;
}

const list = new URL('../../infra/setup/needs.json', import.meta.url);

/** Every entry of set-up's list, looked for on this machine; none throws. */
export async function checkNeeds(searchPath: string): Promise<readonly DoctorFinding[]> {
  const needs = JSON.parse(await readFile(list, 'utf8')) as readonly Need[];
  return Promise.all(needs.map((need) => checkNeed(need, searchPath)));
}

/** One need; `missing` says which package brings it. */
export async function checkNeed(need: Need, searchPath: string): Promise<DoctorFinding> {
  const finding = await (need.program === undefined ? checkFile(need) : checkProgram(need, need.program, searchPath));
  if (finding.state === 'ok') return finding;
  const advice = `npm run setup installs it, or prints the command (Debian: ${need.package}).`;
  if (need.onlyFor === undefined) return { ...finding, advice };
  return { ...finding, state: 'absent', advice: `Only ${need.onlyFor} would miss it. ${advice}` };
}

async function checkFile({ name, files = [], folder, inFolder = '' }: Need): Promise<DoctorFinding> {
  if (folder !== undefined) {
    const inside = await readdir(folder, { recursive: true }).catch(() => []);
    const wanted = new RegExp(inFolder.replace('{machine}', machine()));
    const found = inside.find((file) => wanted.test(file));
    if (found !== undefined) return { name, state: 'ok', found: `${folder}/${found}`, advice: null };
    return { name, state: 'missing', found: `nothing like ${wanted.source} below ${folder}`, advice: null };
  }
  for (const file of files) if (await exists(file)) return { name, state: 'ok', found: file, advice: null };
  return { name, state: 'missing', found: `no ${files.join(', no ')}`, advice: null };
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
