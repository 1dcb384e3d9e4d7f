import type { BatchCanaries } from '../../../domain/model/batch-report.ts';
import { canaryKinds } from './values.ts';

/** What became of one canary. */
export interface CanaryNote {
  readonly kind: string;
  /** The place and spelling that it stood in. */
  readonly place: string;
  readonly became: 'exempt' | 'dropped' | 'leaked' | 'replaced';
}

/** Says when a canary is planted, and which, and counts what became of them. */
export interface CanaryBooks {
  /** One of every kind; at the start of a session, before its first request. */
  turnsAtStart(): readonly number[];
  /** Counts a request of production's; every so many of them are followed by a canary. */
  turnAfterRequest(): number | null;
  add(note: CanaryNote): void;
  report(): BatchCanaries;
}

export interface CanaryBooksSettings {
  /** Requests of production's between two canaries. */
  readonly every?: number;
  /** What an earlier gateway process counted. */
  readonly before?: BatchCanaries | undefined;
}

/** One in 1,000: a fraction of the work, and each kind within 24,000 requests, each in each place within half a million. */
const defaultEvery = 1000;
const mostLeaksNamed = 20;

const none: BatchCanaries = { planted: 0, replaced: 0, dropped: 0, leaked: 0, exempt: 0, byKind: {}, leaks: [] };

export function makeCanaryBooks({ every = defaultEvery, before = none }: CanaryBooksSettings = {}): CanaryBooks {
  const counts = { ...before };
  const byKind = new Map(Object.entries(before.byKind));
  const leaks = new Set(before.leaks);
  let requests = 0;
  let turn = before.planted;
  return {
    turnsAtStart: () => canaryKinds.map(() => turn++),
    turnAfterRequest() {
      requests += 1;
      return requests % every === 0 ? turn++ : null;
    },
    add({ kind, place, became }) {
      counts[became] += 1;
      if (became === 'exempt') return;
      counts.planted += 1;
      const known = byKind.get(kind) ?? { planted: 0, leaked: 0 };
      const leaked = became === 'leaked' ? 1 : 0;
      byKind.set(kind, { planted: known.planted + 1, leaked: known.leaked + leaked });
      if (leaked > 0 && leaks.size < mostLeaksNamed) leaks.add(`${kind} in ${place}`);
    },
    report: () => ({ ...counts, byKind: Object.fromEntries(byKind), leaks: [...leaks] }),
  };
}
