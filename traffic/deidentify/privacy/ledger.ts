import type { Manifest } from '../../../domain/manifest/schema.ts';
import type { PrivacyGrant, PrivacyReport } from '../../../domain/model/privacy.ts';
import type { Count } from '../stage.ts';
import { makeContributions } from './contributions.ts';
import { makeSystemRandom, type RandomSource } from './random.ts';
import { makeRelease } from './release.ts';
import type { Shapes } from './shape.ts';
import { bitsSet, makeShapeTable, setBit, type StoredShape } from './shape-table.ts';

/** What one request contributes, as its stage found it; what of it counts is the ledger's to say. */
export interface Contribution {
  /** Of the customer; null when the request says nothing of one. */
  readonly slot: number | null;
  readonly shapes: Shapes;
  readonly bodyBytes: number;
  readonly targetHash: number;
}

/** The exact figures of a session: one for all its threads, since what a customer may contribute is counted over all of them. */
export interface PrivacyLedger {
  /** Counts one request for its customer, as far as the customer's part goes. */
  take(contribution: Contribution, count: Count): void;
  /** The exact figures, for the gateway's own snapshot; they never leave it. */
  snapshot(): PrivacySnapshot;
  /** The report for outside. A grant pays for one call. @param transformed what {@link take} has counted */
  report(grant: PrivacyGrant, transformed: Readonly<Record<string, number>>): PrivacyReport;
}

/** What a gateway that starts again goes on from. */
export interface PrivacySnapshot {
  readonly openedAt: string;
  readonly gatewayStarts: number;
  readonly words: readonly StoredShape[];
  readonly kinds: readonly StoredShape[];
  readonly minutes: readonly number[];
  /** Slots of customers in use, a bit each, as base64. */
  readonly slotsUsed: string;
}

export interface PrivacyLedgerSettings {
  readonly privacy: Manifest['deidentification']['privacy'];
  readonly before?: PrivacySnapshot | undefined;
  readonly random?: RandomSource;
  readonly clock?: () => Date;
}

/** Customers that are told apart; more share slots, and count for less. */
export const slots = 65_536;
/** More shapes than that are not released: with the words of paths, and without. */
const capacities = { words: 8192, kinds: 4096 } as const;
/** Minutes after a day do not count. */
const maximumMinutes = 24 * 60;

export function makePrivacyLedger(settings: PrivacyLedgerSettings): PrivacyLedger {
  const { privacy, before, random = makeSystemRandom(), clock = () => new Date() } = settings;
  const figures = makeFigures(privacy, before, clock);
  const gatewayStarts = (before?.gatewayStarts ?? 0) + 1;
  return {
    take: (contribution, count) => contribute(contribution, figures, count),
    snapshot: () => ({
      openedAt: figures.openedAt.toISOString(),
      gatewayStarts,
      words: figures.words.table.stored(),
      kinds: figures.kinds.table.stored(),
      minutes: [...figures.minutes],
      slotsUsed: Buffer.from(figures.slotsUsed).toString('base64'),
    }),
    report(grant, transformed) {
      const clipping = { maximumRequests: privacy.maximumRequestsPerShape, maximumShapes: privacy.maximumShapesPerCustomer, gatewayStarts };
      const { words, kinds } = figures;
      const exact = {
        words: words.table,
        kinds: kinds.table,
        minutes: figures.minutesUntilNow(),
        slotsUsed: bitsSet(figures.slotsUsed),
        slots,
      };
      return {
        unit: 'customer-in-epoch',
        maximumRequestsPerShape: privacy.maximumRequestsPerShape,
        maximumShapesPerCustomer: privacy.maximumShapesPerCustomer,
        customerKeys: privacy.customer,
        requestsWithoutCustomer: transformed['without-customer'] ?? 0,
        requestsCounted: transformed['contribution'] ?? 0,
        requestsClipped: transformed['clipped'] ?? 0,
        gatewayStarts,
        release: grant.granted ? makeRelease(exact, { microRho: grant.microRho, femtoDelta: grant.femtoDelta }, clipping, random) : null,
        withheld: grant.granted ? null : { code: grant.code, message: grant.message },
      };
    },
  };
}

type Figures = ReturnType<typeof makeFigures>;

function makeFigures(privacy: PrivacyLedgerSettings['privacy'], before: PrivacySnapshot | undefined, clock: () => Date) {
  const openedAt = before === undefined ? clock() : new Date(before.openedAt);
  const contributions = () =>
    makeContributions({ slots, maximumRequests: privacy.maximumRequestsPerShape, maximumCells: privacy.maximumShapesPerCustomer });
  const minutes = [...(before?.minutes ?? [])];
  const minute = () => Math.max(0, Math.floor((clock().getTime() - openedAt.getTime()) / 60_000));
  return {
    openedAt,
    words: { table: makeShapeTable(capacities.words, before?.words), contributions: contributions() },
    kinds: { table: makeShapeTable(capacities.kinds, before?.kinds), contributions: contributions() },
    minutes,
    minuteContributions: contributions(),
    minute,
    /** Every minute up to now, and none that a clock set back had already passed. */
    minutesUntilNow: () => Array.from({ length: Math.min(minute() + 1, maximumMinutes) }, (_, index) => minutes[index] ?? 0),
    slotsUsed: before === undefined ? new Uint8Array(slots / 8) : new Uint8Array(Buffer.from(before.slotsUsed, 'base64')),
  };
}

function contribute({ slot, shapes, bodyBytes, targetHash }: Contribution, figures: Figures, count: Count): void {
  if (slot === null) count('without-customer');
  else setBit(figures.slotsUsed, slot);
  for (const detail of ['words', 'kinds'] as const) {
    const { table, contributions } = figures[detail];
    // A customer brings about no more shapes than count: the room that a release needs rests on that.
    const isOpen = slot === null || contributions.hasRoom(slot);
    const index = table.find(shapes[detail]) ?? (isOpen ? table.enter(shapes[detail]) : null);
    const isCounted = index !== null && (slot === null || contributions.take(slot, index));
    if (isCounted) table.add(index, { bodyBytes, targetHash });
    if (detail === 'words') count(isCounted ? 'contribution' : 'clipped');
  }
  const minute = figures.minute();
  if (minute < maximumMinutes && (slot === null || figures.minuteContributions.take(slot, minute))) {
    figures.minutes[minute] = (figures.minutes[minute] ?? 0) + 1;
  }
}
