/** The entry of the workflow bundle. */
export { freshnessCheck } from './freshness-check.ts';
export { matchProfiles } from './match-profiles.ts';
export { moveChannel } from './move-channel.ts';
export { replayCorpus } from './replay-corpus.ts';
export { refreshCycle } from './refresh-cycle.ts';
export { scheduledCheck } from './scheduled-check.ts';
export { scheduledRefresh } from './scheduled-refresh.ts';
export { tendEpochs } from './tend-epochs.ts';
