import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { HoneError, type HoneErrorData } from '../../domain/errors.ts';
import { asId, type CycleId, type Digest } from '../../domain/ids.ts';
import { parseManifest } from '../../domain/manifest/parse.ts';
import type { CycleEvent, RefreshCycle } from '../../domain/model/cycle.ts';
import type { Loop } from '../support/loop.ts';

/** Registers the loop's target again with an edited hone.yaml; a second edit starts from the fixture's text, not from the first. */
export function manifestEditor(loop: Loop): (edit: (text: string) => string) => Promise<void> {
  const path = join(loop.fixture.directory, 'hone.yaml');
  const original = readFile(path, 'utf8');
  return async (edit) => {
    const text = edit(await original);
    const parsed = parseManifest(text);
    if (!parsed.ok) throw new Error(parsed.issues.map(({ line, column, message }) => `hone.yaml:${line}:${column} ${message}`).join('\n'));
    await writeFile(path, text);
    await loop.store.targets.register({
      name: parsed.manifest.target,
      directory: loop.fixture.directory,
      manifest: parsed.manifest,
      manifestDigest: asId<Digest>(createHash('sha256').update(text).digest('hex')),
    });
  };
}

/** Keeps every window whatever else the machine does: only the tests of admission judge the machine. */
export function admitEverything(text: string): string {
  const limits = ['maximumStealShare: 1', 'maximumCpuPressure: 100', 'maximumForeignCpuShare: 1', 'rejectOnThrottle: false'];
  return withCollection(`admission: { ${limits.join(', ')} }`)(text);
}

/** Too few pairs for a verdict (about 14 are needed at α = 0.01): what is measured is not what these tests are about. */
export function fewPairs(text: string): string {
  return replaced(text, 'maximumPairs: 20', 'maximumPairs: 8');
}

/** An evaluation that is over in a second: that there is one is all that such a test asks of it. */
export function twoPairs(text: string): string {
  const few = replaced(text, /minimumPairs: 8\n {2}maximumPairs: 20/, 'minimumPairs: 2\n  maximumPairs: 2');
  return few.replace('requestsPerLeg: 200', 'requestsPerLeg: 60');
}

/** Adds settings to `collection`. */
export function withCollection(...settings: readonly string[]): (text: string) => string {
  return (text) => replaced(text, /^collection:$/m, `collection:${settings.map((line) => `\n  ${line}`).join('')}`);
}

/** Sets variables of instances only: production was started with its own. */
export function withInstanceEnvironment(variables: Readonly<Record<string, string>>): (text: string) => string {
  const lines = Object.entries(variables).map(([name, value]) => `\n    ${name}: ${JSON.stringify(value)}`);
  return (text) => replaced(text, /^run:$/m, `run:\n  environment:${lines.join('')}`);
}

/** Replaces a part of a text that must be there. */
export function replaced(text: string, part: RegExp | string, by: string): string {
  const after = text.replace(part, () => by);
  if (after === text) throw new Error(`${String(part)} is not in the text:\n${text}`);
  return after;
}

/** Edits a file of the loop's target; answers what puts it back. */
export async function editSource(loop: Loop, file: string, edit: (text: string) => string): Promise<() => Promise<void>> {
  const path = join(loop.fixture.directory, file);
  const before = await readFile(path, 'utf8');
  await writeFile(path, edit(before));
  return () => writeFile(path, before);
}

/**
 * Makefile edits by which one kind of build is compiled otherwise, as a compiler's defect or an untested flag would do it:
 * the optimised build alone has -fprofile-use in its CFLAGS, and the baseline alone no -fprofile flag at all.
 */
export const definesIn = {
  optimised: (flag: string) => (makefile: string) => defined(makefile, `$(if $(findstring -fprofile-use,$(CFLAGS)),${flag})`),
  baseline: (flag: string) => (makefile: string) => defined(makefile, `$(if $(findstring -fprofile,$(CFLAGS)),,${flag})`),
};

function defined(makefile: string, flags: string): string {
  return replaced(makefile, '$(CPPFLAGS)', `$(CPPFLAGS) ${flags}`);
}

export interface RanCycle {
  readonly id: CycleId;
  readonly cycle: RefreshCycle;
  readonly events: readonly CycleEvent[];
}

/** Runs one cycle to its end, whatever end that is, and checks that it left nothing. */
export async function runCycle(loop: Loop, seconds?: number): Promise<RanCycle> {
  const id = await loop.startCycle();
  return endOf(loop, id, seconds);
}

/** The end of a cycle that runs already; checks that it left nothing. */
export async function endOf(loop: Loop, id: CycleId, seconds?: number): Promise<RanCycle> {
  const cycle = await loop.ended(id, seconds);
  expect(await loop.leftovers()).toEqual([]);
  return { id, cycle, events: await loop.store.cycles.events(id, 0) };
}

/** What people would want to see when a cycle ended otherwise than expected. */
export function told({ cycle, events }: RanCycle): string {
  return [...events.map(({ stage, state, message }) => `${stage} ${state} ${message}`), JSON.stringify(cycle.error, null, 1)].join('\n');
}

/** The messages of one stage, in order. */
export function messagesOf({ events }: RanCycle, stage: CycleEvent['stage']): string[] {
  return events.filter((event) => event.stage === stage && event.message !== '').map(({ message }) => message);
}

/** What a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<HoneError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof HoneError) return error;
    throw error;
  }
  throw new Error('The call was not refused.');
}

/** The error of a cycle that must have failed, which must say what to do. */
export async function failure(ran: RanCycle, state: RanCycle['cycle']['state'] = 'failed'): Promise<HoneErrorData> {
  expect(ran.cycle.state, told(ran)).toBe(state);
  const error = ran.cycle.error!;
  expect(error.advice).toMatch(/\w{3,}.*\.$/s);
  // A lease that is lost meanwhile may say so after it.
  expect(ran.events.findLast(({ state: said }) => said !== 'progress')).toMatchObject({ state: 'failed', stage: ran.cycle.stage });
  return error;
}
