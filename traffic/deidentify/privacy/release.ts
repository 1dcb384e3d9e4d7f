import type { PrivacyRelease, ShapeFields } from '../../../domain/model/privacy.ts';
import type { PrivacyCost } from '../../../domain/privacy/accounting.ts';
import { calibrate, type Calibration, type Clipping } from './calibrate.ts';
import { sampleDiscreteGaussian } from './discrete-gaussian.ts';
import { sampleDiscreteLaplace } from './discrete-laplace.ts';
import type { RandomSource } from './random.ts';
import { bodySizeNames, countOfBits, targetBits, type ShapeRow, type ShapeTable } from './shape-table.ts';

/** The exact figures of a session; they never leave the gateway. */
export interface ExactFigures {
  /** Shapes with the words of paths, and without. */
  readonly words: ShapeTable;
  readonly kinds: ShapeTable;
  /** Requests of each minute since the session was opened, up to now: how many there are depends on the clock alone. */
  readonly minutes: readonly number[];
  /** Slots of customers in use, and how many there are. */
  readonly slotsUsed: number;
  readonly slots: number;
}

/** The report goes through the workflow engine, which takes 2 MiB: the shapes with the largest noised counts are kept. */
const maximumShapes = 500;

/**
 * Makes what leaves: every figure is a noised count, or made of noised counts alone. What it costs must have been paid. Nothing here may be
 * repeated for the same session: two releases cost twice.
 */
export function makeRelease(figures: ExactFigures, spent: PrivacyCost, clipping: Clipping, random: RandomSource): PrivacyRelease {
  const calibration = calibrate(spent, clipping);
  const { sigmaSquared, threshold } = calibration;
  const noised = (aggregate: keyof Calibration['sigmaSquared'], count: number) =>
    count + Number(sampleDiscreteGaussian(sigmaSquared[aggregate], random));
  const sigmaOfBits = calibration.mechanisms.find(({ aggregate }) => aggregate === 'distinct-targets')?.scale ?? 0;
  const detail = detailOf(figures, calibration, random);
  const rows = detail === 'none' ? [] : figures[detail].rows();
  const released = rows
    .map((row) => ({ row, count: noised('shapes', row.count) }))
    .filter(({ count }) => count >= threshold)
    .sort((left, right) => right.count - left.count)
    .slice(0, maximumShapes)
    .sort((left, right) => (left.row.shape < right.row.shape ? -1 : 1));
  const usedSlots =
    figures.slotsUsed + Number(sampleDiscreteLaplace(calibration.customers.numerator, calibration.customers.denominator, random));
  return {
    spent,
    mechanisms: calibration.mechanisms,
    detail,
    threshold,
    shapes: Object.fromEntries(released.map(({ row, count }) => [row.shape, count])),
    fields: released.map(({ row, count }) => fieldsOf(row, count, sigmaOfBits, noised)),
    requestsPerMinute: figures.minutes.map((count) => Math.max(0, noised('requests-per-minute', count))),
    customers: countOfBits(usedSlots, figures.slots) ?? figures.slots,
  };
}

/** The finest table that surely had room for every shape. */
function detailOf(figures: ExactFigures, { room, roomNeeded }: Calibration, random: RandomSource): PrivacyRelease['detail'] {
  for (const detail of ['words', 'kinds'] as const) {
    const { size, capacity } = figures[detail];
    const noisedSize = size + Number(sampleDiscreteLaplace(room.numerator, room.denominator, random));
    if (noisedSize <= capacity - roomNeeded) return detail;
  }
  return 'none';
}

function fieldsOf(
  row: ShapeRow,
  noisedCount: number,
  sigmaOfBits: number,
  noised: (aggregate: 'body-sizes' | 'distinct-targets', count: number) => number,
): ShapeFields {
  const sizes = row.bodySizes.map((count) => noised('body-sizes', count));
  const total = sizes.reduce((sum, count) => sum + count, 0);
  const bits = noised('distinct-targets', row.targetBitsSet);
  return {
    shape: row.shape,
    bodyShare: total <= 0 ? 0 : Math.min(1, Math.max(0, 1 - (sizes[0] ?? 0) / total)),
    bodySizes: Object.fromEntries(bodySizeNames.map((name, index) => [name, Math.max(0, sizes[index] ?? 0)])),
    distinctTargets: distinctClass(bits, 2 * sigmaOfBits, noisedCount),
  };
}

/** 420 → `100-999`; `under-1000` for what is within the noise. There are at most as many as requests. */
function distinctClass(bits: number, noiseBits: number, requests: number): string {
  const estimate = Math.min(countOfBits(Math.max(bits, noiseBits), targetBits) ?? requests, requests);
  const low = 10 ** Math.floor(Math.log10(Math.max(1, estimate)));
  return bits < noiseBits ? `under-${low * 10}` : `${low}-${low * 10 - 1}`;
}
