import type { ReleaseId } from '../ids.ts';
import type { ChannelMove } from '../model/release.ts';

/**
 * Where a rollback leads: to what the channel had before the newest promotion that no rollback has undone yet; null is the
 * baseline. Each promotion lays down what was there, each rollback takes it up again, so that rollbacks one after the other
 * reach the baseline whatever was promoted how often.
 * @param moves every move of one channel, oldest first
 */
export function rollbackDestination(moves: readonly ChannelMove[]): ReleaseId | null {
  const before: (ReleaseId | null)[] = [];
  for (const { kind, fromReleaseId, toReleaseId } of moves) {
    if (kind === 'promotion') before.push(fromReleaseId);
    else before.splice(Math.max(0, before.lastIndexOf(toReleaseId)));
  }
  return before.at(-1) ?? null;
}
