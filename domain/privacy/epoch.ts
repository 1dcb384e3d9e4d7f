/** A span of time in which one customer is protected by one budget. */
export interface PrivacyEpoch {
  /** 1, 2, … since the target was registered. */
  readonly index: number;
  readonly startsAt: string;
  /** The first moment that is no more in it. */
  readonly endsAt: string;
}

const dayMilliseconds = 24 * 3_600_000;

/**
 * The epoch of a moment, counted from the registration of the target. When the length is changed in the manifest, the bounds of past
 * epochs change with it: the ledger counts what was spent by time, so nothing that was spent within an epoch is forgotten.
 */
export function epochAt(registeredAt: string, epochDays: number, at: Date): PrivacyEpoch {
  const start = Date.parse(registeredAt);
  const length = epochDays * dayMilliseconds;
  const before = Math.max(0, Math.floor((at.getTime() - start) / length));
  const isoAt = (epochs: number) => new Date(start + epochs * length).toISOString();
  return { index: before + 1, startsAt: isoAt(before), endsAt: isoAt(before + 1) };
}
