import type { ReplayComparison } from '../../domain/model/collection.ts';

export interface AnswerSize {
  readonly status: number;
  readonly bodyBytes: number;
}

/** Puts production's answer and the replay's side by side, by request id; whichever comes first waits for the other. */
export interface Comparison {
  production(id: string, answer: AnswerSize): void;
  replay(id: string, answer: AnswerSize): void;
  /** Of production's answer to a request that was not replayed yet; null when it is not known. */
  statusOf(id: string): number | null;
  /** Calls back after each answer of production's. */
  onProduction(listener: (id: string) => void): void;
  result(): ReplayComparison;
  totals(): ComparisonTotals;
}

/** The sums behind a {@link ReplayComparison}, to go on from. */
export interface ComparisonTotals {
  readonly compared: number;
  readonly sameStatusClass: number;
  readonly similarSize: number;
  readonly productionBytes: number;
  readonly replayBytes: number;
  readonly production: Readonly<Record<string, number>>;
  readonly replay: Readonly<Record<string, number>>;
}

const none: ComparisonTotals = {
  compared: 0,
  sameStatusClass: 0,
  similarSize: 0,
  productionBytes: 0,
  replayBytes: 0,
  production: {},
  replay: {},
};
/** Answers of one side that wait for the other's; the oldest is forgotten. Most of production's are of requests never replayed. */
const maximumWaiting = 20_000;

export function makeComparison(before: ComparisonTotals = none): Comparison {
  const sums = { ...before };
  const classes = { production: new Map(Object.entries(before.production)), replay: new Map(Object.entries(before.replay)) };
  const listeners: ((id: string) => void)[] = [];
  const waiting = { production: new Map<string, AnswerSize>(), replay: new Map<string, AnswerSize>() };

  const tally = (production: AnswerSize, replay: AnswerSize) => {
    const [one, other] = [statusClass(production.status), statusClass(replay.status)];
    sums.compared += 1;
    if (one === other) sums.sameStatusClass += 1;
    if (Math.abs(replay.bodyBytes - production.bodyBytes) <= production.bodyBytes / 10) sums.similarSize += 1;
    sums.productionBytes += production.bodyBytes;
    sums.replayBytes += replay.bodyBytes;
    classes.production.set(one, (classes.production.get(one) ?? 0) + 1);
    classes.replay.set(other, (classes.replay.get(other) ?? 0) + 1);
  };
  const enter = (side: 'production' | 'replay', id: string, answer: AnswerSize) => {
    const otherSide = side === 'production' ? waiting.replay : waiting.production;
    const other = otherSide.get(id);
    if (other === undefined) return remember(waiting[side], id, answer);
    otherSide.delete(id);
    if (side === 'production') tally(answer, other);
    else tally(other, answer);
  };
  const totals = (): ComparisonTotals => ({
    ...sums,
    production: Object.fromEntries(classes.production),
    replay: Object.fromEntries(classes.replay),
  });
  return {
    production(id, answer) {
      enter('production', id, answer);
      for (const listener of listeners) listener(id);
    },
    replay: (id, answer) => enter('replay', id, answer),
    statusOf: (id) => waiting.production.get(id)?.status ?? null,
    onProduction: (listener) => void listeners.push(listener),
    totals,
    result() {
      const { compared, sameStatusClass, similarSize, productionBytes, replayBytes, production, replay } = totals();
      const meanSizeRatio = productionBytes === 0 ? null : replayBytes / productionBytes;
      return {
        compared,
        sameStatusClass,
        production,
        replay,
        meanSizeRatio,
        similarSizeShare: compared === 0 ? null : similarSize / compared,
      };
    },
  };
}

function remember(map: Map<string, AnswerSize>, id: string, answer: AnswerSize): void {
  map.set(id, answer);
  if (map.size <= maximumWaiting) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}

function statusClass(status: number): string {
  return `${Math.floor(status / 100)}xx`;
}
