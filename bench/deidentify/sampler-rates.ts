import { sampleDiscreteGaussian } from '../../traffic/deidentify/privacy/discrete-gaussian.ts';
import { sampleDiscreteLaplace } from '../../traffic/deidentify/privacy/discrete-laplace.ts';
import { makeSystemRandom } from '../../traffic/deidentify/privacy/random.ts';
import { plain, type Figure } from '../figures.ts';

/** Draws a second of the exact samplers with the system's randomness, at a spread of ten: a release of five hundred shapes takes some thousand. */
export function samplerFigures(draws: number): readonly Figure[] {
  const random = makeSystemRandom();
  const rate = (draw: () => bigint): number => {
    const before = process.cpuUsage();
    for (let index = 0; index < draws; index += 1) draw();
    const { user, system } = process.cpuUsage(before);
    return draws / ((user + system) / 1e6);
  };
  const laplace = rate(() => sampleDiscreteLaplace(1n, 10n, random));
  const gaussian = rate(() => sampleDiscreteGaussian({ numerator: 100n, denominator: 1n }, random));
  return [
    plain('discrete-laplace-draws-per-second', laplace, '1/s', { peer: 'scale 10, exact, without floating point' }),
    plain('discrete-gaussian-draws-per-second', gaussian, '1/s', { peer: 'σ 10, exact, without floating point' }),
  ];
}
