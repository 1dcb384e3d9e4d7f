import { known, mapReading, unavailable } from './reading.ts';
import type { CoreTicks, EnvironmentSample, EnvironmentSummary, Reading } from '../../domain/model/environment.ts';

/** USER_HZ: 100 on every Linux architecture of today. */
const ticksPerSecond = 100;

/** What a summary is made of: the samples in the order of their time, at least two. */
export interface Recording {
  readonly samples: readonly EnvironmentSample[];
  readonly seconds: number;
  /** The instances' cores; null: all cores. */
  readonly cores: readonly number[] | null;
  /** CPU time of the instances in the recording. */
  readonly ownCpuNanoseconds: number;
  /** Joules at which each energy counter starts again. */
  readonly energyRanges: Reading<Readonly<Record<string, number>>>;
}

type Field = { [Key in keyof EnvironmentSample]: EnvironmentSample[Key] extends Reading<infer _> ? Key : never }[keyof EnvironmentSample];
type Value<Key extends Field> = EnvironmentSample[Key] extends Reading<infer Inner> ? Inner : never;

/** Every sample's value of one sensor; unavailable as soon as one sample lacks it. */
function series<Key extends Field>(recording: Recording, key: Key): Reading<readonly Value<Key>[]> {
  const readings = recording.samples.map((sample) => sample[key] as Reading<Value<Key>>);
  const values: Value<Key>[] = [];
  for (const reading of readings) {
    if (!reading.available) return reading;
    values.push(reading.value);
  }
  const [first] = readings;
  return known(values, first?.available === true ? first.source : '');
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const growth = (values: readonly number[]): number => (values.at(-1) ?? 0) - (values[0] ?? 0);

function ticksOf(all: Readonly<Record<string, CoreTicks>>, cores: readonly number[] | null): CoreTicks {
  const wanted = cores === null ? Object.values(all) : cores.map((core) => all[String(core)]).filter((ticks) => ticks !== undefined);
  const sum = (key: keyof CoreTicks): number => wanted.reduce((total, ticks) => total + ticks[key], 0);
  const keys = ['user', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
  return Object.fromEntries(keys.map((key) => [key, sum(key)])) as unknown as CoreTicks;
}

function ticksDelta(recording: Recording): Reading<{ readonly busy: number; readonly steal: number; readonly total: number }> {
  const cores = series(recording, 'cpuTicks');
  if (!cores.available) return cores;
  const before = ticksOf(cores.value[0] ?? {}, recording.cores);
  const after = ticksOf(cores.value.at(-1) ?? {}, recording.cores);
  const delta = (key: keyof CoreTicks): number => Math.max(0, after[key] - before[key]);
  const busy = delta('user') + delta('system') + delta('irq') + delta('softirq');
  const total = busy + delta('idle') + delta('iowait') + delta('steal');
  if (total === 0) return unavailable('the window was shorter than a clock tick');
  return known({ busy, steal: delta('steal'), total }, cores.source);
}

/** Joules of the packages; each step of a counter that falls has wrapped around. `psys` holds the packages: it is left out beside them. */
function energy(recording: Recording): Reading {
  const steps = series(recording, 'energyJoules');
  if (!steps.available) return steps;
  const names = Object.keys(steps.value[0] ?? {}).filter((name) => !name.includes('/'));
  const packages = names.filter((name) => name.startsWith('package'));
  let sum = 0;
  for (const name of packages.length > 0 ? packages : names) {
    for (let index = 1; index < steps.value.length; index += 1) {
      const step = (steps.value[index]?.[name] ?? 0) - (steps.value[index - 1]?.[name] ?? 0);
      const range = recording.energyRanges.available ? recording.energyRanges.value[name] : undefined;
      if (step < 0 && range === undefined) return unavailable(`the counter of ${name} wrapped around at an unknown value`);
      sum += step < 0 ? step + (range as number) : step;
    }
  }
  return known(sum, steps.source);
}

/** A temperature is that of the hottest sensor of a sample; the rise is from the first sample to the hottest of the window. */
function temperatures(
  recording: Recording,
): Pick<EnvironmentSummary, 'meanTemperatureCelsius' | 'maximumTemperatureCelsius' | 'temperatureRiseCelsius'> {
  const hottest = mapReading(series(recording, 'temperaturesCelsius'), (all) => all.map((sensors) => Math.max(...Object.values(sensors))));
  return {
    meanTemperatureCelsius: mapReading(hottest, mean),
    maximumTemperatureCelsius: mapReading(hottest, (values) => Math.max(...values)),
    temperatureRiseCelsius: mapReading(hottest, (values) => Math.max(...values) - (values[0] ?? 0)),
  };
}

function clock(recording: Recording): Reading {
  return mapReading(series(recording, 'clocksMegahertz'), (all) => mean(all.map((clocks) => mean(clocksOf(clocks, recording.cores)))));
}

/** Of the instances' cores; of all where those show none. */
function clocksOf(clocks: Readonly<Record<string, number>>, cores: readonly number[] | null): readonly number[] {
  const own = (cores ?? []).flatMap((core) => clocks[String(core)] ?? []);
  return own.length > 0 ? own : Object.values(clocks);
}

function foreignCpu(recording: Recording): Reading {
  const own = recording.ownCpuNanoseconds / 1e9;
  return mapReading(ticksDelta(recording), ({ busy, total }) => {
    return Math.min(1, Math.max(0, (busy - own * ticksPerSecond) / total));
  });
}

/** "some" stall time of a resource as per cent of the window. */
function pressure(recording: Recording, resource: 'cpu' | 'io' | 'memory'): Reading {
  return mapReading(series(recording, 'pressureMicroseconds'), (all) => {
    const microseconds = growth(all.map((totals) => totals[resource]));
    return Math.min(100, microseconds / (recording.seconds * 1e4));
  });
}

/** 2: the host runs on its battery, which may lower its clocks. 1: a battery is all that is seen, and it does not discharge. 0: mains. */
function burden(supply: string): number {
  return supply === 'battery' ? 2 : Number(supply.startsWith('battery'));
}

/** The worst supply with its own source. A sample on battery counts, also beside one that lacks the value. */
function powerSupply({ samples }: Recording): Reading<string> {
  const readings = samples.map((sample) => sample.powerSupply);
  const lacking = readings.find((reading) => !reading.available);
  const present = readings.filter((reading) => reading.available);
  const [worst] = present.toSorted((left, right) => burden(right.value) - burden(left.value));
  if (worst !== undefined && (lacking === undefined || burden(worst.value) === 2)) return worst;
  return lacking ?? unavailable('the window has no sample');
}

/** The figures over a whole recording, first sample to last. Steal and foreign CPU time are those of the instances' cores. */
export function summarise(recording: Recording): EnvironmentSummary {
  return {
    seconds: recording.seconds,
    ...temperatures(recording),
    meanClockMegahertz: clock(recording),
    throttleEvents: mapReading(series(recording, 'throttleEvents'), growth),
    energyJoules: energy(recording),
    cpuPressurePercent: pressure(recording, 'cpu'),
    ioPressurePercent: pressure(recording, 'io'),
    memoryPressurePercent: pressure(recording, 'memory'),
    stealShare: mapReading(ticksDelta(recording), ({ steal, total }) => steal / total),
    foreignCpuShare: foreignCpu(recording),
    loadAverage1: mapReading(series(recording, 'loadAverage1'), (values) => values.at(-1) ?? 0),
    powerSupply: powerSupply(recording),
  };
}
