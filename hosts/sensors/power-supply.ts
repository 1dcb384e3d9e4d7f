import { known, unavailable } from './reading.ts';
import type { SensorRoot } from './reading.ts';
import type { Reading } from '../../domain/model/environment.ts';

const supplies = '/sys/class/power_supply';

/** `mains` or `battery` by what feeds the host now; otherwise what the kernel says of the first supply. */
export async function readPowerSupply(root: SensorRoot): Promise<Reading<string>> {
  const names = await root.list(supplies);
  if (names.length === 0) return unavailable(`${supplies} has no supply, as is usual for servers and virtual machines`);
  let other: Reading<string> = unavailable(`no supply in ${supplies} says what it does`);
  for (const name of names) {
    const [type, online, status] = await Promise.all(['type', 'online', 'status'].map((file) => root.read(`${supplies}/${name}/${file}`)));
    if (type?.available !== true) continue;
    const isMains = type.value === 'Mains' || type.value === 'USB';
    if (isMains && online?.available === true && online.value === '1') return known('mains', `${supplies}/${name}/online`);
    if (type.value !== 'Battery' || status?.available !== true) continue;
    if (status.value === 'Discharging') other = known('battery', `${supplies}/${name}/status`);
    else if (!other.available) other = known(`battery ${status.value.toLowerCase()}`, `${supplies}/${name}/status`);
  }
  return other;
}
