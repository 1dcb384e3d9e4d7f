import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { EnvironmentSample, Reading } from '../../domain/model/environment.ts';
import { readEnergyRanges } from '../../hosts/sensors/energy.ts';
import { readFacts } from '../../hosts/sensors/facts.ts';
import { hardwareClass } from '../../hosts/sensors/hardware-class.ts';
import { makeSensorRoot } from '../../hosts/sensors/reading.ts';
import { takeSample } from '../../hosts/sensors/sample.ts';
import { summarise } from '../../hosts/sensors/summary.ts';

type Tree = 'intel-rapl' | 'amd-k10temp' | 'laptop-battery' | 'virtual-machine';
const rootOf = (tree: Tree) => makeSensorRoot(join(import.meta.dirname, '../fixtures/sensors', tree));
const known = <T>(value: T): Reading<T> => ({ available: true, value, source: expect.any(String) as string });

describe('an Intel server', () => {
  const root = rootOf('intel-rapl');

  it('shows zones and hwmon sensors, without the one that is not connected', async () => {
    const { temperaturesCelsius } = await takeSample(root);
    expect(temperaturesCelsius).toEqual({
      available: true,
      source: '/sys/class/thermal, /sys/class/hwmon',
      value: { 'thermal_zone0 acpitz': 27.8, 'thermal_zone1 x86_pkg_temp': 61, 'coretemp Package id 0': 60, 'coretemp Core 0': 58 },
    });
  });

  it('shows clocks, throttle events (each package once), and energy by domain', async () => {
    const sample = await takeSample(root);
    expect(sample.clocksMegahertz).toEqual(known({ '0': 2900, '1': 3000 }));
    expect(sample.throttleEvents).toEqual(known(1 + 2 + 5));
    expect(sample.energyJoules).toMatchObject({ value: { 'package-0': 262143, 'package-0/dram': 1, psys: 5 } });
    expect(sample.powerSupply).toMatchObject({ available: false, reason: expect.stringContaining('/sys/class/power_supply') });
    expect(sample.loadAverage1).toEqual(known(0.42));
    expect(sample.pressureMicroseconds).toEqual(known({ cpu: 13, io: 12, memory: 16 }));
    expect(sample.cpuTicks).toMatchObject({
      value: { '0': { user: 160, system: 100, idle: 4500, iowait: 15, irq: 2, softirq: 3, steal: 0 } },
    });
  });

  it('has facts and a hardware class', async () => {
    const facts = await readFacts(root, 'rack-7');
    expect(facts).toMatchObject({
      hostName: 'rack-7',
      cpuModel: { value: 'Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz' },
      microcode: { value: '0x5003604' },
      kernel: { value: '6.1.0-18-amd64' },
      governor: { value: 'performance' },
      virtualised: { value: 'no' },
      logicalCores: 2,
      memoryBytes: { available: true, value: 16384000 * 1024, source: '/proc/meminfo' },
    });
    expect(hardwareClass(facts)).toBe('intel-xeon-gold-6230-2c-0x5003604');
  });
});

describe('a host whose memory cannot be read', () => {
  it('says why, and invents no size', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hone-sensors-'));
    try {
      const memory = async () => (await readFacts(makeSensorRoot(folder), 'x')).memoryBytes;
      expect(await memory()).toEqual({ available: false, reason: '/proc/meminfo is not there' });
      await mkdir(join(folder, 'proc'));
      await writeFile(join(folder, 'proc/meminfo'), 'SwapTotal:  12 kB\n');
      expect(await memory()).toEqual({ available: false, reason: '/proc/meminfo has no field MemTotal' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('an AMD server', () => {
  const root = rootOf('amd-k10temp');

  it('falls back to hwmon and /proc/cpuinfo, and says what it does not have', async () => {
    const sample = await takeSample(root);
    expect(sample.temperaturesCelsius).toMatchObject({ value: { 'k10temp Tctl': 54.25, 'k10temp temp3': 51 }, source: '/sys/class/hwmon' });
    expect(sample.clocksMegahertz).toEqual({ available: true, value: { '0': 3243.397, '1': 1500 }, source: '/proc/cpuinfo' });
    expect(sample.throttleEvents).toMatchObject({ available: false, reason: expect.stringContaining('thermal_throttle is not there') });
    expect(sample.energyJoules).toEqual({ available: false, reason: '/sys/class/powercap has no intel-rapl domain' });
    expect(hardwareClass(await readFacts(root, 'x'))).toBe('amd-epyc-7763-64-core-2c-0xa0011d3');
  });
});

describe('a laptop', () => {
  const root = rootOf('laptop-battery');

  it('runs on its battery, with two governors', async () => {
    const sample = await takeSample(root);
    expect(sample.powerSupply).toEqual({ available: true, value: 'battery', source: '/sys/class/power_supply/BAT0/status' });
    expect((await readFacts(root, 'x')).governor).toEqual(known('powersave,performance'));
    expect(sample.energyJoules).toEqual({ available: false, reason: '/sys/class/powercap/intel-rapl:0/energy_uj is not there' });
  });
});

describe('a virtual machine', () => {
  const root = rootOf('virtual-machine');

  it('takes no nominal value for a reading', async () => {
    const sample = await takeSample(root);
    expect(sample.clocksMegahertz).toMatchObject({ available: false, reason: expect.stringContaining('hypervisor') });
    expect(sample.temperaturesCelsius).toMatchObject({ available: false, reason: expect.stringContaining('neither') });
    expect(sample.pressureMicroseconds).toMatchObject({
      available: false,
      reason: expect.stringContaining('/proc/pressure/cpu is not there'),
    });
    const facts = await readFacts(root, 'x');
    expect(facts.virtualised).toMatchObject({ available: true, value: 'yes' });
    expect(facts.governor).toMatchObject({ available: false });
    expect(hardwareClass(facts)).toBe('amd-epyc-2c-0x1000065-vm');
  });
});

describe('summarise', () => {
  async function samples(change: (before: EnvironmentSample) => Partial<EnvironmentSample>): Promise<EnvironmentSample[]> {
    const before = await takeSample(rootOf('intel-rapl'));
    return [before, { ...before, ...change(before) }];
  }
  const ranges = () => readEnergyRanges(rootOf('intel-rapl'));

  it('undoes the wrap-around of an energy counter, and counts packages only', async () => {
    const list = await samples(() => ({ energyJoules: known({ 'package-0': 10, 'package-0/dram': 3, psys: 50 }) }));
    const recording = { samples: list, seconds: 10, cores: [0], ownCpuNanoseconds: 0 };
    const { energyJoules } = summarise({ ...recording, energyRanges: await ranges() });
    expect(energyJoules).toMatchObject({ available: true, value: expect.closeTo(10.32885, 4) });
    const unknown = summarise({ ...recording, energyRanges: { available: false, reason: 'x' } });
    expect(unknown.energyJoules).toMatchObject({ available: false, reason: expect.stringContaining('wrapped around') });
  });

  it("tells the instance's own CPU time from other processes' on its core", async () => {
    const ticks = { user: 760, system: 100, idle: 4800, iowait: 15, irq: 2, softirq: 3, steal: 100 };
    const list = await samples(() => ({ cpuTicks: known({ '0': ticks }) }));
    const summary = summarise({ samples: list, seconds: 10, cores: [0], ownCpuNanoseconds: 4e9, energyRanges: await ranges() });
    // 600 ticks busy, 300 idle, 100 stolen; 400 of the 600 are the instance's own.
    expect(summary.foreignCpuShare).toEqual(known(0.2));
    expect(summary.stealShare).toEqual(known(0.1));
  });

  it('gives temperatures, clock, pressure and throttling of the window', async () => {
    const list = await samples(() => ({
      temperaturesCelsius: known({ a: 71, b: 20 }),
      throttleEvents: known(11),
      clocksMegahertz: known({ '0': 2500, '1': 9 }),
      pressureMicroseconds: known({ cpu: 13 + 2_000_000, io: 12 + 300_000, memory: 16 + 70_000_000 }),
    }));
    const summary = summarise({ samples: list, seconds: 10, cores: [0], ownCpuNanoseconds: 0, energyRanges: await ranges() });
    expect(summary).toMatchObject({
      meanTemperatureCelsius: known(66),
      maximumTemperatureCelsius: known(71),
      temperatureRiseCelsius: known(10),
      throttleEvents: known(3),
      meanClockMegahertz: known(2700),
      cpuPressurePercent: known(20),
      ioPressurePercent: known(3),
      memoryPressurePercent: known(100),
    });
  });

  it('gives the worst power supply of the window with its own source: on battery for one second is on battery', async () => {
    const onBattery = await takeSample(rootOf('laptop-battery'));
    const supplied = (powerSupply: Reading<string>): EnvironmentSample => ({ ...onBattery, powerSupply });
    const mains = supplied({ available: true, value: 'mains', source: '/sys/class/power_supply/AC/online' });
    const full = supplied({ available: true, value: 'battery full', source: '/sys/class/power_supply/BAT0/status' });
    const gone = supplied({ available: false, reason: 'no supply' });
    const worst = (...list: EnvironmentSample[]) =>
      summarise({ samples: list, seconds: 2, cores: null, ownCpuNanoseconds: 0, energyRanges: { available: false, reason: '' } })
        .powerSupply;
    const battery = { available: true, value: 'battery', source: '/sys/class/power_supply/BAT0/status' };
    expect(worst(mains, onBattery, mains)).toEqual(battery);
    expect(worst(gone, full, onBattery)).toEqual(battery);
    expect(worst(mains, full, mains)).toEqual(full.powerSupply);
    expect(worst(mains, mains)).toEqual(mains.powerSupply);
    expect(worst(mains, gone, full)).toEqual(gone.powerSupply);
  });

  it('passes on why a figure is unavailable', async () => {
    const sample = await takeSample(rootOf('virtual-machine'));
    const summary = summarise({
      samples: [sample, sample],
      seconds: 1,
      cores: null,
      ownCpuNanoseconds: 0,
      energyRanges: { available: false, reason: '' },
    });
    expect(summary.energyJoules).toEqual({ available: false, reason: '/sys/class/powercap has no intel-rapl domain' });
    expect(summary.foreignCpuShare).toEqual({ available: false, reason: 'the window was shorter than a clock tick' });
    const psi = { available: false, reason: expect.stringContaining('/proc/pressure/cpu is not there') };
    expect(summary).toMatchObject({ cpuPressurePercent: psi, ioPressurePercent: psi, memoryPressurePercent: psi });
    expect(summary.powerSupply).toEqual(sample.powerSupply);
    expect(summary.powerSupply).toMatchObject({ available: false, reason: expect.stringContaining('/sys/class/power_supply') });
  });
});

describe('this machine', () => {
  it('gives every sensor a value with its source, or a reason', async () => {
    const { at, ...readings } = await takeSample(makeSensorRoot('/'));
    expect(Date.parse(at)).toBeGreaterThan(0);
    for (const reading of Object.values(readings)) {
      expect(reading.available ? reading.source : reading.reason).toMatch(/\/(proc|sys)\//);
    }
  });
});
