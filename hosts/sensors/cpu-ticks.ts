import { known, mapReading, unavailable } from './reading.ts';
import type { SensorRoot } from './reading.ts';
import type { CoreTicks, Reading } from '../../domain/model/environment.ts';

function parseTicks(line: string): readonly [string, CoreTicks] | null {
  const [name = '', ...rest] = line.split(/\s+/);
  if (!/^cpu\d+$/.test(name)) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = rest.map(Number);
  return [name.slice(3), { user: user + nice, system, idle, iowait, irq, softirq, steal }];
}

/** Clock ticks since boot by logical core, `user` with what ran at low priority (nice). */
export async function readCpuTicks(root: SensorRoot): Promise<Reading<Readonly<Record<string, CoreTicks>>>> {
  const text = await root.read('/proc/stat');
  if (!text.available) return text;
  const cores = text.value
    .split('\n')
    .map(parseTicks)
    .filter((core) => core !== null);
  return cores.length === 0 ? unavailable('/proc/stat shows no core') : known(Object.fromEntries(cores), '/proc/stat');
}

/** The load average over one minute. */
export async function readLoadAverage(root: SensorRoot): Promise<Reading> {
  return mapReading(await root.read('/proc/loadavg'), (text) => Number(text.split(' ', 1)[0]));
}
