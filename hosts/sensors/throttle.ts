import { listCores } from './cores.ts';
import { known, readNumber, unavailable } from './reading.ts';
import type { SensorRoot } from './reading.ts';
import type { Reading } from '../../domain/model/environment.ts';

const cpus = '/sys/devices/system/cpu';

/** Thermal throttle events since boot: every core's own, and each package's once (all its cores show the same number). */
export async function readThrottleEvents(root: SensorRoot): Promise<Reading> {
  const packages = new Map<string, number>();
  let [cores, sum] = [0, 0];
  for (const name of await listCores(root)) {
    const folder = `${cpus}/${name}/thermal_throttle`;
    const own = await readNumber(root, `${folder}/core_throttle_count`);
    const shared = await readNumber(root, `${folder}/package_throttle_count`);
    const id = await root.read(`${cpus}/${name}/topology/physical_package_id`);
    const key = id.available ? id.value : '0';
    if (own.available) [cores, sum] = [cores + 1, sum + own.value];
    if (shared.available) packages.set(key, Math.max(packages.get(key) ?? 0, shared.value));
  }
  if (cores === 0 && packages.size === 0)
    return unavailable(`${cpus}/cpu*/thermal_throttle is not there (it needs an Intel CPU's own kernel)`);
  return known(sum + [...packages.values()].reduce((total, count) => total + count, 0), `${cpus}/cpu*/thermal_throttle`);
}
