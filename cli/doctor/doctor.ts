import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Failure } from '../failure.ts';
import { healthOperation } from '../operations/health.ts';
import { size } from '../output/format.ts';
import type { Session } from '../session.ts';
import { readSettledTools } from './installed.ts';
import { checkNeeds } from './needs.ts';

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

/** The two builds of a pair run at the same moment, each on a core of its own. */
const neededCores = 2;

/** Every check, at the same time; none throws. */
export async function examineMachine(session: Session): Promise<readonly DoctorFinding[]> {
  const settled = readSettledTools();
  const [needs, ...others] = await Promise.all([
    checkNeeds(session.io.searchPath),
    settled.then((tools) => tools.postgres),
    settled.then((tools) => tools.temporal),
    checkDisk(session.io.directory),
    checkApi(session),
  ]);
  return [...needs, checkCores(availableParallelism()), ...others];
}

/** The cores that this process may run on. */
export function checkCores(cores: number): DoctorFinding {
  const found = `${String(cores)} ${cores === 1 ? 'core' : 'cores'}`;
  if (cores >= neededCores) return { name: 'cores', state: 'ok', found, advice: null };
  const advice = 'Give this machine a second core: an evaluation runs both builds at the same moment, on one core each.';
  return { name: 'cores', state: 'missing', found, advice };
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
