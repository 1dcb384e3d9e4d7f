import { Context } from '@temporalio/activity';
import type { ChannelMovePlan, PromotionActivities } from '../domain/contracts/control-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { BuildRecordId, ReleaseId, TargetId } from '../domain/ids.ts';
import type { Channel } from '../domain/model/release.ts';
import type { DeployHookPort } from '../domain/ports/deploy-hook.ts';
import type { ReleaseStore, Store } from '../domain/ports/store.ts';
import { rollbackDestination } from '../domain/rules/rollback.ts';
import { longCall } from './long-call.ts';

type Move = Parameters<ReleaseStore['move']>[0];

const comparedFields = ['kind', 'toReleaseId', 'actor', 'reason', 'servingBuildId'] as const satisfies readonly (keyof Move)[];

/** Moving channels. Only the store's compare-and-set makes a move; after a crash between hook and move the person is told what may serve. */
export function makePromotionActivities({ store, deployHook }: { store: Store; deployHook: DeployHookPort }): PromotionActivities {
  async function destination(
    channel: Channel,
    request: { releaseId: ReleaseId | null; kind: 'promotion' | 'rollback' },
  ): Promise<ReleaseId | null> {
    if (request.kind === 'promotion') {
      if (!request.releaseId) throw new HoneError('input-invalid', 'A promotion names the release.', 'hone release promote TARGET NUMBER.');
      if (channel.releaseId === request.releaseId)
        throw new HoneError('conflict', `Channel ${channel.name} has this release already.`, 'Nothing is left to do.');
      return request.releaseId;
    }
    if (!channel.releaseId)
      throw new HoneError(
        'conflict',
        `Channel ${channel.name} serves the baseline: there is nothing to roll back.`,
        'See hone release list.',
      );
    return request.releaseId ?? rollbackDestination(await store.releases.moves(channel.targetId, channel.name));
  }

  /** The build to serve: the release's own, or, with no release left, the baseline that the current one was measured against. */
  async function buildFor(targetId: TargetId, channel: Channel, to: ReleaseId | null): Promise<BuildRecordId> {
    const release = await store.releases.byId((to ?? channel.releaseId)!);
    if (!release || release.targetId !== targetId)
      throw new HoneError('not-found', `There is no release ${to} of this target.`, 'See hone release list.');
    if (to) return release.buildId;
    const evaluation = await store.evaluations.byId(release.evaluationId);
    if (!evaluation)
      throw new HoneError('not-found', `The evaluation of release ${release.number} is gone.`, 'Promote another release instead.');
    return evaluation.baselineBuildId;
  }

  return {
    async planMove(request): Promise<ChannelMovePlan> {
      const target = await store.targets.byId(request.targetId);
      if (!target)
        throw new HoneError('target-not-found', `There is no target ${request.targetId}.`, 'Register it: hone target add DIRECTORY.');
      const channel = await store.releases.channel(target.id, request.channel);
      const toReleaseId = await destination(channel, request);
      const build = await store.builds.byId(await buildFor(target.id, channel, toReleaseId));
      if (!build) throw new HoneError('not-found', 'The build of this release is gone.', 'Promote another release instead.');
      const { id, binary, libraries, elfBuildId } = build;
      return {
        expectedRevision: channel.revision,
        toReleaseId,
        build: { id, binary, libraries, elfBuildId },
        directory: target.directory,
        manifest: target.manifest,
      };
    },

    deployBuild: ({ plan, channel }) =>
      longCall(async ({ signal }) => {
        if (!plan.manifest.deploy) return { servingBuildId: null };
        const { directory, manifest, build } = plan;
        return deployHook.deploy(
          {
            directory,
            deploy: plan.manifest.deploy,
            targetName: manifest.target,
            binary: build.binary,
            binaryPath: manifest.build.binary,
            libraries: build.libraries,
            elfBuildId: build.elfBuildId,
            channel,
          },
          signal,
        );
      }),

    recordMove: ({ expectedRevision, ...move }) => recordOnce(store.releases, move, expectedRevision),
  };
}

/** An earlier attempt may have recorded this very move, and only its answer was lost: then that is the answer. */
async function recordOnce(releases: Pick<ReleaseStore, 'move' | 'moves'>, move: Move, expectedRevision: number): Promise<Channel> {
  try {
    return await releases.move(move, expectedRevision);
  } catch (error) {
    if (!(error instanceof HoneError) || error.code !== 'conflict' || Context.current().info.attempt === 1) throw error;
    const revision = expectedRevision + 1;
    const { targetId, channel, toReleaseId } = move;
    const found = (await releases.moves(targetId, channel)).find((row) => row.revision === revision);
    if (!found || comparedFields.some((field) => found[field] !== move[field])) throw error;
    return { targetId, name: channel, releaseId: toReleaseId, revision, updatedAt: found.at };
  }
}
