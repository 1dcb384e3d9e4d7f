import type { Manifest } from '../../../domain/manifest/schema.ts';
import type { PrivacyGrant, PrivacyReport } from '../../../domain/model/privacy.ts';
import { makeStage, type Envelope, type Stage, type StageBooks } from '../stage.ts';
import { makeContributions } from './contributions.ts';
import { hash, makeCustomerOf, slotOf, type CustomerOf } from './customer.ts';
import { makeSystemRandom, type RandomSource } from './random.ts';
import { makeRelease } from './release.ts';
import { shapesOfRequest } from './shape.ts';
import { bitsSet, makeShapeTable, setBit, type StoredShape } from './shape-table.ts';

/** Stage 4: counts what each customer may contribute, and releases the counts with noise, once, when the budget was spent for it. */
export interface PrivacyStage extends Stage {
  /** The exact figures, for the gateway's own snapshot; they never leave it. */
  snapshot(): PrivacySnapshot;
  /** The report for outside. A grant pays for one call. */
  privacyReport(grant: PrivacyGrant): PrivacyReport;
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

export interface PrivacyStageSettings {
  readonly privacy: Manifest['deidentification']['privacy'];
  readonly before?: PrivacySnapshot | undefined;
  readonly books?: StageBooks | undefined;
  readonly random?: RandomSource;
  readonly clock?: () => Date;
}

/** Customers that are told apart; more share slots, and count for less. */
const slots = 65_536;
/** More shapes than that are not released: with the words of paths, and without. */
const capacities = { words: 8192, kinds: 4096 } as const;
/** Minutes after a day do not count. */
const maximumMinutes = 24 * 60;

export function makePrivacyStage(settings: PrivacyStageSettings): PrivacyStage {
  const { privacy, before, random = makeSystemRandom(), clock = () => new Date() } = settings;
  const figures = makeFigures(privacy, before, clock);
  const gatewayStarts = (before?.gatewayStarts ?? 0) + 1;
  const customerOf = makeCustomerOf(privacy.customer);
  const stage = makeStage('privacy', 'privacy-2', (envelope, count) => contribute(envelope, figures, customerOf, count), settings.books);
  return {
    ...stage,
    snapshot: () => ({
      openedAt: figures.openedAt.toISOString(),
      gatewayStarts,
      words: figures.words.table.stored(),
      kinds: figures.kinds.table.stored(),
      minutes: [...figures.minutes],
      slotsUsed: Buffer.from(figures.slotsUsed).toString('base64'),
    }),
    privacyReport(grant) {
      const { transformed } = stage.report();
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

function makeFigures(privacy: PrivacyStageSettings['privacy'], before: PrivacySnapshot | undefined, clock: () => Date) {
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

/** Counts one request for its customer, as far as the customer's part goes. */
function contribute(envelope: Envelope, figures: Figures, customerOf: CustomerOf, count: (kind: string) => void): void {
  const { output, document, isCanary } = envelope;
  if (output === null || document === null) throw new Error('privacy needs the request of structure');
  // What the gateway made up itself is no customer's.
  if (isCanary === true) return;
  envelope.customer = customerOf(output, document);
  const slot = envelope.customer === null ? null : slotOf(envelope.customer, slots);
  if (slot === null) count('without-customer');
  else setBit(figures.slotsUsed, slot);
  const bodyBytes = Math.floor(((output.body?.length ?? 0) * 3) / 4);
  const shapes = shapesOfRequest(output.method, document.target);
  for (const detail of ['words', 'kinds'] as const) {
    const { table, contributions } = figures[detail];
    // A customer brings about no more shapes than count: the room that a release needs rests on that.
    const isOpen = slot === null || contributions.hasRoom(slot);
    const index = table.find(shapes[detail]) ?? (isOpen ? table.enter(shapes[detail]) : null);
    const isCounted = index !== null && (slot === null || contributions.take(slot, index));
    if (isCounted) table.add(index, { bodyBytes, targetHash: hash(output.path) });
    if (detail === 'words') count(isCounted ? 'contribution' : 'clipped');
  }
  const minute = figures.minute();
  if (minute < maximumMinutes && (slot === null || figures.minuteContributions.take(slot, minute))) {
    figures.minutes[minute] = (figures.minutes[minute] ?? 0) + 1;
  }
}
