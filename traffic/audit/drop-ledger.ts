import type { BatchDrops } from '../../domain/model/batch-report.ts';
import { isAboveLimit } from '../../domain/privacy/judge-batch.ts';
import type { IncomingRequest } from '../deidentify/stage.ts';
import type { KeyedHash } from '../deidentify/keyed-hash.ts';

/** Requests by shape: how many the pipeline had to pass, and how many of those it dropped. */
export interface DropLedger {
  /** Null: what no pipeline could pass. */
  add(note: DropNote | null): void;
  report(limit: number): Omit<BatchDrops, 'byReason'>;
  snapshot(): DropSnapshot;
}

/** What the ledger counts of one request. */
export interface DropNote {
  /** Keyed hash of the shape. */
  readonly key: string;
  readonly coarse: string;
  readonly dropped: boolean;
}

export interface ShapeCount {
  readonly coarse: string;
  readonly valid: number;
  readonly dropped: number;
}

/** By the keyed hash of the shape: words of paths stand nowhere. */
export type DropSnapshot = Readonly<Record<string, ShapeCount>>;

/** What no pipeline could pass: broken content, and what is refused by the manifest or by its kind. Everything else counts against the pipeline. */
const refused: ReadonlySet<string> = new Set([
  'unknown-content-type',
  'unknown-content-encoding',
  'unknown-charset',
  'unreadable-body',
  'unreadable-target',
  'not-replayable',
  'binary-part',
  'body-too-large',
  'too-deep',
  'too-many-values',
  'name-too-long',
]);

/** More shapes are counted as one. */
const maximumShapes = 5000;
const mostNamed = 20;

/** @param dropped null for a request that left the pipeline */
export function dropNoteOf(hash: KeyedHash, incoming: IncomingRequest, dropped: string | null): DropNote | null {
  if (dropped !== null && refused.has(dropped)) return null;
  const key = hash('shape', shapeOf(incoming)).toString('base64', 0, 9);
  return { key, coarse: coarseShape(incoming), dropped: dropped !== null };
}

export function makeDropLedger(before: DropSnapshot = {}): DropLedger {
  const shapes = new Map(Object.entries(before));
  return {
    add(note) {
      if (note === null) return;
      const { key, coarse, dropped } = note;
      const place = shapes.has(key) || shapes.size < maximumShapes ? key : 'other';
      const known = shapes.get(place) ?? { coarse: place === 'other' ? 'other' : coarse, valid: 0, dropped: 0 };
      shapes.set(place, { ...known, valid: known.valid + 1, dropped: known.dropped + (dropped ? 1 : 0) });
    },
    report(limit) {
      const all = [...shapes.values()];
      const above = all
        .filter(({ dropped, valid }) => isAboveLimit(dropped, valid, limit))
        .map(({ coarse, dropped, valid }) => ({ shape: coarse, percent: Math.ceil((dropped / valid) * 100) }))
        .sort((a, b) => b.percent - a.percent);
      const total = (count: (shape: ShapeCount) => number) => all.reduce((sum, shape) => sum + count(shape), 0);
      return {
        limit,
        valid: total(({ valid }) => valid),
        dropped: total(({ dropped }) => dropped),
        shapes: all.length,
        above: above.slice(0, mostNamed),
      };
    },
    snapshot: () => Object.fromEntries(shapes),
  };
}

const contentTypeOf = ({ headers }: IncomingRequest): string =>
  headers
    .find(([name]) => name === 'content-type')?.[1]
    .split(';', 1)[0]
    ?.trim()
    .toLowerCase() ?? '';

/** `POST /orders/{} application/json`: words of the path as they are, everything else as a gap. Known inside the gateway only, by its hash. */
function shapeOf(incoming: IncomingRequest): string {
  const path = incoming.target.split('?', 1)[0] ?? '';
  const segments = path.split('/').map((segment) => (/^[a-z][a-z_-]{0,30}$/i.test(segment) || /^v\d{1,2}$/.test(segment) ? segment : '{}'));
  return `${incoming.method} ${segments.join('/')} ${contentTypeOf(incoming)}`;
}

const knownTypes = /^(?:application|text|multipart)\/[a-z0-9.+-]{1,40}$/;

/** `POST, path of 2 segments, application/json`: what may be said outside, since a word of a path may be somebody's name. */
function coarseShape(incoming: IncomingRequest): string {
  const path = incoming.target.split('?', 1)[0] ?? '';
  const segments = path.split('/').filter((segment) => segment !== '').length;
  const method = /^[A-Z]{3,7}$/.test(incoming.method) ? incoming.method : 'other method';
  const type = contentTypeOf(incoming);
  const what = type === '' ? 'no body' : knownTypes.test(type) ? type : 'another type';
  return `${method}, path of ${segments} segments, ${what}`;
}
