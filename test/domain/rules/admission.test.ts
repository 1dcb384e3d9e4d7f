import { describe, expect, it } from 'vitest';

import { manifestSchema } from '../../../domain/manifest/schema.ts';
import type { EnvironmentSummary, Reading } from '../../../domain/model/environment.ts';
import { isUnfit, judgeWindow } from '../../../domain/rules/admission.ts';

const admission = manifestSchema.parse({
  target: 'tiny',
  build: { command: 'make', binary: 'tiny' },
  run: { command: ['{binary}'] },
  drive: { kind: 'http' },
}).collection.admission;

const known = (value: number): Reading => ({ available: true, value, source: 'test' });
const none: Reading<never> = { available: false, reason: 'this machine has no such sensor' };

function summary(changes: Partial<EnvironmentSummary> = {}): EnvironmentSummary {
  return {
    seconds: 10,
    meanTemperatureCelsius: none,
    maximumTemperatureCelsius: none,
    temperatureRiseCelsius: none,
    meanClockMegahertz: none,
    throttleEvents: none,
    energyJoules: none,
    cpuPressurePercent: known(5),
    ioPressurePercent: known(0),
    memoryPressurePercent: known(0),
    stealShare: known(0),
    foreignCpuShare: known(0.01),
    loadAverage1: known(1),
    powerSupply: none,
    ...changes,
  };
}

describe('judgeWindow', () => {
  it('keeps a quiet window, and one whose host has no sensors', () => {
    expect(judgeWindow(summary(), admission)).toEqual([]);
    expect(judgeWindow(summary({ cpuPressurePercent: none, stealShare: none, foreignCpuShare: none }), admission)).toEqual([]);
  });

  it.each([
    ['stealShare', 0.2, 'The hypervisor took 20.0 % of the CPU time; at most 10.0 % is allowed.'],
    ['cpuPressurePercent', 75, 'Tasks waited for a CPU for 75.0 % of the window; at most 60.0 % is allowed.'],
    ['foreignCpuShare', 0.5, "Other processes used 50.0 % of the instance's core; at most 35.0 % is allowed."],
    ['throttleEvents', 2, 'The CPU was throttled by heat 2 times; none is allowed.'],
    ['temperatureRiseCelsius', 30, 'The hottest sensor rose by 30.0 °C; at most 25 °C is allowed.'],
  ] as const)('rejects by %s with figure and limit', (field, value, sentence) => {
    expect(judgeWindow(summary({ [field]: known(value) }), admission)).toEqual([sentence]);
  });

  it('allows the limit itself, and throttling where the manifest does', () => {
    expect(judgeWindow(summary({ stealShare: known(0.1), foreignCpuShare: known(0.35) }), admission)).toEqual([]);
    expect(judgeWindow(summary({ throttleEvents: known(9) }), { ...admission, rejectOnThrottle: false })).toEqual([]);
  });

  it('gives every reason', () => {
    expect(judgeWindow(summary({ stealShare: known(1), throttleEvents: known(1) }), admission)).toHaveLength(2);
  });
});

describe('isUnfit', () => {
  it('is true once more than half would be rejected even if all others were kept', () => {
    expect([0, 1, 2, 3, 4].map((rejected) => isUnfit(0, rejected, 3))).toEqual([false, false, false, false, true]);
    expect(isUnfit(3, 3, 3)).toBe(false);
    expect(isUnfit(0, 2, 1)).toBe(true);
  });
});
