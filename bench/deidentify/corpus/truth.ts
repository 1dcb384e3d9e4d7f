import type { IncomingRequest } from '../../../traffic/deidentify/stage.ts';

/** How a value is written inside its place; `twice` is an encoding within another. */
export const encodings = ['plain', 'base64', 'base64url', 'percent', 'json', 'html', 'unicode', 'twice'] as const;
export type EncodingName = (typeof encodings)[number];

/** One value of a request, and what must become of it. */
export interface Truth {
  /** For a value that must go a kind of identifier, for one that must stay a kind of decoy. */
  readonly kind: string;
  readonly must: 'go' | 'stay';
  /** As a person would write it, without the encoding. */
  readonly value: string;
  /** How it is compared with the output, see {@link Compare}. */
  readonly compare: Compare;
  readonly encoding: EncodingName;
  /** Where it stands: `body/order/customer/email`, `query/q`, `path/3`, `header/cookie/sid`; filled in when the request is written. */
  place: string;
}

/**
 * `text`: as it is, whatever the case. `compact`: without separators (numbers, IBAN, MAC). `words`: none of its words of four or more letters may be
 * left. `national`: a phone number, without its country code. `street`: an address, and the word in it that is no general one.
 */
export type Compare = 'text' | 'compact' | 'words' | 'national' | 'street';

/** A request of the corpus with what is known of it. */
export interface Case {
  readonly template: string;
  readonly format: string;
  readonly locale: string;
  readonly incoming: IncomingRequest;
  readonly truths: readonly Truth[];
  /** Leaves of the body, and how deep they are nested. */
  readonly fields: number;
  readonly depth: number;
}

/** A place in a template: what is known of it and how it is written. */
export interface Slot {
  /** Several for a sentence that names several things. */
  readonly truths: readonly Truth[];
  /** What stands in the place, before the format's own escaping. */
  readonly text: string;
  /** A JSON token that is written as it is (a number, or a string with escapes); null: the text as a string. */
  readonly token: string | null;
}

export type Node = Slot | readonly Node[] | { readonly [name: string]: Node };

const slots = new WeakSet();
export function makeSlot(slot: Slot): Slot {
  slots.add(slot);
  return slot;
}
export function isSlot(node: Node): node is Slot {
  return slots.has(node);
}
