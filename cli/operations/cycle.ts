import type { SessionCounters, Window } from '../../domain/model/collection.ts';
import type { CycleEvent, RefreshCycle } from '../../domain/model/cycle.ts';
import type { Evaluation } from '../../domain/model/evaluation.ts';
import type { ProfileVersion } from '../../domain/model/profile.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';
import { type Answer, errorSelection, successOf } from './failure.ts';
import { speedSelection } from './speed.ts';

export interface CycleView extends Pick<RefreshCycle, 'id' | 'reason' | 'state' | 'stage' | 'error' | 'startedAt' | 'endedAt'> {
  readonly target: { readonly name: string };
}

/** What the API sends of a reading: a value with its source, or the reason why there is none. */
export interface ReadingView<Value = number> {
  readonly value: Value | null;
  readonly source: string | null;
  readonly reason: string | null;
}

/** Every number of a window's environment: those that the admission rules judge, and those that stand beside them. */
const environmentNumbers = [
  'stealShare',
  'foreignCpuShare',
  'cpuPressurePercent',
  'ioPressurePercent',
  'memoryPressurePercent',
  'loadAverage1',
  'meanTemperatureCelsius',
  'maximumTemperatureCelsius',
  'temperatureRiseCelsius',
  'throttleEvents',
  'energyJoules',
  'meanClockMegahertz',
] as const;

export type WindowView = Pick<Window, 'index' | 'attempt' | 'kept' | 'rejections' | 'requests' | 'startedAt' | 'endedAt'> & {
  readonly environment: Readonly<Record<(typeof environmentNumbers)[number], ReadingView>> & {
    readonly powerSupply: ReadingView<string>;
  };
};

/** What the API sends of counts by name, the largest first. */
export interface NamedCountView {
  readonly name: string;
  readonly count: number;
}

export interface TrafficView {
  readonly training: { readonly requests: number };
  readonly heldOut: { readonly requests: number };
  readonly counters: Omit<SessionCounters, 'dropped'> & { readonly dropped: readonly NamedCountView[] };
}

export interface CycleDetail extends CycleView, Pick<RefreshCycle, 'directory' | 'manifest' | 'manifestDigest'> {
  /** Null before the mirror is off, and for a target that is not driven by mirrored requests. */
  readonly corpus: TrafficView | null;
  readonly windows: readonly WindowView[];
  readonly profileVersion: Pick<ProfileVersion, 'number' | 'state' | 'profile'> | null;
  readonly evaluation: Pick<Evaluation, 'verdict' | 'sentence' | 'interval' | 'pairs' | 'endpoints' | 'speed' | 'endedAt'> | null;
  readonly release: { readonly number: number } | null;
}

export type EventView = Pick<CycleEvent, 'sequence' | 'stage' | 'state' | 'message' | 'at'>;

const cycleSelection = 'id: rawId target { name } reason state stage error { code message advice details } startedAt endedAt';
const intervalSelection = 'ratio low high';
export const environmentSelection = [...environmentNumbers, 'powerSupply'].map((figure) => `${figure} { value source reason }`).join(' ');

export const cyclesOperation = operation<
  PageVariables & { readonly target: string | null },
  { readonly cycles: Connection<CycleView> }
>(/* GraphQL */ `
    query Cycles($target: String, $first: Int!, $after: String) {
      cycles(target: $target, first: $first, after: $after) {
        edges { node { ${cycleSelection} } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `);

type CycleAnswer = Omit<CycleDetail, 'evaluation' | 'release'> & {
  readonly evaluation: (NonNullable<CycleDetail['evaluation']> & { readonly release: CycleDetail['release'] }) | null;
};

export const cycleOperation = operation<{ readonly id: string }, { readonly cycle: CycleAnswer | null }>(/* GraphQL */ `
  query Cycle($id: ID!) {
    cycle(id: $id) {
      ${cycleSelection} directory manifest manifestDigest
      corpus {
        training { requests } heldOut { requests }
        counters { received deidentified replayed heldOut skipped failed waiting dropped { name count } }
      }
      windows { index attempt kept rejections requests startedAt endedAt environment { ${environmentSelection} } }
      profileVersion { number state profile { digest sizeBytes } }
      evaluation {
        verdict sentence endedAt pairs: pairCount interval { ${intervalSelection} }
        endpoints { endpoint requests pairs ${intervalSelection} }
        ${speedSelection}
        release { number }
      }
    }
  }
`);

export const startCycleOperation = operation<
  { readonly target: string; readonly reason: string },
  { readonly startRefreshCycle: Answer<{ readonly id: string }> }
>(/* GraphQL */ `
  mutation StartRefreshCycle($target: String!, $reason: String!) {
    startRefreshCycle(target: $target, reason: $reason) {
      __typename
      ... on RefreshCycle { id: rawId }
      ${errorSelection}
    }
  }
`);

export const cancelCycleOperation = operation<
  { readonly id: string },
  { readonly cancelRefreshCycle: Answer<{ readonly id: string }> }
>(/* GraphQL */ `
    mutation CancelRefreshCycle($id: ID!) {
      cancelRefreshCycle(cycle: $id) {
        __typename
        ... on RefreshCycle { id: rawId }
        ${errorSelection}
      }
    }
  `);

export const cycleProgressOperation = operation<
  { readonly id: string; readonly afterSequence: number },
  { readonly cycleProgress: EventView }
>(/* GraphQL */ `
  subscription CycleProgress($id: ID!, $afterSequence: Int!) {
    cycleProgress(cycle: $id, afterSequence: $afterSequence) {
      sequence
      stage
      state
      message
      at
    }
  }
`);

export function listCycles(api: ApiClient, target: string | null, limit: number): Promise<readonly CycleView[]> {
  return collect(limit, async (page) => (await api.request(cyclesOperation, { ...page, target })).cycles);
}

export async function readCycle(api: ApiClient, id: string, signal?: AbortSignal): Promise<CycleDetail> {
  const { cycle } = await api.request(cycleOperation, { id }, signal);
  if (cycle === null) throw notFound(`There is no cycle "${id}".`, 'hone cycle list shows the cycles and their ids.');
  return { ...cycle, release: cycle.evaluation?.release ?? null };
}

/** Answers the cycle's id. Throws `cycle-already-active`, `target-not-found`. */
export async function startCycle(api: ApiClient, target: string, reason: string): Promise<string> {
  const { startRefreshCycle: answer } = await api.request(startCycleOperation, { target, reason });
  return successOf(answer).id;
}

/** Answers once the wish is recorded; the cycle still has to clean up. */
export async function cancelCycle(api: ApiClient, id: string): Promise<void> {
  const { cancelRefreshCycle: answer } = await api.request(cancelCycleOperation, { id });
  successOf(answer);
}
