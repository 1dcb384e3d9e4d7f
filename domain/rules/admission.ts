import type { Manifest } from '../manifest/schema.ts';
import type { EnvironmentSummary, Reading } from '../model/environment.ts';

type AdmissionPolicy = Manifest['collection']['admission'];

/** Why a window is rejected: one sentence with figure and limit per rule that it breaks; empty for a window to keep. What a host cannot read is not held against it. */
export function judgeWindow(summary: EnvironmentSummary, policy: AdmissionPolicy): readonly string[] {
  return [
    over(summary.stealShare, policy.maximumStealShare, (value, limit) => `steal was ${percent(value)}, the limit is ${percent(limit)}`),
    over(
      summary.cpuPressurePercent,
      policy.maximumCpuPressure,
      (value, limit) => `CPU pressure was ${value.toFixed(1)} %, the limit is ${limit} %`,
    ),
    over(
      summary.foreignCpuShare,
      policy.maximumForeignCpuShare,
      (value, limit) => `other processes took ${percent(value)} of the instance's core, the limit is ${percent(limit)}`,
    ),
    policy.rejectOnThrottle ? over(summary.throttleEvents, 0, (value) => `the host throttled ${value} times`) : null,
    over(
      summary.temperatureRiseCelsius,
      policy.maximumTemperatureRiseCelsius,
      (value, limit) => `the temperature rose by ${value.toFixed(1)} °C, the limit is ${limit} °C`,
    ),
  ].filter((sentence) => sentence !== null);
}

/** True when more than half of the windows wanted, or of those taken so far (from two on), are rejected: the rest would be a choice, not a sample. */
export function isUnfit(kept: number, rejected: number, wanted: number): boolean {
  return rejected > wanted / 2 && rejected > kept;
}

function over(reading: Reading, limit: number, sentence: (value: number, limit: number) => string): string | null {
  return reading.available && reading.value > limit ? sentence(reading.value, limit) : null;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
