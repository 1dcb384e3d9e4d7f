import { perCent } from './figures.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { EnvironmentSummary, Reading } from '../model/environment.ts';

type Admission = Manifest['collection']['admission'];

/** A figure that the host does not give rejects nothing: the record says why it is missing. */
function above(reading: Reading, limit: number): reading is Extract<Reading, { available: true }> {
  return reading.available && reading.value > limit;
}

/**
 * Why a window must not be used, one sentence with figure and limit each; empty for a window that is kept. A limit itself
 * is still allowed.
 */
export function judgeWindow(summary: EnvironmentSummary, admission: Admission): string[] {
  const rejections: string[] = [];
  const { stealShare, cpuPressurePercent, foreignCpuShare, throttleEvents, temperatureRiseCelsius } = summary;
  if (above(stealShare, admission.maximumStealShare)) {
    rejections.push(
      `The hypervisor took ${perCent(stealShare.value)} of the CPU time; at most ${perCent(admission.maximumStealShare)} is allowed.`,
    );
  }
  if (above(cpuPressurePercent, admission.maximumCpuPressure)) {
    const [figure, limit] = [cpuPressurePercent.value / 100, admission.maximumCpuPressure / 100];
    rejections.push(`Tasks waited for a CPU for ${perCent(figure)} of the window; at most ${perCent(limit)} is allowed.`);
  }
  if (above(foreignCpuShare, admission.maximumForeignCpuShare)) {
    const [figure, limit] = [perCent(foreignCpuShare.value), perCent(admission.maximumForeignCpuShare)];
    rejections.push(`Other processes used ${figure} of the instance's core; at most ${limit} is allowed.`);
  }
  if (admission.rejectOnThrottle && above(throttleEvents, 0)) {
    rejections.push(`The CPU was throttled by heat ${throttleEvents.value} times; none is allowed.`);
  }
  if (above(temperatureRiseCelsius, admission.maximumTemperatureRiseCelsius)) {
    const [figure, limit] = [temperatureRiseCelsius.value.toFixed(1), admission.maximumTemperatureRiseCelsius];
    rejections.push(`The hottest sensor rose by ${figure} °C; at most ${limit} °C is allowed.`);
  }
  return rejections;
}

/**
 * True as soon as more than half of the windows are, or would be, rejected: even if every window still wanted were kept,
 * the rejected ones would outnumber them. What is left would be the calm moments of a busy host: the cycle is inconclusive.
 */
export function isUnfit(kept: number, rejected: number, windowsWanted: number): boolean {
  return rejected > Math.max(kept, windowsWanted);
}
