import { known, unavailable } from './reading.ts';
import type { SensorRoot } from './reading.ts';
import type { EnvironmentSample, Reading } from '../../domain/model/environment.ts';

async function someTotal(root: SensorRoot, resource: string): Promise<Reading> {
  const path = `/proc/pressure/${resource}`;
  const text = await root.read(path);
  if (!text.available) return unavailable(`${text.reason} (kernel without PSI, or psi=0)`);
  const total = /^some .*total=(\d+)/m.exec(text.value)?.[1];
  return total === undefined ? unavailable(`${path} has no "some" line`) : known(Number(total), path);
}

/** "some" stall totals in microseconds since boot. */
export async function readPressure(root: SensorRoot): Promise<EnvironmentSample['pressureMicroseconds']> {
  const [cpu, io, memory] = [await someTotal(root, 'cpu'), await someTotal(root, 'io'), await someTotal(root, 'memory')];
  if (!cpu.available) return cpu;
  if (!io.available) return io;
  if (!memory.available) return memory;
  return known({ cpu: cpu.value, io: io.value, memory: memory.value }, '/proc/pressure');
}
