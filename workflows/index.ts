/** The entry of the workflow bundle. */
export { moveChannel } from './move-channel.ts';
export { refreshCycle } from './refresh-cycle.ts';
export { tendEpochs } from './tend-epochs.ts';
