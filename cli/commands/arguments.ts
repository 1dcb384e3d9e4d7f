import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A whole number of at least 1, for options and arguments. */
export function positiveInteger(text: string): number {
  const value = Number(text.replace(/^v(?=\d)/, ''));
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('A whole number of at least 1 is expected.');
  return value;
}

/** How many rows a list shows without --limit. */
export const defaultLimit = 20;
