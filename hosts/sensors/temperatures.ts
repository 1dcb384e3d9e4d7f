import { known, readNumber, unavailable } from './reading.ts';
import type { SensorRoot } from './reading.ts';
import type { Reading } from '../../domain/model/environment.ts';

const thermal = '/sys/class/thermal';
const hwmon = '/sys/class/hwmon';
/** Drivers show values outside of this for sensors that are not connected. */
const plausible = { lowest: -50, highest: 150 };

async function readCelsius(root: SensorRoot, path: string): Promise<number | null> {
  const milli = await readNumber(root, path);
  if (!milli.available) return null;
  const celsius = milli.value / 1000;
  return celsius > plausible.lowest && celsius < plausible.highest ? celsius : null;
}

async function thermalZones(root: SensorRoot): Promise<readonly [string, number][]> {
  const found: [string, number][] = [];
  for (const zone of (await root.list(thermal)).filter((name) => name.startsWith('thermal_zone'))) {
    const celsius = await readCelsius(root, `${thermal}/${zone}/temp`);
    const type = await root.read(`${thermal}/${zone}/type`);
    if (celsius !== null) found.push([type.available ? `${zone} ${type.value}` : zone, celsius]);
  }
  return found;
}

async function hwmonSensors(root: SensorRoot): Promise<readonly [string, number][]> {
  const found: [string, number][] = [];
  for (const device of await root.list(hwmon)) {
    const driver = await root.read(`${hwmon}/${device}/name`);
    for (const input of (await root.list(`${hwmon}/${device}`)).filter((name) => /^temp\d+_input$/.test(name))) {
      const celsius = await readCelsius(root, `${hwmon}/${device}/${input}`);
      const label = await root.read(`${hwmon}/${device}/${input.replace('_input', '_label')}`);
      const name = `${driver.available ? driver.value : device} ${label.available ? label.value : input.replace('_input', '')}`;
      if (celsius !== null) found.push([name, celsius]);
    }
  }
  return found;
}

/** Degrees Celsius by sensor: `thermal_zone0 x86_pkg_temp`, `k10temp Tctl`. */
export async function readTemperatures(root: SensorRoot): Promise<Reading<Readonly<Record<string, number>>>> {
  const [zones, sensors] = [await thermalZones(root), await hwmonSensors(root)];
  const sources = [...(zones.length > 0 ? [thermal] : []), ...(sensors.length > 0 ? [hwmon] : [])];
  if (sources.length === 0) return unavailable(`neither ${thermal} nor ${hwmon} has a temperature sensor`);
  return known(Object.fromEntries([...zones, ...sensors]), sources.join(', '));
}
