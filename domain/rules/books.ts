/** While a mirror is on, so many copies are on their way between nginx's count and the gateway's: its connections to the gateway, and a few. */
const onTheirWay = 20;
/** What is lost beyond that, as a share of the window's requests, says that something eats them. */
const lostShare = 0.01;

/**
 * Whether the books are even at the end of a window: what production's proxy handed over is what the gateway counted. Answers why the
 * window is rejected, in words; empty when they are.
 * @param unaccounted copies that the proxy handed over and the gateway's counters do not have
 * @param requests replayed in the window
 */
export function judgeBooks(unaccounted: number, requests: number): readonly string[] {
  if (unaccounted <= Math.max(onTheirWay, requests * lostShare)) return [];
  return [`${unaccounted} mirrored requests are unaccounted for: the proxy handed them over, and the gateway did not count them`];
}
