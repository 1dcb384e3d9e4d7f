import type { Arrivals } from './arrivals.ts';
import type { Meter } from './meter.ts';
import type { StressStep } from '../../domain/model/stress.ts';
import type { RecordedCorpus } from '../../domain/rules/recording.ts';

/** A step of a ramp: long enough for a queue to show, short enough that ten of them double the rate three times in two minutes. */
const stepSeconds = 10;
/** Ten steps are nearly ten times the rate. */
const stepFactor = 1.25;

/** The parts of a stress window with one rate each: one, or a ramp of them. */
export interface Steps {
  /** Of the step that is under way, in the mean over the corpus. */
  askedPerSecond(): number;
  /** Called every second; begins the next step of a ramp when it is time. */
  secondOver(): void;
  /** Closes the last step; answers all. @param seconds since the beginning of the first */
  finish(seconds: number): readonly StressStep[];
}

export interface StepsOptions {
  readonly corpus: RecordedCorpus;
  readonly speed: number;
  readonly isRamp: boolean;
  readonly meter: Meter;
  readonly arrivals: Pick<Arrivals, 'setSpeed'>;
}

export function makeSteps({ corpus, speed: firstSpeed, isRamp, meter, arrivals }: StepsOptions): Steps {
  const done: StressStep[] = [];
  const perSecond = (corpus.requests.length * 1000) / corpus.lengthMilliseconds;
  let speed = firstSpeed;
  let [elapsed, stepBegan] = [0, 0];
  let before = { requests: 0, answered: 0 };

  const close = (seconds: number) => {
    const [requests, answered] = [meter.requests(), meter.answered()];
    const took = Math.max(seconds - stepBegan, Number.EPSILON);
    done.push({
      askedPerSecond: perSecond * speed,
      achievedPerSecond: (answered - before.answered) / took,
      seconds: took,
      requests: requests - before.requests,
      latency: meter.latencySince(),
    });
    [before, stepBegan] = [{ requests, answered }, seconds];
  };
  return {
    askedPerSecond: () => perSecond * speed,
    secondOver() {
      elapsed += 1;
      if (!isRamp || elapsed - stepBegan < stepSeconds) return;
      close(elapsed);
      speed *= stepFactor;
      arrivals.setSpeed(speed);
    },
    finish(seconds) {
      close(seconds);
      return done;
    },
  };
}
