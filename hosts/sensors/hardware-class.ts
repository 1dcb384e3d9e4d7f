import type { HostFacts, Reading } from '../../domain/model/environment.ts';

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/\((r|tm|c)\)|\bcpu\b|\bprocessor\b|@.*$/g, ' ')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

const valueOr = (reading: Reading<string>, fallback: string): string => (reading.available ? reading.value : fallback);

/**
 * Names what hosts must share for their figures to be compared: CPU model, microcode and cores, and whether a hypervisor
 * stands between: `amd-epyc-2c-0x1000065-vm`. The same facts always give the same name.
 */
export function hardwareClass(facts: HostFacts): string {
  const virtual = facts.virtualised.available && facts.virtualised.value !== 'no';
  const model = slug(valueOr(facts.cpuModel, 'unknown-cpu')).slice(0, 48);
  return [model, `${facts.logicalCores}c`, slug(valueOr(facts.microcode, 'unknown-microcode')), ...(virtual ? ['vm'] : [])].join('-');
}
