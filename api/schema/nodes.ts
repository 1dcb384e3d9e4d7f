import type {
  BuildRecordId,
  CycleId,
  EvaluationId,
  HostId,
  ProfileVersionId,
  ReleaseId,
  StressId,
  TargetId,
  WindowId,
} from '../../domain/ids.ts';
import type { Build } from '../../domain/model/build.ts';
import type { Window } from '../../domain/model/collection.ts';
import type { RefreshCycle } from '../../domain/model/cycle.ts';
import type { Evaluation } from '../../domain/model/evaluation.ts';
import type { ProfileVersion } from '../../domain/model/profile.ts';
import type { Channel, Release } from '../../domain/model/release.ts';
import type { StressWindow } from '../../domain/model/stress.ts';
import type { Host, Target } from '../../domain/model/target.ts';
import { builder } from '../builder.ts';
import { inOrder } from './loading.ts';

/**
 * The types that refer to each other, by name and loader; each has its fields in a file of its own. A field that answers an id of one is
 * loaded together with all the others of its level, in one statement.
 */

export const TargetNode = builder.loadableNodeRef('Target', {
  id: { resolve: ({ id }: Target) => id },
  load: async (ids: TargetId[], { store }) => inOrder(ids, await store.targets.byIds(ids), 'target'),
});

export const CycleNode = builder.loadableNodeRef('RefreshCycle', {
  id: { resolve: ({ id }: RefreshCycle) => id },
  load: async (ids: CycleId[], { store }) => inOrder(ids, await store.cycles.byIds(ids), 'cycle'),
});

export const WindowNode = builder.loadableNodeRef('Window', {
  id: { resolve: ({ id }: Window) => id },
  // Only `node(id)` comes this way, one id at a time; the windows of a cycle come with their rows.
  load: async (ids: WindowId[], { store }) => {
    const rows = await Promise.all(ids.map((id) => store.windows.byId(id)));
    return inOrder(
      ids,
      rows.filter((row) => row !== null),
      'window',
    );
  },
});

export const BuildNode = builder.loadableNodeRef('Build', {
  id: { resolve: ({ id }: Build) => id },
  load: async (ids: BuildRecordId[], { store }) => inOrder(ids, await store.builds.byIds(ids), 'build'),
});

export const ProfileVersionNode = builder.loadableNodeRef('ProfileVersion', {
  id: { resolve: ({ id }: ProfileVersion) => id },
  load: async (ids: ProfileVersionId[], { store }) => inOrder(ids, await store.profiles.byIds(ids), 'profile version'),
});

export const EvaluationNode = builder.loadableNodeRef('Evaluation', {
  id: { resolve: ({ id }: Evaluation) => id },
  load: async (ids: EvaluationId[], { store }) => inOrder(ids, await store.evaluations.byIds(ids), 'evaluation'),
});

export const ReleaseNode = builder.loadableNodeRef('Release', {
  id: { resolve: ({ id }: Release) => id },
  load: async (ids: ReleaseId[], { store }) => inOrder(ids, await store.releases.byIds(ids), 'release'),
});

export const StressWindowNode = builder.loadableNodeRef('StressWindow', {
  id: { resolve: ({ id }: StressWindow) => id },
  load: async (ids: StressId[], { store }) => inOrder(ids, await store.stress.byIds(ids), 'stress window'),
});

export const HostNode = builder.loadableNodeRef('Host', {
  id: { resolve: ({ id }: Host) => id },
  load: async (ids: HostId[], { store }) => inOrder(ids, await store.hosts.byIds(ids), 'host'),
});

export const ChannelObject = builder.objectRef<Channel>('Channel');
