import type { ReadingView, WindowView } from '../operations/cycle.ts';
import { percent } from '../output/format.ts';
import { facts, table } from '../output/table.ts';

type Readings<Value> = readonly [ReadingView<Value>, ...ReadingView<Value>[]];

interface Figure {
  readonly title: string;
  /** One of a kind comes from one sensor: the first says where it is from, or why it is not there. */
  readonly readings: (window: WindowView) => Readings<unknown>;
  /** Null when a reading has no value. */
  readonly shown: (window: WindowView) => string | null;
}

type Environment = WindowView['environment'];

function figure<Value>(
  title: string,
  readings: (environment: Environment) => Readings<Value>,
  shown: (...values: readonly Value[]) => string,
): Figure {
  return {
    title,
    readings: ({ environment }) => readings(environment),
    shown: ({ environment }) => {
      const values = readings(environment).map(({ value }) => value);
      return values.every((value) => value !== null) ? shown(...values) : null;
    },
  };
}

/** A figure of one number. */
function number(title: string, name: Exclude<keyof Environment, 'powerSupply'>, shown: (value: number) => string): Figure {
  return figure(title, (of) => [of[name]], shown);
}

const perCentOfTime = (value: number): string => `${value.toFixed(1)} %`;

const figures: readonly Figure[] = [
  number('steal', 'stealShare', (share) => percent(share)),
  number('foreign CPU', 'foreignCpuShare', (share) => percent(share)),
  number('CPU pressure', 'cpuPressurePercent', perCentOfTime),
  number('I/O pressure', 'ioPressurePercent', perCentOfTime),
  number('memory pressure', 'memoryPressurePercent', perCentOfTime),
  number('load', 'loadAverage1', (value) => value.toFixed(2)),
  figure(
    'temperature',
    (of) => [of.meanTemperatureCelsius, of.maximumTemperatureCelsius],
    (mean, maximum) => `${mean.toFixed(1)}, at most ${maximum.toFixed(1)} °C`,
  ),
  number('rise', 'temperatureRiseCelsius', (value) => `${value.toFixed(1)} °C`),
  number('throttled', 'throttleEvents', String),
  number('energy', 'energyJoules', (value) => `${value.toFixed(1)} J`),
  number('clock', 'meanClockMegahertz', (value) => `${value.toFixed(0)} MHz`),
  figure('power', (of) => [of.powerSupply], String),
];

/** What was known of the host, a window a column, and below it where each figure is from or why there is none. Empty without windows. @param isJudged false for windows that are neither kept nor rejected */
export function environmentText(windows: readonly WindowView[], isJudged = true): string {
  if (windows.length === 0) return '';
  const kept: Pick<Figure, 'title' | 'shown'> = { title: 'kept', shown: (window) => (window.kept ? 'yes' : 'no') };
  const rows = table(isJudged ? [kept, ...figures] : figures, [
    { title: 'WINDOW', value: ({ title }) => title },
    ...windows.map((window) => ({
      title: windowName(window),
      value: ({ shown }: Pick<Figure, 'shown'>) => shown(window) ?? 'unavailable',
      align: 'right' as const,
    })),
  ]);
  return `\n${rows}\n${facts(figures.flatMap((one) => origins(one, windows)))}`;
}

function windowName({ index, attempt }: WindowView): string {
  return attempt === 1 ? String(index) : `${String(index)}, attempt ${String(attempt)}`;
}

/** One line where all windows agree, otherwise one for each origin with its windows. */
function origins({ title, readings }: Figure, windows: readonly WindowView[]): readonly (readonly [string, string])[] {
  const byOrigin = Map.groupBy(windows, (window) => origin(readings(window)));
  return [...byOrigin].map(([text, of]) => [
    title,
    byOrigin.size === 1 ? text : `${text} (${of.length === 1 ? 'window' : 'windows'} ${of.map(windowName).join('; ')})`,
  ]);
}

function origin(readings: Readings<unknown>): string {
  const { source, reason } = readings.find(({ value }) => value === null) ?? readings[0];
  return reason === null ? `from ${source ?? 'an unnamed source'}` : `unavailable: ${reason}`;
}
