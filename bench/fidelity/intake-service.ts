import { fileURLToPath } from 'node:url';
import { makeIntakeRequests } from './intake-requests.ts';
import type { Subject } from './subject.ts';

/** A list has some thirty applications. */
const requestsPerList = 5;
const seeds = { training: 20_251, heldOut: 20_252 } as const;

/** The bench's own program, all of whose branches hang on the data: check sums, dates, lengths, regions, order. It keeps nothing. */
export const intake: Subject = {
  name: 'intake',
  source: fileURLToPath(new URL('./intake', import.meta.url)),
  variables: [],
  passes: 6,
  // As its team would write them: what the code compares keeps its order.
  rules: { ordered: ['applied_on', 'born', 'card_expires', 'amount', 'limit'] },
  words: (port) => ['serve', '--port', String(port)],
  prepare: ({ requests }) =>
    Promise.resolve({
      training: makeIntakeRequests(seeds.training, Math.ceil(requests.training / requestsPerList)),
      heldOut: makeIntakeRequests(seeds.heldOut, Math.ceil(requests.heldOut / requestsPerList)),
      store: null,
      storeOf: null,
    }),
};
