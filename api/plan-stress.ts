import { HoneError } from '../domain/errors.ts';
import { asId, type BuildRecordId, type CycleId, type SessionId, type StressId } from '../domain/ids.ts';
import type { StressOrder, StressWindow } from '../domain/model/stress.ts';
import type { Target } from '../domain/model/target.ts';
import type { Store } from '../domain/ports/store.ts';
import { confirmStressOrder } from '../domain/rules/stress-order.ts';
import { readId } from './global-id.ts';

interface StressArguments {
  readonly rate: string;
  readonly cycle?: string | null | undefined;
  readonly build?: string | null | undefined;
  readonly seconds?: number | null | undefined;
  readonly untilSaturation?: boolean | null | undefined;
}

/** The channel whose build is the baseline. */
const baselineChannel = 'stable';
/** How many of the newest cycles are looked through for one with a corpus. */
const cyclesLookedThrough = 100;

/**
 * What is to be replayed against what: known before anything is started. Throws `input-invalid`, `not-found`, `epoch-destroyed`, and
 * `host-busy` only later, since others may come first.
 */
export async function planStress(
  store: Store,
  target: Target,
  args: StressArguments,
): Promise<Pick<StressWindow, 'cycleId' | 'buildId' | 'order'>> {
  const order: StressOrder = { rate: args.rate.trim(), seconds: args.seconds ?? null, untilSaturation: args.untilSaturation ?? false };
  confirmStressOrder(order);
  if (target.manifest.drive.kind !== 'http') {
    throw new HoneError(
      'input-invalid',
      `${target.name} is driven by recorded inputs: it has no corpus of requests to replay.`,
      'Replay a target whose drive is http.',
    );
  }
  const cycleId = args.cycle == null ? await latestWithCorpus(store, target) : await confirmCorpus(store, target, args.cycle);
  await confirmKey(store, cycleId);
  return {
    cycleId,
    buildId: args.build == null ? await servingBuild(store, target) : await confirmBuild(store, target, args.build),
    order,
  };
}

/** Throws `not-found`. */
export async function stressOf(store: Store, id: StressId): Promise<StressWindow> {
  const window = await store.stress.byId(id);
  if (window) return window;
  throw new HoneError('not-found', `There is no stress window ${id}.`, 'See which there are: hone replay list.');
}

async function latestWithCorpus(store: Store, target: Target): Promise<CycleId> {
  const { rows } = await store.cycles.list({ targetId: target.id }, { first: cyclesLookedThrough, after: null });
  const corpora = await store.cycles.corporaOf(rows.map(({ row }) => row.id));
  const found = rows.find(({ row }) => corpora.some(({ cycleId }) => cycleId === row.id));
  if (found) return found.row.id;
  throw new HoneError(
    'not-found',
    `No cycle of ${target.name} has a corpus.`,
    `Refresh it once (hone refresh ${target.name}), then replay.`,
  );
}

async function confirmCorpus(store: Store, target: Target, text: string): Promise<CycleId> {
  const id = asId<CycleId>(readId(text, 'RefreshCycle'));
  const cycle = await store.cycles.byId(id);
  if (cycle?.targetId !== target.id) {
    throw new HoneError('not-found', `${target.name} has no cycle ${id}.`, `See which it has: hone cycle list ${target.name}.`);
  }
  if (await store.cycles.corpus(id)) return id;
  throw new HoneError(
    'not-found',
    `Cycle ${id} has no corpus: it ended before its mirror was off.`,
    'Name another cycle, or none for the latest that has one.',
  );
}

async function confirmKey(store: Store, cycleId: CycleId): Promise<void> {
  const epoch = await store.epochs.ofSession(asId<SessionId>(cycleId));
  if (!epoch?.destroyedAt) return;
  throw new HoneError(
    'epoch-destroyed',
    `The corpus of cycle ${cycleId} cannot be read any more: the key of epoch ${epoch.index} was destroyed at ${epoch.destroyedAt}.`,
    'Refresh the target: the new cycle has a corpus of its own.',
  );
}

async function confirmBuild(store: Store, target: Target, text: string): Promise<BuildRecordId> {
  const id = asId<BuildRecordId>(readId(text, 'Build'));
  const build = await store.builds.byId(id);
  if (build?.targetId === target.id) return id;
  throw new HoneError('not-found', `${target.name} has no build ${id}.`, `See which it has: hone build list ${target.name}.`);
}

/** What production runs as far as Hone knows: the promoted build, or the newest baseline. */
async function servingBuild(store: Store, target: Target): Promise<BuildRecordId> {
  const { releaseId } = await store.releases.channel(target.id, baselineChannel);
  const release = releaseId === null ? null : await store.releases.byId(releaseId);
  if (release) return release.buildId;
  const { rows } = await store.builds.list({ targetId: target.id, kind: 'baseline' }, { first: 1, after: null });
  if (rows[0]) return rows[0].row.id;
  throw new HoneError(
    'not-found',
    `${target.name} has no baseline build.`,
    `Refresh it once (hone refresh ${target.name}), or name a build (--build).`,
  );
}
