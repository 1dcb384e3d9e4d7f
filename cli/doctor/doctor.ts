import { statfs } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import { healthOperation } from '../operations/health.ts';
import { size } from '../output/format.ts';
import type { Session } from '../session.ts';
import { readSettledTools } from './installed.ts';
import { type ProgramCheck, checkProgram } from './programs.ts';

/** One thing that Hone needs on this machine. */
export interface DoctorFinding {
  readonly name: string;
  /** `absent` is no fault: what is not running can be started. */
  readonly state: 'ok' | 'missing' | 'absent';
  readonly found: string;
  /** How to put it right; null when there is nothing to do. */
  readonly advice: string | null;
}

const minimumFreeBytes = 2 * 1024 ** 3;

const programs: readonly ProgramCheck[] = [
  { name: 'clang', file: 'clang-22', argument: '--version', version: /clang version (22\.[\d.]+)/, package: 'clang-22 libclang-rt-22-dev' },
  { name: 'lld', file: 'ld.lld-22', argument: '--version', version: /LLD (22\.[\d.]+)/, package: 'lld-22' },
  {
    name: 'llvm-profdata',
    file: 'llvm-profdata-22',
    argument: 'show',
    version: /(input file|not enough|USAGE|profdata)/i,
    package: 'llvm-22',
  },
  { name: 'nginx', file: 'nginx', argument: '-v', version: /nginx\/(\d[\d.]+)/, package: 'nginx-light' },
  { name: 'h2load', file: 'h2load', argument: '--version', version: /nghttp2\/([\d.]+)/, package: 'nghttp2-client' },
  { name: 'make', file: 'make', argument: '--version', version: /GNU Make ([\d.]+)/, package: 'make' },
];

/** Every check, at the same time; none throws. */
export async function examineMachine(session: Session): Promise<readonly DoctorFinding[]> {
  const settled = readSettledTools();
  const findings = await Promise.all([
    ...programs.map((check) => checkProgram(check, session.io.searchPath)),
    settled.then((tools) => tools.postgres),
    settled.then((tools) => tools.temporal),
    checkDisk(session.io.directory),
    checkApi(session),
  ]);
  return findings;
}

async function checkDisk(directory: string): Promise<DoctorFinding> {
  const { bavail, bsize } = await statfs(directory);
  const freeBytes = bavail * bsize;
  const found = `${size(freeBytes)} free in ${directory}`;
  if (freeBytes >= minimumFreeBytes) return { name: 'disk', state: 'ok', found, advice: null };
  return {
    name: 'disk',
    state: 'missing',
    found,
    advice: `A cycle keeps builds, profiles and requests: make room for ${size(minimumFreeBytes)}.`,
  };
}

async function checkApi(session: Session): Promise<DoctorFinding> {
  try {
    const api = await session.api();
    await api.request(healthOperation, {}, AbortSignal.timeout(5000));
    return { name: 'API', state: 'ok', found: api.settings.url, advice: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const state = error.data.code === 'api-unreachable' ? 'absent' : 'missing';
    return { name: 'API', state, found: error.data.message, advice: error.data.advice };
  }
}
