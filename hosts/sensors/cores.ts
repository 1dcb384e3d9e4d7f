import type { SensorRoot } from './reading.ts';

/** The names `cpu0`, `cpu1`, … in the order of their numbers. */
export async function listCores(root: SensorRoot): Promise<readonly string[]> {
  const names = (await root.list('/sys/devices/system/cpu')).filter((name) => /^cpu\d+$/.test(name));
  return names.toSorted((left, right) => Number(left.slice(3)) - Number(right.slice(3)));
}

/** True when the `hypervisor` CPU flag is set (x86). */
export function isVirtual(cpuinfo: string): boolean {
  return /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo);
}
