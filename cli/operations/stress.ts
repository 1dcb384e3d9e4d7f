import type { StressOrder, StressProgress, StressResult, StressState, StressWindow } from '../../domain/model/stress.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';
import { environmentSelection, type NamedCountView, type WindowView } from './cycle.ts';
import { type Answer, errorSelection, successOf } from './failure.ts';

export interface StressView extends Pick<StressWindow, 'id' | 'host' | 'startedAt' | 'endedAt' | 'error'> {
  readonly kind: 'stress';
  readonly state: StressState;
  readonly target: { readonly name: string };
  readonly cycle: { readonly id: string };
  readonly build: { readonly id: string; readonly kind: string; readonly elfBuildId: string };
  readonly order: StressOrder;
  readonly progress: StressProgress | null;
}

export interface StressDetail extends StressView {
  readonly result: (Omit<StressResult, 'outcomes'> & { readonly outcomes: readonly NamedCountView[] }) | null;
  /** Nanoseconds, as the API writes them. */
  readonly cpuNanoseconds: string | null;
  readonly environment: WindowView['environment'] | null;
}

const viewSelection = `id: rawId kind state host startedAt endedAt
  target { name } cycle { id: rawId } build { id: rawId kind elfBuildId } order { rate seconds untilSaturation }
  progress { second askedPerSecond answeredPerSecond requests answered waiting p99 }
  error { code message advice details }`;

const latencySelection = 'latency { p50 p90 p99 maximum }';
const detailSelection = `${viewSelection} cpuNanoseconds environment { ${environmentSelection} }
  result {
    recording { requests seconds perSecond sessions withoutSession pausesCut withoutTime }
    askedPerSecond achievedPerSecond seconds requests outcomes { name count } ${latencySelection} end mostInFlight
    saturation { second askedPerSecond achievedPerSecond because sentence }
    endpoints { endpoint requests failed ${latencySelection} }
    steps { askedPerSecond achievedPerSecond seconds requests ${latencySelection} }
    perSecond { second asked answered failed waiting senderLagMilliseconds ${latencySelection} }
  }`;

export interface ReplayVariables {
  readonly target: string;
  readonly rate: string;
  readonly cycle: string | null;
  readonly build: string | null;
  readonly seconds: number | null;
  readonly untilSaturation: boolean;
}

export const replayOperation = operation<ReplayVariables, { readonly replayCorpus: Answer<{ readonly id: string }> }>(/* GraphQL */ `
  mutation ReplayCorpus($target: String!, $rate: String!, $cycle: ID, $build: ID, $seconds: Int, $untilSaturation: Boolean) {
    replayCorpus(target: $target, rate: $rate, cycle: $cycle, build: $build, seconds: $seconds, untilSaturation: $untilSaturation) {
      __typename
      ... on StressWindow { id: rawId }
      ${errorSelection}
    }
  }
`);

export const cancelReplayOperation = operation<
  { readonly id: string },
  { readonly cancelReplay: Answer<{ readonly id: string }> }
>(/* GraphQL */ `
    mutation CancelReplay($id: ID!) {
      cancelReplay(id: $id) { __typename ... on StressWindow { id: rawId } ${errorSelection} }
    }
  `);

export const stressWindowsOperation = operation<
  PageVariables & { readonly target: string | null },
  { readonly stressWindows: Connection<StressView> }
>(/* GraphQL */ `
    query StressWindows($target: String, $first: Int!, $after: String) {
      stressWindows(target: $target, first: $first, after: $after) {
        edges { node { ${viewSelection} } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `);

export const stressWindowOperation = operation<{ readonly id: string }, { readonly stressWindow: StressDetail | null }>(
  /* GraphQL */ `query StressWindow($id: ID!) { stressWindow(id: $id) { ${detailSelection} } }`,
);

export const stressProgressOperation = operation<{ readonly id: string }, { readonly stressProgress: StressView }>(
  /* GraphQL */ `subscription StressProgress($id: ID!) { stressProgress(id: $id) { ${viewSelection} } }`,
);

/** Answers the stress window's id. Throws `target-not-found`, `not-found`, `input-invalid`, `epoch-destroyed`. */
export async function startReplay(api: ApiClient, variables: ReplayVariables): Promise<string> {
  return successOf((await api.request(replayOperation, variables)).replayCorpus).id;
}

/** Answers once the wish is recorded; the window still has to clean up. */
export async function cancelReplay(api: ApiClient, id: string): Promise<void> {
  successOf((await api.request(cancelReplayOperation, { id })).cancelReplay);
}

export function listStress(api: ApiClient, target: string | null, limit: number): Promise<readonly StressView[]> {
  return collect(limit, async (page) => (await api.request(stressWindowsOperation, { ...page, target })).stressWindows);
}

export async function readStress(api: ApiClient, id: string, signal?: AbortSignal): Promise<StressDetail> {
  const { stressWindow } = await api.request(stressWindowOperation, { id }, signal);
  if (stressWindow === null) throw notFound(`There is no stress window "${id}".`, 'hone replay list shows which there are.');
  return stressWindow;
}
