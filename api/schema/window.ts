import { CycleNode, HostNode, WindowNode } from './nodes.ts';
import { EnvironmentSummaryObject } from './environment.ts';

WindowNode.implement({
  description: 'One bounded period of collection on one instance.',
  fields: (t) => ({
    rawId: t.exposeID('id'),
    cycle: t.field({ type: CycleNode, resolve: ({ cycleId }) => cycleId }),
    host: t.field({ type: HostNode, resolve: ({ hostId }) => hostId }),
    index: t.exposeInt('index', { description: '1, 2, …: the place in the cycle.' }),
    attempt: t.exposeInt('attempt'),
    startedAt: t.field({ type: 'DateTime', resolve: ({ startedAt }) => startedAt }),
    endedAt: t.field({ type: 'DateTime', resolve: ({ endedAt }) => endedAt }),
    requests: t.exposeInt('requests', { description: 'Requests replayed, or runs made.' }),
    cpuNanoseconds: t.field({ type: 'BigInt', resolve: ({ cpuNanoseconds }) => cpuNanoseconds }),
    kept: t.exposeBoolean('kept'),
    rejections: t.stringList({ description: 'Why it was rejected; empty for a kept one.', resolve: ({ rejections }) => rejections }),
    rawProfileDigests: t.stringList({ resolve: ({ rawProfiles }) => rawProfiles.map(({ digest }) => digest) }),
    environment: t.field({ type: EnvironmentSummaryObject, resolve: ({ environment }) => environment.summary }),
    environmentRecord: t.field({
      type: 'JSON',
      description: "The whole record: facts, and every sensor's value before, during and after.",
      resolve: ({ environment }) => environment,
    }),
  }),
});
