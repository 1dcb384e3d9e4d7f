import { plain, type Figure } from '../figures.ts';
import type { Alike } from './compare.ts';
import type { Round } from './gain.ts';
import { costOfRaw, gain, gainKept, gainKeptRaw, type Estimate } from './kept.ts';

/** What was found of one program. */
export interface Findings {
  readonly name: string;
  /** Overlap of the raw profile with that of each session's de-identified replay, and with another raw one. */
  readonly overlaps: readonly number[];
  readonly rawOverlap: number;
  /** Of the requests alone whose target or body changed. */
  readonly changedOverlap: number;
  readonly alike: Alike;
  readonly rawAlike: Alike;
  readonly rounds: readonly Round[];
  readonly bytesShare: number;
  readonly sameStatuses: number;
  readonly droppedShare: number;
}

const published = {
  hotPath: '85–91 % by kind',
  branch: '85–91 % by kind',
  inlining: '85–91 % by kind',
  layout: '85–91 % by kind',
  remarks: '83 %',
};
const kindNames = {
  hotPath: 'hot-paths-shared',
  branch: 'branch-directions-kept',
  inlining: 'inlinings-shared',
  layout: 'layouts-kept',
  remarks: 'remarks-shared',
} as const;

const percent = (name: string, { value, low, high }: Estimate, aim: string | null, peer: string): Figure => {
  return { name, value: value * 100, low: low * 100, high: high * 100, unit: '%', aim, peer };
};

/** Everything about each program, and first the least of the two in what was asked for. */
export function fidelityFigures(all: readonly Findings[], random: () => number): readonly Figure[] {
  const overlaps = all.map((one) => percent(`profile-overlap-${one.name}`, rangeOf(one.overlaps), '≥ 99', beside(one.rawOverlap)));
  const kept = all.flatMap(({ name, rounds }) => keptFigure(name, rounds, random));
  return [
    { ...least(overlaps), name: 'profile-overlap' },
    ...(kept.length === 0 ? [] : [{ ...least(kept), name: 'gain-kept-share' }]),
    ...overlaps,
    ...kept,
    ...all.flatMap((one) => programFigures(one, random)),
  ];
}

/** Of a smaller gain no share can be read: the noise of a round is as large. */
const leastGain = 1.05;

/** None when the raw profiles gain too little for a share of it to mean anything. */
function keptFigure(name: string, rounds: readonly Round[], random: () => number): readonly Figure[] {
  if (gain(rounds, 'raw', random).low < leastGain) return [];
  const raw = gainKeptRaw(rounds, random);
  return [percent(`gain-kept-share-${name}`, gainKept(rounds, random), '≥ 98', `published: 79 %; of the two raw builds ${shown(raw)}`)];
}

function programFigures(
  { name, changedOverlap, alike, rawAlike, rounds, bytesShare, sameStatuses, droppedShare }: Findings,
  random: () => number,
): readonly Figure[] {
  const kinds = Object.keys(kindNames) as (keyof Alike)[];
  const gainFigure = (build: 'raw' | 'raw-again' | 'deidentified'): Figure => {
    return {
      name: `gain-${build}-${name}`,
      ...gain(rounds, build, random),
      unit: 'ratio',
      aim: null,
      peer: `the baseline, ${rounds.length} rounds`,
    };
  };
  return [
    plain(`changed-requests-overlap-${name}`, changedOverlap * 100, '%', {
      aim: '≥ 99',
      peer: 'only requests whose target or body changed',
    }),
    ...kinds.map((kind) =>
      plain(`${kindNames[kind]}-${name}`, alike[kind] * 100, '%', { peer: `published: ${published[kind]}; ${beside(rawAlike[kind])}` }),
    ),
    ...(['raw', 'raw-again', 'deidentified'] as const).map(gainFigure),
    { name: `cost-of-raw-${name}`, ...costOfRaw(rounds, random), unit: 'ratio', aim: null, peer: 'the mean of the two raw builds' },
    plain(`bytes-share-${name}`, bytesShare * 100, '%', { peer: 'the raw requests; published: 68 %' }),
    plain(`same-statuses-${name}`, sameStatuses * 100, '%', { aim: '≥ 99', peer: 'the answers to the raw requests' }),
    plain(`dropped-share-${name}`, droppedShare * 100, '%', { aim: '≤ 1' }),
  ];
}

const beside = (share: number) => `raw against raw: ${(share * 100).toFixed(2)} %`;
const shown = ({ value, low, high }: Estimate) => `${(value * 100).toFixed(1)} % (${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)})`;

/** The mean over the sessions, from the least to the most. */
function rangeOf(values: readonly number[]): Estimate {
  return { value: values.reduce((sum, value) => sum + value, 0) / values.length, low: Math.min(...values), high: Math.max(...values) };
}

const least = (figures: readonly Figure[]): Figure => figures.reduce((low, figure) => (figure.value < low.value ? figure : low));
