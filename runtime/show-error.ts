import type { HoneErrorData } from '../domain/errors.ts';

/** An error as a person wants it: what, what to do, and the lines that belong to it. */
export function showError({ code, message, advice, details }: HoneErrorData, say: (line: string) => void): void {
  say(`error (${code}): ${message}`);
  for (const line of details ?? []) say(`  ${line}`);
  say(advice);
}
