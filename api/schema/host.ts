import type { HostFacts } from '../../domain/model/environment.ts';
import { builder } from '../builder.ts';
import { HostNode } from './nodes.ts';
import { connectionNames, connectionOf } from './connection.ts';
import { TextReadingObject } from './environment.ts';

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
    memoryBytes: t.field({ type: 'BigInt', resolve: ({ memoryBytes }) => memoryBytes }),
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
