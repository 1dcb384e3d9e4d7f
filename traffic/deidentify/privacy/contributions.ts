/** What each slot of customers has contributed to one histogram: at most so many requests to each of so many cells. */
export interface Contributions {
  /** Whether the slot may come to another cell. */
  hasRoom(slot: number): boolean;
  /** Counts one request of the slot for the cell; false when the slot has had its part. */
  take(slot: number, cell: number): boolean;
}

export interface ContributionLimits {
  readonly slots: number;
  /** Requests of one slot that count in one cell; at most 255. */
  readonly maximumRequests: number;
  /** Cells in which a slot's requests count: the first ones it comes to. */
  readonly maximumCells: number;
}

/** Fixed memory, whoever comes: per slot and cell an index and a count. */
export function makeContributions({ slots, maximumRequests, maximumCells }: ContributionLimits): Contributions {
  /** The cell's index plus one; 0 is a free place. */
  const cells = new Int32Array(slots * maximumCells);
  const counts = new Uint8Array(slots * maximumCells);
  return {
    // Places are taken from the first on: a free one means that the last is free.
    hasRoom: (slot) => cells[(slot + 1) * maximumCells - 1] === 0,
    take(slot, cell) {
      for (let place = slot * maximumCells; place < (slot + 1) * maximumCells; place += 1) {
        if (cells[place] === 0) cells[place] = cell + 1;
        if (cells[place] !== cell + 1) continue;
        const count = counts[place] ?? 0;
        if (count >= maximumRequests) return false;
        counts[place] = count + 1;
        return true;
      }
      return false;
    },
  };
}
