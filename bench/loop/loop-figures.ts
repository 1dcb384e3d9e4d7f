import { plain, type Figure } from '../figures.ts';
import { bootstrapRatio, type RatioEstimate } from '../statistics.ts';
import type { HandMade } from './by-hand.ts';
import type { LoopFacts } from './loop-facts.ts';
import type { Contender, Round } from './rounds.ts';

/** Ratios of CPU time per request, with 95 % paired bootstrap intervals over the rounds. */
export function gainFigures(rounds: readonly Round[], facts: LoopFacts, random: () => number): readonly Figure[] {
  const ratio = (over: Contender, under: Contender) =>
    bootstrapRatio(
      rounds.map((round) => Math.log(round[over] / round[under])),
      random,
    );
  const figure = (name: string, { ratio: value, low, high }: RatioEstimate, aim: string | null, peer: string): Figure => {
    return { name, value, low, high, unit: 'ratio', aim, peer };
  };
  const posts = facts.heldOut.filter(({ method }) => method !== 'GET').length;
  const asked = `${rounds.length} rounds of h2load on held-out GETs (${posts} of ${facts.heldOut.length} held out were POSTs, not asked)`;
  return [
    figure('gain', ratio('baseline', 'hone'), null, `the baseline; ${asked}`),
    figure('gain-by-hand', ratio('baseline', 'by-hand'), null, 'the baseline; by-hand.sh'),
    figure('gain-of-hand-made', ratio('by-hand', 'hone'), 'low ≥ 0.99, best ≥ 1.00 within noise', 'by-hand.sh; Hone’s gain over its gain'),
    ...(facts.evaluatedRatio === null
      ? []
      : [
          plain('gain-by-evaluation', facts.evaluatedRatio, 'ratio', {
            peer: `Hone's own evaluation of all held-out requests: ${facts.verdict}`,
          }),
        ]),
  ];
}

/** Wall times of the cycle's stages beside the script's steps. */
export function timeFigures({ times, windowSeconds, windowRequests }: LoopFacts, hand: HandMade): readonly Figure[] {
  const { stages, holdOutSeconds, toOptimisedSeconds } = times;
  const script = Object.values(hand.seconds).reduce((sum, seconds) => sum + seconds, 0);
  const seconds = (name: string, value: number, peer: string | null) => plain(`${name}-seconds`, value, 's', { peer });
  const beside = (step: keyof HandMade['seconds'], what = '') => `${what}${hand.seconds[step].toFixed(1)} s by hand`;
  const collecting = stages['mirror-on'] + stages['warm-up'] + stages.windows + stages.stop;
  return [
    plain('wall-of-script', toOptimisedSeconds / script, 'ratio', {
      aim: '≤ 1.05',
      peer: `by-hand.sh: ${script.toFixed(1)} s; Hone ${toOptimisedSeconds.toFixed(1)} s, plan to optimised build, holding out and preparing the store included`,
    }),
    seconds('to-optimised', toOptimisedSeconds, `${script.toFixed(1)} s by hand`),
    seconds('plan', stages.plan, beside('unpacked', 'source snapshot; unpacking it took ')),
    seconds('instrumented-build', stages['build-instrumented'], beside('built-instrumented')),
    seconds('deploy', stages.deploy, 'start, and the wait for the store through the pseudonyms; the script was given the store'),
    seconds(
      'collection',
      collecting,
      beside('ran', `mirror on to stop, ${windowRequests} requests in ${windowSeconds.toFixed(1)} s of windows; `),
    ),
    seconds('hold-out', holdOutSeconds, 'none by hand; beside stop, merge and the trial build'),
    seconds('merge', stages.merge, beside('merged')),
    seconds(
      'optimised-build',
      stages['mirror-off'] + stages.accept + stages['build-optimised'],
      beside('built-optimised', 'mirror off and acceptance report included; '),
    ),
    seconds('publish', stages.publish, null),
    seconds('evaluation', stages.evaluate, 'none by hand'),
  ];
}
