import { HoneError } from '../errors.ts';
import type { StressOrder } from '../model/stress.ts';

/** A rate as it is meant: so many times the recorded one, or so many requests a second. */
export type StressRate = { readonly times: number } | { readonly perSecond: number };

/** Beyond these nothing sensible is meant: a thousand times production, more than one sender can send. */
const mostTimes = 1000;
const mostPerSecond = 100_000;
/** A stress window is bounded, whatever is asked for. */
export const longestStressSeconds = 900;
export const mostStressRequests = 2_000_000;

/** Reads `3x`, `0.5x`, `3` (times the recorded rate) or `50/s`. Throws `input-invalid`. */
export function parseStressRate(text: string): StressRate {
  const [, number = '', unit = 'x'] = /^(\d+(?:\.\d+)?)(x|\/s)?$/.exec(text.trim()) ?? [];
  const value = Number(number);
  const most = unit === 'x' ? mostTimes : mostPerSecond;
  if (number !== '' && value > 0 && value <= most) return unit === 'x' ? { times: value } : { perSecond: value };
  throw new HoneError(
    'input-invalid',
    `"${text.slice(0, 40)}" is no rate.`,
    `Give a number above 0: 3x for three times the rate at which the corpus was recorded (${mostTimes}x at most), or 50/s for so many requests a second (${mostPerSecond}/s at most).`,
  );
}

/** Throws `input-invalid` for an order that no window can be run by. */
export function confirmStressOrder({ rate, seconds }: StressOrder): void {
  parseStressRate(rate);
  if (seconds === null || (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestStressSeconds)) return;
  throw new HoneError(
    'input-invalid',
    `A stress window of ${seconds} s was asked for.`,
    `Give a whole number of seconds from 1 to ${longestStressSeconds}, or none to replay the corpus once.`,
  );
}
