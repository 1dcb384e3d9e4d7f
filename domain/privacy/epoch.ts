/** A span of time of one target: one key of its pseudonyms and of its corpora, and one budget. */
export interface PrivacyEpoch {
  /** 1, 2, … since the target was registered; spans in which nothing happened are counted. */
  readonly index: number;
  readonly startsAt: string;
  /** The first moment that is no more in it. */
  readonly endsAt: string;
  /**
   * From when on its budget counts: its own beginning; after a rotation by hand that of the epoch which was cut short, so that nobody
   * gets a new budget by rotating.
   */
  readonly budgetFrom: string;
}

const dayMilliseconds = 24 * 3_600_000;

/** The epoch of a moment when none has been begun before: counted from the registration of the target. */
export function epochAt(registeredAt: string, epochDays: number, at: Date): PrivacyEpoch {
  return spanAfter(Date.parse(registeredAt), 0, epochDays, at);
}

/**
 * The epoch of a moment, given the last that was begun: that one while it runs, else the one that follows it in its own rhythm. An epoch keeps
 * the bounds that it was begun with; a length that the manifest has changed is that of the next.
 */
export function epochNow(last: PrivacyEpoch, epochDays: number, at: Date): PrivacyEpoch {
  return at.getTime() < Date.parse(last.endsAt) ? last : spanAfter(Date.parse(last.endsAt), last.index, epochDays, at);
}

/** Ends an epoch that runs, at a moment in it; the next has the rest of its time and of its budget. */
export function cutEpoch(running: PrivacyEpoch, at: Date): { readonly ended: PrivacyEpoch; readonly next: PrivacyEpoch } {
  // Both must last: a span of nothing is no epoch.
  const between = Math.min(Math.max(at.getTime(), Date.parse(running.startsAt) + 1), Date.parse(running.endsAt) - 1);
  const cutAt = new Date(between).toISOString();
  return { ended: { ...running, endsAt: cutAt }, next: { ...running, index: running.index + 1, startsAt: cutAt } };
}

function spanAfter(start: number, indexBefore: number, epochDays: number, at: Date): PrivacyEpoch {
  const length = epochDays * dayMilliseconds;
  const before = Math.max(0, Math.floor((at.getTime() - start) / length));
  const isoAt = (spans: number) => new Date(start + spans * length).toISOString();
  return { index: indexBefore + before + 1, startsAt: isoAt(before), endsAt: isoAt(before + 1), budgetFrom: isoAt(before) };
}
