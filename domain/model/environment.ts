/** A value that a host may not have: read from `source`, or unavailable for a reason; never invented. */
export type Reading<T = number> =
  { readonly available: true; readonly value: T; readonly source: string } | { readonly available: false; readonly reason: string };

/** What does not change while a host runs. */
export interface HostFacts {
  readonly hostName: string;
  readonly cpuModel: Reading<string>;
  readonly microcode: Reading<string>;
  readonly kernel: Reading<string>;
  readonly governor: Reading<string>;
  readonly logicalCores: number;
  readonly memoryBytes: Reading;
  readonly virtualised: Reading<string>;
}

/** One look at every sensor of a host. Counters grow for ever; rates come from two samples. */
export interface EnvironmentSample {
  /** ISO 8601 with milliseconds. */
  readonly at: string;
  /** Degrees Celsius by thermal zone or hwmon label. */
  readonly temperaturesCelsius: Reading<Readonly<Record<string, number>>>;
  /** Current clock by logical core, MHz. */
  readonly clocksMegahertz: Reading<Readonly<Record<string, number>>>;
  /** Thermal throttle events since boot, all cores. */
  readonly throttleEvents: Reading;
  /** Energy since boot in joules, by powercap domain, wrap-around not yet undone. */
  readonly energyJoules: Reading<Readonly<Record<string, number>>>;
  /** `mains`, `battery` or what the kernel says. */
  readonly powerSupply: Reading<string>;
  /** "some" total of /proc/pressure/{cpu,io,memory} in microseconds since boot. */
  readonly pressureMicroseconds: Reading<{ readonly cpu: number; readonly io: number; readonly memory: number }>;
  /** By logical core, in clock ticks since boot, from /proc/stat. */
  readonly cpuTicks: Reading<Readonly<Record<string, CoreTicks>>>;
  readonly loadAverage1: Reading;
}

export interface CoreTicks {
  readonly user: number;
  readonly system: number;
  readonly idle: number;
  readonly iowait: number;
  readonly irq: number;
  readonly softirq: number;
  readonly steal: number;
}

/** What was known of the host around one window. */
export interface EnvironmentRecord {
  readonly facts: HostFacts;
  readonly before: EnvironmentSample;
  /** Every second of the window. */
  readonly during: readonly EnvironmentSample[];
  readonly after: EnvironmentSample;
  readonly summary: EnvironmentSummary;
}

/** The figures that the admission rule judges, and those that stand beside them, each over the whole window. */
export interface EnvironmentSummary {
  readonly seconds: number;
  readonly meanTemperatureCelsius: Reading;
  readonly maximumTemperatureCelsius: Reading;
  readonly temperatureRiseCelsius: Reading;
  readonly meanClockMegahertz: Reading;
  readonly throttleEvents: Reading;
  readonly energyJoules: Reading;
  /** Share of wall time in which some task waited for a CPU, per cent. */
  readonly cpuPressurePercent: Reading;
  /** The same of tasks that waited for I/O, and of tasks that waited for memory. */
  readonly ioPressurePercent: Reading;
  readonly memoryPressurePercent: Reading;
  readonly stealShare: Reading;
  /** Busy share of the instance's core that was not the instance's own, 0..1. */
  readonly foreignCpuShare: Reading;
  readonly loadAverage1: Reading;
  /** The worst of the window, as of a sample: `battery` when any sample was on it. */
  readonly powerSupply: Reading<string>;
}
