import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Build } from '../../domain/model/build.ts';
import type { Target } from '../../domain/model/target.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';
import type { Services } from '../services.ts';

/** The build that serves as production before Hone has offered anything: made as the cycle would make it, so that the cycle finds it. */
export async function baselineBuild({ store, builds }: Services, target: Target, call: LongCall): Promise<Build> {
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
  const known = await store.builds.byKey(target.id, plan.key);
  if (known) return known;
  const { binary, elfBuildId, textBytes, seconds } = await builds.build(request, call);
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
    textBytes,
    seconds,
  });
}

/** Places a build's binary where production can run it. */
export async function placeBinary({ blobs }: Services, build: Build, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await blobs.getFile(build.binary.digest, path);
  await chmod(path, 0o755);
}
