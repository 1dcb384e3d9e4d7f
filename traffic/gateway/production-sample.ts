import type { ProductionSample } from '../../domain/rules/production-guard.ts';

/** Counts of production's answers by their time; constant memory, however many there are. */
export interface AnswerCounts {
  add(status: number, milliseconds: number): void;
  merge(other: AnswerCounts): void;
  readonly byTime: Uint32Array;
  readonly errors: number;
}

/** Whole milliseconds up to 100, then bins that grow by a twentieth, to more than half an hour. */
const exact = 100;
const growth = 1.05;
const bins = exact + 200;

export function makeAnswerCounts(): AnswerCounts {
  const byTime = new Uint32Array(bins);
  let errors = 0;
  return {
    byTime,
    get errors() {
      return errors;
    },
    add(status, milliseconds) {
      const bin = binOf(milliseconds);
      byTime[bin] = (byTime[bin] ?? 0) + 1;
      if (status >= 500) errors += 1;
    },
    merge(other) {
      for (const [bin, count] of other.byTime.entries()) byTime[bin] = (byTime[bin] ?? 0) + count;
      errors += other.errors;
    },
  };
}

/** What is judged. */
export function sampleOf({ byTime, errors }: AnswerCounts, cpuPressure: number | null): ProductionSample {
  const answers = byTime.reduce((sum, count) => sum + count, 0);
  return {
    answers,
    errors,
    cpuPressure,
    milliseconds(share) {
      let left = Math.ceil(share * answers);
      if (left === 0) return null;
      const bin = byTime.findIndex((count) => (left -= count) <= 0);
      return timeOf(bin);
    },
  };
}

function binOf(milliseconds: number): number {
  if (milliseconds < exact) return Math.max(0, Math.floor(milliseconds));
  return Math.min(bins - 1, exact + Math.floor(Math.log(milliseconds / exact) / Math.log(growth)));
}

function timeOf(bin: number): number {
  return bin < exact ? bin : Math.round(exact * growth ** (bin - exact));
}
