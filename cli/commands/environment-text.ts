import type { ReadingView, WindowView } from '../operations/cycle.ts';
import { percent } from '../output/format.ts';
import { facts, table } from '../output/table.ts';

interface Figure {
  readonly title: string;
  /** One of a kind comes from one sensor: the first says where it is from, or why it is not there. */
  readonly readings: (window: WindowView) => readonly [ReadingView, ...ReadingView[]];
  readonly shown: (...values: readonly number[]) => string;
}

const figures: readonly Figure[] = [
  { title: 'steal', readings: ({ environment }) => [environment.stealShare], shown: (share) => percent(share) },
  { title: 'foreign CPU', readings: ({ environment }) => [environment.foreignCpuShare], shown: (share) => percent(share) },
  { title: 'CPU pressure', readings: ({ environment }) => [environment.cpuPressurePercent], shown: (value) => `${value.toFixed(1)} %` },
  { title: 'load', readings: ({ environment }) => [environment.loadAverage1], shown: (value) => value.toFixed(2) },
  {
    title: 'temperature',
    readings: ({ environment }) => [environment.meanTemperatureCelsius, environment.maximumTemperatureCelsius],
    shown: (mean, maximum) => `${mean.toFixed(1)}, at most ${maximum.toFixed(1)} °C`,
  },
  { title: 'rise', readings: ({ environment }) => [environment.temperatureRiseCelsius], shown: (value) => `${value.toFixed(1)} °C` },
  { title: 'throttled', readings: ({ environment }) => [environment.throttleEvents], shown: (times) => String(times) },
  { title: 'energy', readings: ({ environment }) => [environment.energyJoules], shown: (value) => `${value.toFixed(1)} J` },
  { title: 'clock', readings: ({ environment }) => [environment.meanClockMegahertz], shown: (value) => `${value.toFixed(0)} MHz` },
];

/** What was known of the host in each window, and below it where each figure is from or why there is none. Empty without windows. @param isJudged false for windows that are neither kept nor rejected */
export function environmentText(windows: readonly WindowView[], isJudged = true): string {
  if (windows.length === 0) return '';
  const rows = table(windows, [
    { title: 'WINDOW', value: windowName },
    ...(isJudged ? [{ title: 'KEPT', value: ({ kept }: WindowView) => (kept ? 'yes' : 'no') }] : []),
    ...figures.map((figure) => ({
      title: figure.title.toUpperCase(),
      value: (window: WindowView) => shownValue(figure, window),
      align: 'right' as const,
    })),
  ]);
  return `\n${rows}\n${facts(figures.flatMap((figure) => origins(figure, windows)))}`;
}

function windowName({ index, attempt }: WindowView): string {
  return attempt === 1 ? String(index) : `${String(index)}, attempt ${String(attempt)}`;
}

function shownValue({ readings, shown }: Figure, window: WindowView): string {
  const values = readings(window).map(({ value }) => value);
  return values.every((value) => value !== null) ? shown(...values) : 'unavailable';
}

/** One line where all windows agree, otherwise one for each origin with its windows. */
function origins({ title, readings }: Figure, windows: readonly WindowView[]): readonly (readonly [string, string])[] {
  const byOrigin = Map.groupBy(windows, (window) => origin(readings(window)));
  return [...byOrigin].map(([text, of]) => [
    title,
    byOrigin.size === 1 ? text : `${text} (${of.length === 1 ? 'window' : 'windows'} ${of.map(windowName).join('; ')})`,
  ]);
}

function origin(readings: readonly [ReadingView, ...ReadingView[]]): string {
  const { source, reason } = readings.find(({ value }) => value === null) ?? readings[0];
  return reason === null ? `from ${source ?? 'an unnamed source'}` : `unavailable: ${reason}`;
}
