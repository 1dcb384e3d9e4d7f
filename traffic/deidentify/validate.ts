export { makeSeenValues } from './validate/raw-values.ts';
export { makeValidateStage } from './validate/stage.ts';
