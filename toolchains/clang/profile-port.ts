import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { LongCall, ProfilePort, WeightedProfile } from '../../domain/ports/toolchain.ts';
import { onDisk } from '../disk.ts';
import { compareFunctions, readFunctionHashes } from './code-drift.ts';
import { inspectProfile } from './inspect.ts';
import { mergeProfiles } from './merge.ts';
import { overlapProfiles } from './overlap.ts';
import type { ProfdataSettings } from './profdata.ts';
import { defaultLlvmVersion, defaultSearchPath } from './tools.ts';

export interface ProfilePortSettings {
  readonly blobs: BlobPort;
  /** Takes profiles while a tool reads them; a folder per call, removed at its end. */
  readonly scratchRoot: string;
  /** LLVM's major version, at least that of the toolchain that wrote the profiles; by default the manifest's default, 22. */
  readonly llvmVersion?: number;
  readonly searchPath?: string;
}

/** Profiles of IR-level instrumentation, over `llvm-profdata`. */
export function makeProfilePort(settings: ProfilePortSettings): ProfilePort {
  const tool = { version: settings.llvmVersion ?? defaultLlvmVersion, searchPath: settings.searchPath ?? defaultSearchPath };
  const scratch = <Result>(step: (folder: string) => Promise<Result>) => inScratch(settings.scratchRoot, step);
  return {
    merge: (raw, call) =>
      scratch(async (folder) => {
        assertMergeable(raw);
        const inputs = [];
        for (const { profile, weight } of raw) inputs.push({ path: await fetchProfile(settings.blobs, profile, folder, call), weight });
        const merged = join(folder, 'merged.profdata');
        await mergeProfiles(tool, inputs, merged, call);
        const summary = await inspectProfile(tool, merged, call);
        return { profile: await settings.blobs.putFile(merged), summary };
      }),
    codeDrift: (profile, instrumented, call) =>
      scratch(async (folder) => {
        const hashes = new Map<string, Set<string>>();
        for (const { digest } of [instrumented.binary, ...instrumented.libraries.map(({ file }) => file)]) {
          const path = join(folder, `program-${digest}`);
          await settings.blobs.getFile(digest, path);
          await readFunctionHashes(path, tool.version, hashes);
        }
        return compareFunctions(tool, await fetchProfile(settings.blobs, profile, folder, call), hashes, call);
      }),
    overlap: (left, right, call) =>
      scratch(async (folder) => {
        const leftPath = await fetchProfile(settings.blobs, left, folder, call);
        const rightPath = await fetchProfile(settings.blobs, right, folder, call);
        if (left.sizeBytes === 0 || right.sizeBytes === 0) return 0;
        return overlapProfiles(tool, await toIndexed(tool, leftPath, call), await toIndexed(tool, rightPath, call), call);
      }),
  };
}

async function inScratch<Result>(root: string, step: (folder: string) => Promise<Result>): Promise<Result> {
  return onDisk('working on profiles', async () => {
    await mkdir(root, { recursive: true });
    const folder = await mkdtemp(join(root, 'profile-'));
    try {
      return await step(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** The blob as a file whose name is its digest, so that the tool's messages name the profile. */
async function fetchProfile(blobs: BlobPort, profile: BlobRef, folder: string, call: LongCall): Promise<string> {
  call.signal.throwIfAborted();
  const path = join(folder, profile.digest);
  await blobs.getFile(profile.digest, path);
  return path;
}

const indexedMagic = '\xfflprofi\x81';

/** An indexed profile as it is; a raw one merged, which reads all of it: `overlap` takes half of a damaged one in silence. */
async function toIndexed(tool: ProfdataSettings, path: string, call: LongCall): Promise<string> {
  const file = await open(path, 'r');
  const magic = Buffer.alloc(indexedMagic.length);
  try {
    await file.read(magic, 0, magic.length, 0);
  } finally {
    await file.close();
  }
  if (magic.toString('latin1') === indexedMagic) return path;
  await mergeProfiles(tool, [{ path, weight: 1 }], `${path}.profdata`, call);
  return `${path}.profdata`;
}

function assertMergeable(raw: readonly WeightedProfile[]): void {
  if (raw.length === 0) {
    throw new HoneError('profile-tool-failed', 'There is no raw profile to merge.', 'Collect at least one window first.');
  }
  const wrong = raw.find(({ weight }) => !Number.isSafeInteger(weight) || weight < 1);
  if (wrong) {
    throw new HoneError(
      'input-invalid',
      `The weight ${wrong.weight} of a profile is no whole number of at least 1.`,
      'Give whole numbers.',
    );
  }
}
