export { makeBuildActivities } from './build.ts';
export { makeControlActivities } from './control.ts';
export { makeEpochActivities } from './epochs.ts';
export { toApplicationFailure } from './failures.ts';
export { makeGatewayActivities } from './gateway.ts';
export { makeHostActivities } from './host.ts';
export { makePromotionActivities } from './promotion.ts';
export { makeStressActivities } from './stress.ts';
