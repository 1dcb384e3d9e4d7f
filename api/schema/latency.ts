import type { LatencyFigures } from '../../domain/model/stress.ts';
import { builder } from '../builder.ts';

/** Of a stress window and of an evaluation alike. */
export const LatencyType = builder.objectRef<LatencyFigures>('Latency').implement({
  description: 'From the moment at which a request was to be sent to the last byte of its answer; milliseconds.',
  fields: (t) => ({
    p50: t.exposeFloat('p50'),
    p90: t.exposeFloat('p90'),
    p99: t.exposeFloat('p99'),
    maximum: t.exposeFloat('maximum'),
  }),
});
