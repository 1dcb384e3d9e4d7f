import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLlvmVersion, defaultSearchPath, requireTools } from '../../toolchains/clang/tools.ts';
import type { Bench } from '../figures.ts';
import { makeRandom } from '../statistics.ts';
import { baseline, instrumented, openBuilder, optimisedWith, type Builder } from './build.ts';
import { collect, sameStatuses, type Collection } from './collect.ts';
import { compare, countsOf, overlapOf } from './compare.ts';
import { losses } from './counts.ts';
import { bytesShare, changedOnly, deidentify, type Deidentified } from './deidentified.ts';
import { fidelityFigures, type Findings } from './fidelity-figures.ts';
import { measureGain } from './gain.ts';
import { intake } from './intake-service.ts';
import { queryService } from './query-service.ts';
import { rawRequest, type Prepared, type Subject, type Workshop } from './subject.ts';

/** How much of everything. */
export interface Extent {
  readonly training: number;
  readonly heldOut: number;
  /** Sessions of de-identification, each under a key of its own. */
  readonly sessions: number;
  readonly rounds: number;
}

const extents = {
  quick: { training: 600, heldOut: 600, sessions: 1, rounds: 3 },
  full: { training: 2000, heldOut: 1600, sessions: 3, rounds: 24 },
} as const satisfies Readonly<Record<string, Extent>>;

const slice = 200;
const worstShown = 8;

/**
 * `bench -- fidelity`: the same requests raw, raw again and de-identified through an instrumented build; their profiles, the builds made
 * with them, and what those gain on raw requests that trained nobody.
 */
export const run: Bench = async (say, { quick, signal }) => {
  const seed = randomInt(2 ** 32 - 1);
  say(`the seed of the random orders is ${seed}`);
  const random = makeRandom(seed);
  const findings: Findings[] = [];
  for (const subject of [intake, await queryService()])
    findings.push(await study(subject, quick ? extents.quick : extents.full, { random, say, signal }));
  return fidelityFigures(findings, random);
};

/** One program from its source to its figures, in a folder that is removed. */
export async function study(
  subject: Subject,
  extent: Extent,
  { random, say, signal }: Pick<Workshop, 'random' | 'say' | 'signal'>,
): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-fidelity-'));
  try {
    const tools = await requireTools(defaultLlvmVersion, defaultSearchPath);
    const workshop = { tools, searchPath: defaultSearchPath, folder, random, say, signal };
    const build = await openBuilder(subject, workshop);
    say(`${subject.name}: building`);
    const [plainBuild, counting] = await Promise.all([build('baseline', baseline), build('instrumented', instrumented)]);
    const data = join(folder, 'data');
    await mkdir(data);
    const prepared = await subject.prepare({ binary: plainBuild.binary, folder: data, requests: extent, signal });
    const profiles = await collectAll(subject, counting.binary, prepared, extent.sessions, workshop);
    await sayLosses(subject.name, profiles, workshop);
    return await judge({ subject, build, prepared, profiles, baseline: plainBuild.binary, extent }, workshop);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Profiles {
  readonly raw: Collection;
  readonly again: Collection;
  /** One per session. */
  readonly sessions: readonly { readonly traffic: Deidentified; readonly collection: Collection }[];
  /** Of the first session, those requests alone whose target or body changed, before and after. */
  readonly changed: { readonly raw: Collection; readonly deidentified: Collection };
}

async function collectAll(subject: Subject, binary: string, prepared: Prepared, sessions: number, workshop: Workshop): Promise<Profiles> {
  const requests = prepared.training.map(rawRequest);
  const replayRaw = (name: string) => collect({ subject, binary, store: prepared.store, requests, name }, workshop);
  const [raw, again] = [await replayRaw('raw'), await replayRaw('raw-again')];
  const deidentified: Profiles['sessions'][number][] = [];
  for (let session = 1; session <= sessions; session += 1) {
    const name = `deidentified-${session}`;
    const traffic = await deidentify(subject, prepared, join(workshop.folder, `${name}.db`));
    const collection = await collect({ subject, binary, store: traffic.store, requests: traffic.requests, name }, workshop);
    const overlap = await overlapOf(raw, collection, workshop);
    workshop.say(`${subject.name}, session ${session}: overlap ${(overlap * 100).toFixed(2)} %, dropped ${JSON.stringify(traffic.drops)}`);
    deidentified.push({ traffic, collection });
  }
  const { traffic } = deidentified[0]!;
  const changedRequests = changedOnly(prepared, traffic);
  const before = requests.map((request, place) => (changedRequests[place] === null ? null : request));
  const changed = {
    raw: await collect({ subject, binary, store: prepared.store, requests: before, name: 'changed-raw' }, workshop),
    deidentified: await collect({ subject, binary, store: traffic.store, requests: changedRequests, name: 'changed' }, workshop),
  };
  return { raw, again, sessions: deidentified, changed };
}

/** The functions that take most away from the overlap: where the pipeline loses a path. */
async function sayLosses(name: string, { changed }: Profiles, workshop: Workshop): Promise<void> {
  const worst = losses(await countsOf(changed.raw, workshop), await countsOf(changed.deidentified, workshop)).slice(0, worstShown);
  const percent = (share: number) => (share * 100).toFixed(3);
  for (const { name: key, share, counter, left, right } of worst) {
    workshop.say(
      `${name}: ${key} takes ${percent(share)} %; counter ${counter} has ${percent(left)} % raw, ${percent(right)} % de-identified`,
    );
  }
}

interface JudgeSettings {
  readonly subject: Subject;
  readonly build: Builder;
  readonly prepared: Prepared;
  readonly profiles: Profiles;
  readonly baseline: string;
  readonly extent: Extent;
}

async function judge(
  { subject, build, prepared, profiles, baseline: baselineBinary, extent }: JudgeSettings,
  workshop: Workshop,
): Promise<Findings> {
  const { raw, again, sessions } = profiles;
  const { traffic, collection } = sessions[0]!;
  workshop.say(`${subject.name}: building with each profile`);
  const [rawBuild, againBuild, deidentifiedBuild] = await Promise.all([
    build('with-raw', optimisedWith(raw.profile)),
    build('with-raw-again', optimisedWith(again.profile)),
    build('with-deidentified', optimisedWith(collection.profile)),
  ]);
  const sides = {
    raw: { collection: raw, built: rawBuild },
    again: { collection: again, built: againBuild },
    deidentified: { collection, built: deidentifiedBuild },
  };
  const binaries = {
    baseline: baselineBinary,
    raw: rawBuild.binary,
    'raw-again': againBuild.binary,
    deidentified: deidentifiedBuild.binary,
  };
  const requests = prepared.heldOut.map(rawRequest);
  return {
    name: subject.name,
    overlaps: await Promise.all(sessions.map((session) => overlapOf(raw, session.collection, workshop))),
    changedOverlap: await overlapOf(profiles.changed.raw, profiles.changed.deidentified, workshop),
    rawOverlap: await overlapOf(raw, again, workshop),
    alike: await compare(sides.raw, sides.deidentified, workshop),
    rawAlike: await compare(sides.raw, sides.again, workshop),
    rounds: await measureGain({ subject, binaries, store: prepared.store, requests, rounds: extent.rounds, slice }, workshop),
    bytesShare: bytesShare(prepared, traffic),
    sameStatuses: sameStatuses(raw, collection),
    droppedShare: traffic.requests.filter((request) => request === null).length / traffic.requests.length,
  };
}
