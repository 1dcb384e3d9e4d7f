import { readClocks } from './clocks.ts';
import { readCpuTicks, readLoadAverage } from './cpu-ticks.ts';
import { readEnergy } from './energy.ts';
import { readPowerSupply } from './power-supply.ts';
import { readPressure } from './pressure.ts';
import type { SensorRoot } from './reading.ts';
import { readTemperatures } from './temperatures.ts';
import { readThrottleEvents } from './throttle.ts';
import type { EnvironmentSample } from '../../domain/model/environment.ts';

/** One look at every sensor of the host. */
export async function takeSample(root: SensorRoot): Promise<EnvironmentSample> {
  // Ticks first and last would differ by the readings' own cost: they stand next to the time stamp.
  const [at, cpuTicks] = [new Date().toISOString(), await readCpuTicks(root)];
  return {
    at,
    cpuTicks,
    temperaturesCelsius: await readTemperatures(root),
    clocksMegahertz: await readClocks(root),
    throttleEvents: await readThrottleEvents(root),
    energyJoules: await readEnergy(root),
    powerSupply: await readPowerSupply(root),
    pressureMicroseconds: await readPressure(root),
    loadAverage1: await readLoadAverage(root),
  };
}
