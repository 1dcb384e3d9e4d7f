import { known, readNumber, unavailable } from './reading.ts';
import type { SensorRoot } from './reading.ts';
import type { Reading } from '../../domain/model/environment.ts';

const powercap = '/sys/class/powercap';
const joulesPerMicrojoule = 1e-6;

interface EnergyDomain {
  readonly folder: string;
  /** `package-0`, or `package-0/core` for a part of it. */
  readonly name: string;
}

async function listDomains(root: SensorRoot): Promise<readonly EnergyDomain[]> {
  const zones = (await root.list(powercap)).filter((name) => /^intel-rapl(-mmio)?:\d+(:\d+)?$/.test(name));
  const names = new Map<string, string>();
  for (const zone of zones) {
    const name = await root.read(`${powercap}/${zone}/name`);
    names.set(zone, name.available ? name.value : zone);
  }
  // The MMIO interface shows the same packages a second time.
  const first = zones.some((zone) => zone.startsWith('intel-rapl:')) ? zones.filter((zone) => zone.startsWith('intel-rapl:')) : zones;
  return first.map((zone) => {
    const parent = /^(.+:\d+):\d+$/.exec(zone)?.[1];
    const own = names.get(zone) ?? zone;
    return { folder: `${powercap}/${zone}`, name: parent === undefined ? own : `${names.get(parent) ?? parent}/${own}` };
  });
}

async function readDomains(root: SensorRoot, file: string): Promise<Reading<Readonly<Record<string, number>>>> {
  const domains = await listDomains(root);
  if (domains.length === 0) return unavailable(`${powercap} has no intel-rapl domain`);
  const found: Record<string, number> = {};
  let reason = '';
  for (const { folder, name } of domains) {
    const microjoules = await readNumber(root, `${folder}/${file}`);
    if (microjoules.available) found[name] = microjoules.value * joulesPerMicrojoule;
    else reason = microjoules.reason;
  }
  return Object.keys(found).length === 0 ? unavailable(reason) : known(found, `${powercap}/*/${file}`);
}

/** Joules by powercap domain. The counter wraps around at {@link readEnergyRanges}; the summary undoes that. */
export function readEnergy(root: SensorRoot): Promise<Reading<Readonly<Record<string, number>>>> {
  return readDomains(root, 'energy_uj');
}

/** The joules at which each domain's counter starts again. */
export function readEnergyRanges(root: SensorRoot): Promise<Reading<Readonly<Record<string, number>>>> {
  return readDomains(root, 'max_energy_range_uj');
}
