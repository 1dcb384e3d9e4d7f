import { readFile } from 'node:fs/promises';

import { HoneError } from '../../domain/errors.ts';

/** The numbers of a kernel list: `0-3,8` is 0, 1, 2, 3, 8. */
function parseCpuList(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/** The logical cores that this process may use. */
async function allowedCores(): Promise<readonly number[]> {
  const status = await readFile('/proc/self/status', 'latin1');
  return parseCpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '0');
}

/**
 * So many of the logical cores that this process may use, the last ones: the lowest serve most interrupts. Different physical cores as far as
 * there are. A cpuset need not begin at 0 nor have no gaps. Throws `host-unfit` when there are fewer.
 */
export async function chooseCollectionCores(count: number): Promise<readonly number[]> {
  const cores = [...(await allowedCores())].sort((left, right) => right - left);
  if (cores.length < count) {
    throw new HoneError(
      'host-unfit',
      `collection.instances asks for ${count} instances, each on a core of its own; this worker may use ${cores.length}.`,
      'Ask for fewer, or give the load-test host more cores (taskset, cpuset or the container limit).',
    );
  }
  const physical = await Promise.all(cores.map(physicalCore));
  const firsts = cores.filter((_, index) => physical.indexOf(physical[index] ?? '') === index);
  const siblings = cores.filter((core) => !firsts.includes(core));
  return [...firsts, ...siblings].slice(0, count);
}

async function physicalCore(core: number): Promise<string> {
  const folder = `/sys/devices/system/cpu/cpu${core}/topology`;
  const [physical, socket] = await Promise.all(
    ['core_id', 'physical_package_id'].map((name) => readFile(`${folder}/${name}`, 'latin1').catch(() => null)),
  );
  return physical === null || physical === undefined ? `logical ${core}` : `${socket?.trim()}/${physical.trim()}`;
}

/**
 * Two logical cores of different physical ones, the highest-numbered (the lowest serve most interrupts); siblings of one
 * physical core only where there is no other. Throws `host-unfit` with a single core.
 */
export async function choosePairCores(): Promise<readonly [number, number]> {
  const cores = [...(await allowedCores())].sort((left, right) => right - left);
  const physical = await Promise.all(cores.map(physicalCore));
  const [first] = cores;
  const second = cores.find((_, index) => physical[index] !== physical[0]) ?? cores[1];
  if (first === undefined || second === undefined) {
    throw new HoneError(
      'host-unfit',
      `An evaluation runs two builds at the same moment on two cores; this worker may use ${cores.length}.`,
      'Give the load-test host two cores or more (taskset, cpuset or the container limit).',
    );
  }
  return [second, first];
}
