import type { Build } from '../../domain/model/build.ts';
import { builds } from '../options.ts';
import type { CycleContext, CyclePlan } from './cycle-context.ts';

/** Snapshots the source, finds or makes the baseline, and looks at the host. */
export async function plan(context: CycleContext): Promise<CyclePlan> {
  const { input, basis, host, progress } = context;
  return progress.stage(
    'plan',
    async () => {
      const [source, described] = await Promise.all([
        builds.captureSource({ directory: basis.directory, manifest: basis.manifest }),
        host.work.describeHost({ instances: basis.manifest.collection.instances }),
      ]);
      const baseline =
        basis.promoted ??
        (await builds.buildBinary({
          targetId: input.targetId,
          targetName: input.targetName,
          manifest: basis.manifest,
          source,
          kind: 'baseline',
          profile: null,
        }));
      return { source, baseline, hostId: described.id, cores: described.collectionCores };
    },
    ({ source, baseline }) =>
      `source ${source.digest.slice(0, 12)}, ${source.files} files; baseline ${baseline.elfBuildId.slice(0, 12)}${basis.promoted ? ' (promoted)' : ''}`,
  );
}

export async function buildInstrumented(context: CycleContext, { source }: CyclePlan): Promise<Build> {
  const { input, basis, progress } = context;
  return progress.stage(
    'build-instrumented',
    () =>
      builds.buildBinary({
        targetId: input.targetId,
        targetName: input.targetName,
        manifest: basis.manifest,
        source,
        kind: 'instrumented',
        profile: null,
      }),
    (build) =>
      `${build.toolchain.kind} ${build.toolchain.version}, build ID ${build.elfBuildId.slice(0, 12)}, ${build.seconds.toFixed(1)} s`,
  );
}
