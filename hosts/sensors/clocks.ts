import { isVirtual, listCores } from './cores.ts';
import { known, readNumber, unavailable } from './reading.ts';
import type { SensorRoot } from './reading.ts';
import type { Reading } from '../../domain/model/environment.ts';

const cpus = '/sys/devices/system/cpu';

async function fromCpufreq(root: SensorRoot): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (const name of await listCores(root)) {
    const kilohertz = await readNumber(root, `${cpus}/${name}/cpufreq/scaling_cur_freq`);
    if (kilohertz.available) found[name.slice(3)] = kilohertz.value / 1000;
  }
  return found;
}

function fromCpuinfo(text: string): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const block of text.split('\n\n')) {
    const core = /^processor\s*:\s*(\d+)/m.exec(block)?.[1];
    const megahertz = /^cpu MHz\s*:\s*([\d.]+)/m.exec(block)?.[1];
    if (core !== undefined && megahertz !== undefined) found[core] = Number(megahertz);
  }
  return found;
}

/** MHz by logical core. A virtual machine's /proc/cpuinfo shows a nominal clock for ever: that is no reading. */
export async function readClocks(root: SensorRoot): Promise<Reading<Readonly<Record<string, number>>>> {
  const cpufreq = await fromCpufreq(root);
  if (Object.keys(cpufreq).length > 0) return known(cpufreq, `${cpus}/cpu*/cpufreq/scaling_cur_freq`);
  const info = await root.read('/proc/cpuinfo');
  if (!info.available) return info;
  if (isVirtual(info.value)) return unavailable(`no ${cpus}/cpu*/cpufreq, and a hypervisor shows a nominal clock in /proc/cpuinfo`);
  const clocks = fromCpuinfo(info.value);
  if (Object.keys(clocks).length > 0) return known(clocks, '/proc/cpuinfo');
  return unavailable(`neither ${cpus}/cpu*/cpufreq nor /proc/cpuinfo shows a clock`);
}
