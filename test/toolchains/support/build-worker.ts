import { join } from 'node:path';
import { makeBuildPort } from '../../../toolchains/index.ts';
import { makeMemoryBlobs } from './blobs.ts';
import { buildAlone, longCall, manifestOf } from './project.ts';

// A worker of its own process, to be killed: builds the project of the folder it is given.
const [folder = ''] = process.argv.slice(2);
const builds = makeBuildPort({ blobs: makeMemoryBlobs(), buildRoot: join(folder, 'builds') });
const manifest = manifestOf({ build: { command: 'sleep 100 & echo $! >../inner; wait' } });
const source = await builds.captureSource(join(folder, 'project'), manifest, longCall());
await buildAlone(builds, { targetName: manifest.target, manifest, source, kind: 'baseline', profile: null }, longCall());
