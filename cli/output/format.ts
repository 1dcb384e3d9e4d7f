import { grouped, perCent } from '../../domain/rules/figures.ts';

export { grouped as count };

/** Bytes in the largest unit that leaves at least 1: `399.2 KiB`. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${String(bytes)} B` : `${value.toFixed(1)} ${units[unit]!}`;
}

/** 0.982 → `98.2 %`; `-` for what is not known. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '-' : perCent(share);
}

/** `1.183 [1.160, 1.207]`; `1.183 [not bounded]` while too few were measured; `-` before there is one. */
export function interval(
  value: { readonly ratio: number; readonly low: number | null; readonly high: number | null } | null | undefined,
): string {
  if (value === null || value === undefined) return '-';
  if (value.low === null || value.high === null) return `${value.ratio.toFixed(3)} [not bounded]`;
  return `${value.ratio.toFixed(3)} [${value.low.toFixed(3)}, ${value.high.toFixed(3)}]`;
}

/** `2026-11-21 10:44:54Z`. */
export function time(iso: string | null | undefined): string {
  if (iso === null || iso === undefined) return '-';
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? iso
    : date
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z');
}

/** The time from one moment to another: `3 min 12 s`. */
export function duration(fromIso: string, toIso: string | null): string {
  if (toIso === null) return '-';
  const seconds = Math.max(0, (Date.parse(toIso) - Date.parse(fromIso)) / 1000);
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${String(minutes)} min ${String(Math.floor(seconds % 60))} s`
    : `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

/** The first twelve characters of a digest or build ID. */
export function short(digest: string | null | undefined): string {
  return digest === null || digest === undefined ? '-' : digest.slice(0, 12);
}

const day = 24 * 3600;

/** The time from a moment to now, in its largest unit from a minute upwards: `3 days`. */
export function age(iso: string, nowMilliseconds = Date.now()): string {
  const seconds = (nowMilliseconds - Date.parse(iso)) / 1000;
  if (seconds < 60) return 'less than a minute';
  const [unit, of] = seconds < 3600 ? ['minute', 60] : seconds < day ? ['hour', 3600] : (['day', day] as const);
  const value = Math.floor(seconds / of);
  return `${String(value)} ${unit}${value === 1 ? '' : 's'}`;
}
