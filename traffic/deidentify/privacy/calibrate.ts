import type { PrivacyMechanism } from '../../../domain/model/privacy.ts';
import { deltaOf, type PrivacyCost } from '../../../domain/privacy/accounting.ts';
import { squareRoot, type Fraction } from './discrete-gaussian.ts';

/** What of one customer counts, and how often the gateway has begun to count anew. */
export interface Clipping {
  readonly maximumRequests: number;
  readonly maximumShapes: number;
  /** Processes of the gateway that the session had: each has forgotten what the one before saw of a customer. */
  readonly gatewayStarts: number;
}

/** How much of a release's ρ goes to each aggregate, in hundredths. Shapes are what staleness is measured by: they get the most. */
const shares = {
  shapes: 45,
  'body-sizes': 20,
  'distinct-targets': 10,
  'requests-per-minute': 15,
  customers: 5,
  'room-for-shapes': 5,
} as const satisfies Record<PrivacyMechanism['aggregate'], number>;

type Gaussian = 'shapes' | 'body-sizes' | 'distinct-targets' | 'requests-per-minute';

/** The noise of one release. */
export interface Calibration {
  /** σ² of the noise of each count. */
  readonly sigmaSquared: Readonly<Record<Gaussian, Fraction>>;
  /** ε over the sensitivity, of discrete Laplace noise. */
  readonly customers: Fraction;
  readonly room: Fraction;
  /** Shapes with fewer are left out. */
  readonly threshold: number;
  /** A table with fewer free places than that, with noise, may have been full. */
  readonly roomNeeded: number;
  readonly mechanisms: readonly PrivacyMechanism[];
}

/**
 * Calibrates a release to what was paid for it.
 *
 * The sensitivity: in a life of the gateway, a slot adds at most k to each of at most m cells. Without one of its customers another one of
 * the slot may get the room, so that both vectors, nowhere negative and each of squared length mk² at most, differ by √(2m)·k at most; L
 * lives add up to L√(2m)·k. This holds for shapes, for body sizes within shapes, for bits of the sketches and for minutes.
 *
 * The threshold (a stable histogram, as in Korolova, Kenthapadi, Mishra, Ntoulas 2009): a shape that one customer alone brings about has kL
 * requests at most, there are at most mL of them, and a discrete Gaussian is t or more with probability exp(−t²/(2σ²)) at most (Canonne,
 * Kamath, Steinke 2020, section 2: it is subgaussian). So kL + σ√(2 ln(mL/δ)) is reached with probability δ at most.
 *
 * The room (propose, test, release: Dwork, Lei 2009): in a full table the shapes that do not fit depend on who came first, and the above does
 * not hold. A customer changes the number of shapes by mL at most, so its noised number tells, but for a probability of δ, that neither
 * with nor without the customer the table was full.
 */
export function calibrate({ microRho, femtoDelta }: PrivacyCost, { maximumRequests, maximumShapes, gatewayStarts }: Clipping): Calibration {
  const part = (aggregate: keyof typeof shares) => Math.floor((microRho * shares[aggregate]) / 100);
  // Two tables may be tested for room.
  const roomMicroRho = Math.floor(part('room-for-shapes') / 2);
  if (roomMicroRho < 1) throw new Error(`a release cannot be made with ${microRho} micro-ρ`);
  const sensitivitySquared = 2 * maximumShapes * (maximumRequests * gatewayStarts) ** 2;
  const rareShapes = maximumShapes * gatewayStarts;
  const sigmaOf = (aggregate: Gaussian): Fraction => ({
    numerator: BigInt(sensitivitySquared) * 1_000_000n,
    denominator: 2n * BigInt(part(aggregate)),
  });
  const sigmaSquared = {
    shapes: sigmaOf('shapes'),
    'body-sizes': sigmaOf('body-sizes'),
    'distinct-targets': sigmaOf('distinct-targets'),
    'requests-per-minute': sigmaOf('requests-per-minute'),
  };
  const customers = laplaceOf(part('customers'), 1);
  const room = laplaceOf(roomMicroRho, rareShapes);
  // A half for the threshold, a quarter for each test of room.
  const delta = deltaOf(femtoDelta);
  const sigma = Math.sqrt(toNumber(sigmaSquared.shapes));
  return {
    sigmaSquared,
    customers,
    room,
    threshold: maximumRequests * gatewayStarts + Math.ceil(sigma * Math.sqrt(2 * Math.log(rareShapes / (delta / 2)))),
    roomNeeded: rareShapes + Math.ceil(Math.log(4 / delta) / toNumber(room)),
    mechanisms: [
      ...(['shapes', 'body-sizes', 'distinct-targets', 'requests-per-minute'] as const).map((aggregate) => ({
        aggregate,
        distribution: 'discrete-gaussian' as const,
        sensitivity: Math.sqrt(sensitivitySquared),
        scale: Math.sqrt(toNumber(sigmaSquared[aggregate])),
        microRho: part(aggregate),
      })),
      {
        aggregate: 'customers',
        distribution: 'discrete-laplace',
        sensitivity: 1,
        scale: 1 / toNumber(customers),
        microRho: part('customers'),
      },
      {
        aggregate: 'room-for-shapes',
        distribution: 'discrete-laplace',
        sensitivity: rareShapes,
        scale: 1 / toNumber(room),
        microRho: part('room-for-shapes'),
      },
    ],
  };
}

/** ε with ε²/2 ≤ ρ, over the sensitivity. */
function laplaceOf(microRho: number, sensitivity: number): Fraction {
  return { numerator: squareRoot(2n * BigInt(microRho) * 1_000_000n), denominator: 1_000_000n * BigInt(sensitivity) };
}

function toNumber({ numerator, denominator }: Fraction): number {
  return Number(numerator) / Number(denominator);
}
