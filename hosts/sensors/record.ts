import { readEnergyRanges } from './energy.ts';
import { readFacts } from './facts.ts';
import type { SensorRoot } from './reading.ts';
import { takeSample } from './sample.ts';
import { summarise } from './summary.ts';
import type { EnvironmentSample } from '../../domain/model/environment.ts';
import type { EnvironmentRecording } from '../../domain/ports/host.ts';

interface RecordOptions {
  readonly root: SensorRoot;
  readonly hostName: string;
  /** The instances' cores; null: all cores. */
  readonly cores: readonly number[] | null;
  /** CPU time of the instances since whenever, nanoseconds, never falling. */
  readonly readCpuNanoseconds: () => Promise<number>;
  readonly intervalMilliseconds: number;
}

/** Starts to record: one sample now, one every interval, one at the end. */
export async function startRecording(options: RecordOptions): Promise<EnvironmentRecording> {
  const { root, cores } = options;
  const facts = await readFacts(root, options.hostName);
  const energyRanges = await readEnergyRanges(root);
  const during: EnvironmentSample[] = [];
  const before = await takeSample(root);
  const [begin, cpuBefore] = [performance.now(), await options.readCpuNanoseconds()];
  let pending: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    pending = pending.then(async () => during.push(await takeSample(root)));
  }, options.intervalMilliseconds);
  return {
    abandon: () => clearInterval(timer),
    async finish() {
      clearInterval(timer);
      await pending;
      const after = await takeSample(root);
      const cpuNanoseconds = (await options.readCpuNanoseconds()) - cpuBefore;
      const seconds = (performance.now() - begin) / 1000;
      const summary = summarise({ samples: [before, ...during, after], seconds, cores, ownCpuNanoseconds: cpuNanoseconds, energyRanges });
      return { startedAt: before.at, endedAt: after.at, environment: { facts, before, during, after, summary }, cpuNanoseconds };
    },
  };
}
