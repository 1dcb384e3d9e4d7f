/**
 * The file that keeps every mirror off while it is there: in the gateway's folder for all targets, and beside nginx's include for one.
 * What stands in it is shown as the reason.
 */
export const mirrorStopFile = 'hone-mirror-off';
