import type { DetectedKind } from '../../../domain/model/identifier-kinds.ts';
import type { Marks } from './marks.ts';

/** One way to see an identifier by its form. Data: the tests run a table of examples over every detector. */
export interface Detector {
  /** Unique; stands in reports and explanations. */
  readonly name: string;
  readonly kind: DetectedKind;
  /** Raised with every change to what it finds. */
  readonly version: number;
  /** Cheap necessary conditions; a text that fails them is not searched. */
  readonly may: {
    /** Every one of these classes of {@link Marks} is there. */
    readonly all: number;
    /** At least one of these classes is there. */
    readonly any?: number;
    /** At least so many digits. */
    readonly digits?: number;
    /** A run of word characters at least so long. */
    readonly run?: number;
    readonly text?: (text: string) => boolean;
  };
  /** With the flag `g`. Linear in the text: each run of characters is entered at one place only. */
  readonly pattern: RegExp;
  /** What of a match is the identifier: all (true), nothing (false), or from and to within the match. */
  readonly accepts: (value: string, text: string, start: number) => Accepted;
}

export type Accepted = boolean | readonly [from: number, to: number];

/** An identifier's place in a text. */
export interface Match {
  readonly kind: DetectedKind;
  readonly start: number;
  readonly end: number;
  /** The detector's name. */
  readonly by: string;
}

/** Whether a text of these marks may hold what the detector looks for. */
export function mayHave({ may }: Detector, marks: Marks, digits: number, run: number): boolean {
  if ((marks & may.all) !== may.all) return false;
  if (may.any !== undefined && (marks & may.any) === 0) return false;
  if (may.digits !== undefined && digits < may.digits) return false;
  return may.run === undefined || run >= may.run;
}

export const always = () => true;
export const digitsOf = (text: string) => text.replaceAll(/\D/g, '');

/** True when one of the words stands within so many characters before a place: what the value is, the text says. */
export function follows(words: RegExp, text: string, start: number, within = 24): boolean {
  return words.test(text.slice(Math.max(0, start - within), start));
}
