import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { judgeProduction, type ProductionSample } from '../../domain/rules/production-guard.ts';
import { makeAnswerCounts, sampleOf, type AnswerCounts } from './production-sample.ts';

type GuardLimits = NonNullable<Manifest['mirror']>['guard'];

/** Watches production's answers, first without the mirror, then with it. */
export interface Guard {
  /** False: production is not watched without the mirror, and there is nothing to compare with but failures. */
  readonly hasBaseline: boolean;
  answered(status: number, milliseconds: number): void;
  /** Watches for as long as the manifest says; what comes after is compared with it. Rejects with the signal's reason. */
  takeBaseline(signal: AbortSignal): Promise<void>;
  /** Judges each second, until the answered function is called. Calls back once, when production suffers in two looks one after the other. */
  watch(onHarm: (sentence: string) => void): () => void;
}

const lookMilliseconds = 1000;
/** One look may be a moment that passes: a reload of nginx, a collection of garbage. */
const looksForHarm = 2;

export function makeGuard(limits: GuardLimits, readPressure: () => Promise<number | null> = readCpuPressure): Guard {
  let second = makeAnswerCounts();
  let baseline: ProductionSample | null = null;

  const takeSecond = (): AnswerCounts => {
    const taken = second;
    second = makeAnswerCounts();
    return taken;
  };
  return {
    hasBaseline: limits.baselineSeconds > 0,
    answered: (status, milliseconds) => second.add(status, milliseconds),
    async takeBaseline(signal) {
      takeSecond();
      await delay(limits.baselineSeconds * 1000, undefined, { signal }).catch((error: unknown) => {
        throw signal.aborted ? signal.reason : error;
      });
      baseline = sampleOf(takeSecond(), await readPressure());
    },
    watch(onHarm) {
      const seconds: AnswerCounts[] = [];
      let harmful = 0;
      let isOver = false;
      takeSecond();
      const look = async () => {
        seconds.push(takeSecond());
        if (seconds.length > limits.windowSeconds) seconds.shift();
        const all = makeAnswerCounts();
        for (const one of seconds) all.merge(one);
        const sentence = judgeProduction(baseline, sampleOf(all, await readPressure()), limits);
        harmful = sentence === null ? 0 : harmful + 1;
        if (sentence === null || harmful < looksForHarm || isOver) return;
        isOver = true;
        clearInterval(timer);
        onHarm(sentence);
      };
      const timer = setInterval(() => void look(), lookMilliseconds);
      return () => {
        isOver = true;
        clearInterval(timer);
      };
    },
  };
}

/** Null where the kernel counts no pressure. */
async function readCpuPressure(): Promise<number | null> {
  const text = await readFile('/proc/pressure/cpu', 'utf8').catch(() => '');
  const found = /^some avg10=([\d.]+)/.exec(text);
  return found === null ? null : Number(found[1]);
}
