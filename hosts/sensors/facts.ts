import { isVirtual, listCores } from './cores.ts';
import { known, mapReading, unavailable } from './reading.ts';
import type { SensorRoot } from './reading.ts';
import type { HostFacts, Reading } from '../../domain/model/environment.ts';

/** The first value of a /proc/cpuinfo field; the names differ between architectures. */
function cpuinfoField(cpuinfo: Reading<string>, names: readonly string[]): Reading<string> {
  if (!cpuinfo.available) return cpuinfo;
  for (const name of names) {
    const value = new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(cpuinfo.value)?.[1];
    if (value !== undefined) return known(value.trim(), '/proc/cpuinfo');
  }
  return unavailable(`/proc/cpuinfo has no field ${names.join(' or ')}`);
}

async function readVirtualised(root: SensorRoot, cpuinfo: Reading<string>): Promise<Reading<string>> {
  const xen = await root.read('/sys/hypervisor/type');
  if (xen.available) return xen;
  if (!cpuinfo.available) return cpuinfo;
  if (!isVirtual(cpuinfo.value)) return known('no', '/proc/cpuinfo (no hypervisor flag)');
  const vendor = await root.read('/sys/class/dmi/id/sys_vendor');
  return known(vendor.available && vendor.value !== '' ? vendor.value : 'yes', '/proc/cpuinfo (hypervisor flag)');
}

/** Governors of all cores: one name, or several joined by a comma. */
async function readGovernor(root: SensorRoot): Promise<Reading<string>> {
  const paths = (await listCores(root)).map((core) => `/sys/devices/system/cpu/${core}/cpufreq/scaling_governor`);
  const readings = await Promise.all(paths.map((path) => root.read(path)));
  const names = [...new Set(readings.filter((reading) => reading.available).map((reading) => reading.value))];
  if (names.length === 0) return unavailable('/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor is not there');
  return known(names.join(','), '/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor');
}

async function readMemoryBytes(root: SensorRoot): Promise<Reading> {
  const path = '/proc/meminfo';
  const meminfo = await root.read(path);
  if (!meminfo.available) return meminfo;
  const kibibytes = /^MemTotal:\s+(\d+) kB/m.exec(meminfo.value)?.[1];
  return kibibytes === undefined ? unavailable(`${path} has no field MemTotal`) : known(Number(kibibytes) * 1024, path);
}

/** The fixed facts of a host; each that cannot be read says why. */
export async function readFacts(root: SensorRoot, hostName: string): Promise<HostFacts> {
  const cpuinfo = await root.read('/proc/cpuinfo');
  const processors = cpuinfo.available ? (cpuinfo.value.match(/^processor\s*:/gm) ?? []).length : 0;
  return {
    hostName,
    cpuModel: cpuinfoField(cpuinfo, ['model name', 'Model', 'CPU part', 'cpu']),
    microcode: cpuinfoField(cpuinfo, ['microcode']),
    kernel: mapReading(await root.read('/proc/sys/kernel/osrelease'), (release) => release),
    governor: await readGovernor(root),
    logicalCores: processors > 0 ? processors : (await listCores(root)).length,
    memoryBytes: await readMemoryBytes(root),
    virtualised: await readVirtualised(root, cpuinfo),
  };
}
