import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Build } from '../../domain/model/build.ts';
import type { Release } from '../../domain/model/release.ts';
import type { Target } from '../../domain/model/target.ts';
import type { Store } from '../../domain/ports/store.ts';
import type { BuiltBinary, LongCall } from '../../domain/ports/toolchain.ts';
import type { Services } from '../services.ts';
import type { Say } from '../stack.ts';

/** The channel whose build a cycle takes as its baseline. */
const servedChannel = 'stable';

/** The release that the channel points to; null when the baseline build serves. */
export async function servedRelease({ releases }: Pick<Store, 'releases'>, target: Target): Promise<Release | null> {
  const { releaseId } = await releases.channel(target.id, servedChannel);
  return releaseId && releases.byId(releaseId);
}

/** What production runs: the build that its channel points to, or the baseline build, which is made when it is not there. */
export async function servedBuild(
  services: Pick<Services, 'store' | 'builds'>,
  target: Target,
  signal: AbortSignal,
  say: Say,
): Promise<Build> {
  const release = await servedRelease(services.store, target);
  const promoted = release && (await services.store.builds.byId(release.buildId));
  if (release && promoted) {
    say(`release ${release.number} is promoted: build ID ${promoted.elfBuildId.slice(0, 12)}`);
    return promoted;
  }
  const baseline = await baselineBuild(services, target, { signal, progress: () => undefined }, say);
  say(`baseline: build ID ${baseline.elfBuildId.slice(0, 12)}, ${baseline.seconds.toFixed(1)} s when it was made`);
  return baseline;
}

/** Made as the cycle would make it, so that the cycle finds it. */
async function baselineBuild(
  { store, builds }: Pick<Services, 'store' | 'builds'>,
  target: Target,
  call: LongCall,
  say: Say,
): Promise<Build> {
  const source = await builds.captureSource(target.directory, target.manifest, call);
  const request = {
    targetId: target.id,
    targetName: target.name,
    manifest: target.manifest,
    source,
    kind: 'baseline',
    profile: null,
  } as const;
  const plan = await builds.plan(request);
  const known = () => store.builds.byKey(target.id, plan.key);
  const make = async (compile: () => Promise<BuiltBinary>): Promise<Build> => {
    const meanwhile = await known(); // a cycle may have made it while this waited for its turn
    if (meanwhile) return meanwhile;
    say('compiling the baseline build, this once');
    const { binary, libraries, elfBuildId, textBytes, seconds } = await compile();
    return store.builds.save({
      targetId: target.id,
      kind: 'baseline',
      key: plan.key,
      sourceDigest: source.digest,
      toolchain: plan.toolchain,
      flags: plan.flags,
      profileDigest: null,
      profileVersionId: null,
      elfBuildId,
      binary,
      libraries,
      textBytes,
      seconds,
    });
  };
  return (await known()) ?? builds.exclusively(request, call, make);
}

/** Places a build's binary where production can run it. */
export async function placeBinary({ blobs }: Services, build: Build, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await blobs.getFile(build.binary.digest, path);
  await chmod(path, 0o755);
}
