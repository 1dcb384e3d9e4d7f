import type { HostId } from '../../domain/ids.ts';
import type { HostFacts } from '../../domain/model/environment.ts';
import type { HostLease } from '../../domain/model/target.ts';
import { builder } from '../builder.ts';
import { CycleNode, HostNode, StressWindowNode } from './nodes.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { oneEach } from './loading.ts';
import { NumberReadingObject, TextReadingObject } from './environment.ts';

const Facts = builder.objectRef<HostFacts>('HostFacts').implement({
  description: 'What does not change while a host runs.',
  fields: (t) => ({
    hostName: t.exposeString('hostName'),
    cpuModel: t.field({ type: TextReadingObject, resolve: ({ cpuModel }) => cpuModel }),
    microcode: t.field({ type: TextReadingObject, resolve: ({ microcode }) => microcode }),
    kernel: t.field({ type: TextReadingObject, resolve: ({ kernel }) => kernel }),
    governor: t.field({ type: TextReadingObject, resolve: ({ governor }) => governor }),
    virtualised: t.field({ type: TextReadingObject, resolve: ({ virtualised }) => virtualised }),
    logicalCores: t.exposeInt('logicalCores'),
    memoryBytes: t.field({ type: NumberReadingObject, resolve: ({ memoryBytes }) => memoryBytes }),
  }),
});

const Lease = builder.objectRef<HostLease>('HostLease').implement({
  description: 'That one cycle or stress window uses a host, and nobody else may.',
  fields: (t) => ({
    cycle: t.field({ type: CycleNode, nullable: true, resolve: ({ cycleId }) => cycleId }),
    stressWindow: t.field({ type: StressWindowNode, nullable: true, resolve: ({ stressId }) => stressId }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Unless its holder renews it, as it does.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
  }),
});

HostNode.implement({
  description: 'A machine that runs instances under test.',
  fields: (t) => ({
    rawId: t.exposeID('id'),
    name: t.exposeString('name'),
    hardwareClass: t.exposeString('hardwareClass', { description: 'Hosts of one class may be compared.' }),
    facts: t.field({ type: Facts, resolve: ({ facts }) => facts }),
    lastSeenAt: t.field({ type: 'DateTime', resolve: ({ lastSeenAt }) => lastSeenAt }),
    lease: t.loadable({
      type: Lease,
      nullable: true,
      description: 'Who uses it now; null when nobody does.',
      load: async (ids: HostId[], { store }) => oneEach(ids, await store.hosts.leasesOf(ids), ({ hostId }) => hostId),
      resolve: ({ id }) => id,
    }),
  }),
});

builder.queryFields((t) => ({
  host: t.field({
    type: HostNode,
    nullable: true,
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, { store }) => store.hosts.byName(name),
  }),
  hosts: t.connection(
    {
      type: HostNode,
      description: 'Newest first.',
      resolve: (_root, args, { store }) => connectionOf(args, (page) => store.hosts.list(page)),
    },
    ...connectionNames('Host'),
  ),
}));
