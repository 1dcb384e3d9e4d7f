import type { Saturation, StressSecond } from '../model/stress.ts';

/**
 * By Little's law (L = λW, 1961) so many waiting requests as are asked for in a second mean that a request takes a second in the mean; where
 * that lasts, the queue grows faster than it is worked off.
 */
const queueSeconds = 1;
/** Seconds in a row: one may be a pause of the machine. */
const lastingSeconds = 2;
/** The knee of the latency: the median so many times that of the calmest second, and at least so many milliseconds. Hone's own choice. */
const kneeFactor = 10;
const kneeMilliseconds = 50;
/** Hone's own choice: a service that refuses a tenth of what it is asked sheds load. */
const failedShare = 0.1;
/** Fewer say nothing. */
const fewest = 20;
/** A sender that is later than this measures itself. */
const mostSenderLagMilliseconds = 100;

/** Judges the last of the seconds so far; null while the service follows. */
export function saturationOf(seconds: readonly StressSecond[], askedPerSecond: number): Saturation | null {
  const lasting = seconds.slice(-lastingSeconds);
  const last = lasting.at(-1);
  if (last === undefined || lasting.length < lastingSeconds) return null;
  const calmest = Math.min(...seconds.flatMap(({ latency }) => (latency === null ? [] : [latency.p50])));
  const achievedPerSecond = mean(lasting.map(({ answered }) => answered));
  const found = (because: Saturation['because'], sentence: string): Saturation => ({
    second: last.second,
    askedPerSecond,
    achievedPerSecond,
    because,
    sentence,
  });
  if (lasting.every(({ senderLagMilliseconds }) => senderLagMilliseconds > mostSenderLagMilliseconds)) {
    return found('sender', `the sender itself was ${last.senderLagMilliseconds.toFixed(0)} ms late: what the service can do is not known`);
  }
  if (lasting.every(({ waiting, asked }) => waiting >= fewest && waiting > Math.max(asked, askedPerSecond) * queueSeconds)) {
    return found('queue', `${last.waiting} requests waited, more than are asked for in a second`);
  }
  if (lasting.every(({ failed, answered }) => answered >= fewest && failed > answered * failedShare)) {
    return found('failures', `${last.failed} of ${last.answered} answers of a second failed`);
  }
  if (lasting.every(({ latency, answered }) => isKnee(latency?.p50 ?? 0, calmest) && answered >= fewest)) {
    return found(
      'latency',
      `the median latency was ${last.latency?.p50.toFixed(0)} ms, and ${calmest.toFixed(1)} ms in the calmest second`,
    );
  }
  return null;
}

function isKnee(median: number, calmest: number): boolean {
  return median >= kneeMilliseconds && median > calmest * kneeFactor;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
