import { plain, type Figure } from '../figures.ts';
import { clusteredRatio, studentRatio, type RatioEstimate } from '../statistics.ts';
import type { LoopFacts } from './loop-facts.ts';
import type { Pair } from './pair.ts';
import type { Contender, Round } from './rounds.ts';

/**
 * Ratios of CPU time per request with 95 % bootstrap intervals, over pairs of builds and over rounds within each.
 * @param rounds by pair
 * @param facts of the pair whose cycle evaluated to a verdict
 */
export function gainFigures(rounds: readonly (readonly Round[])[], facts: LoopFacts, random: () => number): readonly Figure[] {
  const logs = (over: Contender, under: Contender) => rounds.map((own) => own.map((round) => Math.log(round[over] / round[under])));
  const figure = (name: string, over: Contender, under: Contender, aim: string | null, peer: string): Figure => {
    const { ratio: value, low, high }: RatioEstimate = clusteredRatio(logs(over, under), random);
    return { name, value, low, high, unit: 'ratio', aim, peer };
  };
  const posts = facts.heldOut.filter(({ method }) => method !== 'GET').length;
  const asked = `${rounds.flat().length} rounds of h2load on held-out GETs (${posts} of ${facts.heldOut.length} held out were POSTs, not asked)`;
  return [
    figure('gain', 'baseline', 'hone', null, `the baseline; ${asked}`),
    figure('gain-by-hand', 'baseline', 'by-hand', null, 'the baseline; by-hand.sh'),
    figure('gain-of-hand-made', 'by-hand', 'hone', 'low ≥ 0.99, best ≥ 1.00 within noise', 'by-hand.sh; Hone’s gain over its gain'),
    ...(rounds.length === 1 ? [] : [betweenBuilds(logs('baseline', 'by-hand')), betweenBuilds(logs('baseline', 'hone'), 'hone')]),
    ...(facts.evaluatedRatio === null
      ? []
      : [
          plain('gain-by-evaluation', facts.evaluatedRatio, 'ratio', {
            peer: `Hone's own evaluation of all held-out requests: ${facts.verdict}`,
          }),
        ]),
  ];
}

/** How far builds of the same source, made the same way from other requests, lie apart: the largest gain over the smallest. */
function betweenBuilds(logs: readonly (readonly number[])[], of: 'by-hand' | 'hone' = 'by-hand'): Figure {
  const gains = logs.map((own) => Math.exp(sum(own) / own.length));
  const peer = `A/A: gains of ${gains.map((gain) => gain.toFixed(3)).join(', ')}, the largest over the smallest`;
  return plain(`spread-between-builds-${of}`, Math.max(...gains) / Math.min(...gains), 'ratio', { peer });
}

const scriptSeconds = ({ hand }: Pair) => sum(Object.values(hand.seconds));

/** Wall times of the cycle's stages beside the script's steps, means over the pairs; the ratio with its interval where there is more than one. */
export function timeFigures(pairs: readonly Pair[]): readonly Figure[] {
  const mean = (of: (pair: Pair) => number) => sum(pairs.map(of)) / pairs.length;
  const seconds = (name: string, of: (pair: Pair) => number, peer: string | null) => plain(`${name}-seconds`, mean(of), 's', { peer });
  const beside = (step: keyof Pair['hand']['seconds'], what = '') =>
    `${what}${mean(({ hand }) => hand.seconds[step]).toFixed(1)} s by hand`;
  const stages = (...names: (keyof LoopFacts['times']['stages'])[]) => {
    return ({ facts }: Pair) => sum(names.map((name) => facts.times.stages[name]));
  };
  const windows = `${mean(({ facts }) => facts.windowRequests).toFixed(0)} requests in ${mean(({ facts }) => facts.windowSeconds).toFixed(1)} s of windows`;
  return [
    wallFigure(pairs),
    seconds('to-optimised', ({ facts }) => facts.times.toOptimisedSeconds, `${mean(scriptSeconds).toFixed(1)} s by hand`),
    seconds('plan', stages('plan'), beside('unpacked', 'source snapshot; unpacking it took ')),
    seconds('instrumented-build', stages('build-instrumented'), beside('built-instrumented')),
    seconds('deploy', stages('deploy'), 'start, and the wait for the store through the pseudonyms; the script was given the store'),
    seconds('collection', stages('mirror-on', 'warm-up', 'windows', 'stop'), beside('ran', `mirror on to stop, ${windows}; `)),
    seconds('hold-out', ({ facts }) => facts.times.holdOutSeconds, 'none by hand; beside stop, merge and the trial build'),
    seconds('merge', stages('merge'), beside('merged')),
    seconds(
      'optimised-build',
      stages('mirror-off', 'accept', 'build-optimised'),
      beside('built-optimised', 'mirror off and acceptance report included; '),
    ),
    seconds('publish', stages('publish'), null),
    plain('evaluation-seconds', pairs[0]!.facts.times.stages.evaluate, 's', { peer: 'none by hand; throughput and latency included' }),
  ];
}

function wallFigure(pairs: readonly Pair[]): Figure {
  const times = pairs.map((pair) => [pair.facts.times.toOptimisedSeconds, scriptSeconds(pair)] as const);
  const { ratio: value, low, high } = studentRatio(times.map(([hone, script]) => Math.log(hone / script)));
  const each = times.map(([hone, script]) => `${hone.toFixed(1)} s against ${script.toFixed(1)} s by hand`).join(', ');
  const peer = `by-hand.sh; ${each}; plan to optimised build, holding out and preparing the store included`;
  return { name: 'wall-of-script', value, low, high, unit: 'ratio', aim: '≤ 1.05', peer };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
