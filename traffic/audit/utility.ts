import type { BatchUtility } from '../../domain/model/batch-report.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { Finding } from '../deidentify/document.ts';
import type { IncomingRequest } from '../deidentify/stage.ts';
import { unpackCodings } from '../deidentify/validate/unpack.ts';

/** Compares one request before and after de-identification, where the request is; what it notes holds no text of it. */
export interface UtilityWatch {
  /** Told of every pseudonym of the request. */
  readonly onReplaced: (finding: Finding, pseudonym: string) => void;
  /** @param output null for a request that was dropped */
  note(incoming: IncomingRequest, output: CorpusRequest | null): UtilityNote;
}

/** What the meter counts of one request. */
export interface UtilityNote {
  /** Null for a request that was dropped. */
  readonly compared: {
    readonly sameShape: boolean;
    readonly lengthsBefore: readonly number[];
    readonly lengthsAfter: readonly number[];
  } | null;
  /** Kind, part of the digest, and pseudonym without its separators. */
  readonly replaced: readonly (readonly [kind: string, value: string, pseudonym: string])[];
}

/** Sums up what was kept; what leaves are shares. */
export interface UtilityMeter {
  add(note: UtilityNote): void;
  report(): BatchUtility;
  snapshot(): UtilitySnapshot;
}

/** Sums alone; the sets of distinct values are made anew after a restart of the gateway. */
export interface UtilitySnapshot {
  readonly sampled: number;
  readonly sameShape: number;
  readonly lengthsBefore: readonly number[];
  readonly lengthsAfter: readonly number[];
}

/** Words from this length on are counted together. */
const longest = 64;
/** Distinct values of a kind that are told apart; enough for a ratio, and bounded. */
const maximumDistinct = 20_000;

const noLengths: readonly number[] = Array.from({ length: longest + 1 }, () => 0);

interface Distinct {
  readonly values: Set<string>;
  readonly pseudonyms: Set<string>;
}

/** For one request. */
export function watchUtility(): UtilityWatch {
  const replaced: [string, string, string][] = [];
  return {
    onReplaced({ kind, digest }, pseudonym) {
      // A mask and a dropped value are one for all by the manifest's own word.
      if (digest === null || kind === 'mask' || kind === 'drop') return;
      replaced.push([kind, digest.toString('base64', 0, 9), pseudonym.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')]);
    },
    note(incoming, output) {
      if (output === null) return { compared: null, replaced };
      const [left, right] = [textBefore(incoming), textAfter(output)];
      const compared = {
        sameShape: skeletonOf(left) === skeletonOf(right),
        lengthsBefore: lengthsOf(left),
        lengthsAfter: lengthsOf(right),
      };
      return { compared, replaced };
    },
  };
}

export function makeUtilityMeter(before?: UtilitySnapshot): UtilityMeter {
  let sampled = before?.sampled ?? 0;
  let sameShape = before?.sameShape ?? 0;
  let lengthsBefore = before?.lengthsBefore ?? noLengths;
  let lengthsAfter = before?.lengthsAfter ?? noLengths;
  const kinds = new Map<string, Distinct>();
  const addReplaced = (kind: string, value: string, pseudonym: string) => {
    const distinct = kinds.get(kind) ?? { values: new Set(), pseudonyms: new Set() };
    kinds.set(kind, distinct);
    if (distinct.values.size >= maximumDistinct) return;
    distinct.values.add(value);
    distinct.pseudonyms.add(pseudonym);
  };
  return {
    add({ compared, replaced }) {
      for (const one of replaced) addReplaced(...one);
      if (compared === null) return;
      sampled += 1;
      if (compared.sameShape) sameShape += 1;
      lengthsBefore = sumOf(lengthsBefore, compared.lengthsBefore);
      lengthsAfter = sumOf(lengthsAfter, compared.lengthsAfter);
    },
    report: () => ({
      sampled,
      shapeKeptShare: sampled === 0 ? null : rounded(sameShape / sampled),
      lengthDistance: sampled === 0 ? null : rounded(totalVariation(lengthsBefore, lengthsAfter)),
      cardinalityRatio: Object.fromEntries(
        [...kinds].map(([kind, { values, pseudonyms }]) => [kind, rounded(pseudonyms.size / Math.max(1, values.size))]),
      ),
    }),
    snapshot: () => ({ sampled, sameShape, lengthsBefore, lengthsAfter }),
  };
}

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;

/** Path, query and unpacked body; headers are cut down by rule and would say nothing. */
function textBefore({ target, headers, body }: IncomingRequest): string {
  const coding = headers.find(([name]) => name === 'content-encoding')?.[1] ?? '';
  return `${target}\n${(unpackCodings(Buffer.from(body), coding) ?? Buffer.alloc(0)).toString('utf8')}`;
}

function textAfter({ path, headers, body = '' }: CorpusRequest): string {
  return `${path}\n${(unpackCodings(Buffer.from(body, 'base64'), headers['content-encoding'] ?? '') ?? Buffer.alloc(0)).toString('utf8')}`;
}

const words = /(?:%[0-9a-f]{2}|\\u[0-9a-f]{4}|&#?\w{1,8};|[\p{L}\p{M}\p{N}])+/giu;

/** The text with each word as one mark: quotes, brackets, separators and their order are left. */
function skeletonOf(text: string): string {
  return text.replaceAll(words, 'w');
}

function lengthsOf(text: string): number[] {
  const counts = [...noLengths];
  for (const [word] of text.matchAll(words)) {
    const length = Math.min(word.length, longest);
    counts[length] = (counts[length] ?? 0) + 1;
  }
  return counts;
}

function sumOf(left: readonly number[], right: readonly number[]): readonly number[] {
  return left.map((count, index) => count + (right[index] ?? 0));
}

/** Half the sum of the differences of two distributions: 0 for equal ones, 1 for disjoint ones. */
function totalVariation(left: readonly number[], right: readonly number[]): number {
  const total = (counts: readonly number[]) =>
    Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    );
  const [leftTotal, rightTotal] = [total(left), total(right)];
  return left.reduce((sum, count, index) => sum + Math.abs(count / leftTotal - (right[index] ?? 0) / rightTotal), 0) / 2;
}
