/** A time as a capture writes it. */
export interface CaptureTime {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** True for one of whole seconds. */
  readonly isCoarse: boolean;
}

/** Of a time since 1970 that is a number: below the bound it is seconds, milliseconds, microseconds; else nanoseconds. In seconds the first is the year 5138. */
const units = [
  { below: 1e11, inMilliseconds: 1e3 },
  { below: 1e14, inMilliseconds: 1 },
  { below: 1e17, inMilliseconds: 1e-3 },
] as const;

/** nginx's $time_local, "Common Log Format": 21/Nov/2026:10:00:00 +0100 */
const local = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})$/;
/** ISO 8601 with date, time and zone: what has no zone is read differently by every machine. */
const iso = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/** Reads a number since 1970 in the unit that its size says, ISO 8601 with a zone, or `$time_local`. Null for anything else. */
export function readTime(text: string): CaptureTime | null {
  const isCoarse = !/[.,]\d/.test(text);
  if (/^\d{1,19}(?:\.\d+)?$/.test(text)) {
    const value = Number(text);
    const unit = units.find(({ below }) => value < below)?.inMilliseconds ?? 1e-6;
    return value > 0 ? { at: value * unit, isCoarse: isCoarse && unit === 1e3 } : null;
  }
  const [, day, month, year, time, zone] = local.exec(text) ?? [];
  const at = Date.parse(day === undefined ? (iso.test(text) ? text.replace(',', '.') : '') : `${day} ${month} ${year} ${time} ${zone}`);
  return Number.isNaN(at) ? null : { at, isCoarse };
}
