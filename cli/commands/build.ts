import { join } from 'node:path';
import type { BuildLibrary } from '../../domain/model/build.ts';
import type { ApiClient } from '../api/client.ts';
import { downloadArtefact } from '../api/download.ts';
import type { Program } from '../main.ts';
import { type BuildView, listBuilds, readBuild } from '../operations/build.ts';
import { short, size, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';
import { libraryFacts } from './library-facts.ts';
import type { Session } from '../session.ts';
import { defaultLimit, positiveInteger } from './arguments.ts';

export function addBuildCommands(program: Program, session: Session): void {
  const build = program.command('build').description('the binaries made from a target');
  build
    .command('list')
    .argument('<target>', "the target's name")
    .option('--limit <number>', 'how many', positiveInteger, defaultLimit)
    .description('builds, the newest first')
    .action((target, { limit }) => list(session, target, limit));
  build
    .command('show')
    .argument('<build>', "the build's id")
    .description('one build: source, toolchain, flags, profile')
    .action((id) => show(session, id));
  build
    .command('download')
    .argument('<build>', "the build's id")
    .option('--output <file>', 'where to; TARGET-KIND-BUILDID in this folder without it')
    .option('--libraries <folder>', 'fetch the shared objects of its own too, each at its path below this folder')
    .description('fetch a binary; its SHA-256 is checked')
    .action((id, options) => download(session, id, options));
}

async function list(session: Session, target: string, limit: number): Promise<void> {
  const builds = await listBuilds(await session.api(), target, limit);
  session.answer(
    builds,
    table(builds, [
      { title: 'BUILD', value: (row) => row.id },
      { title: 'KIND', value: (row) => row.kind },
      { title: 'BUILD ID', value: (row) => short(row.elfBuildId) },
      { title: 'PROFILE', value: profileText },
      { title: 'TEXT', value: (row) => size(row.textBytes), align: 'right' },
      { title: 'TOOK', value: (row) => `${row.seconds.toFixed(1)} s`, align: 'right' },
      { title: 'CREATED', value: (row) => time(row.createdAt) },
    ]),
  );
  const [first] = builds;
  session.next(first === undefined ? `hone refresh ${target}` : `hone build show ${first.id}`);
}

async function show(session: Session, id: string): Promise<void> {
  const build = await readBuild(await session.api(), id);
  session.answer(
    build,
    facts([
      ['build', build.id],
      ['target', build.target.name],
      ['kind', build.kind],
      ['build ID', build.elfBuildId],
      ['sha256', build.binary.digest],
      ['size', `${size(build.binary.sizeBytes)}, ${size(build.textBytes)} of code`],
      ...libraryFacts(build.libraries),
      ['source', short(build.sourceDigest)],
      ['toolchain', build.toolchain.identity],
      ['flags', build.flags.join(' ')],
      ['profile', profileText(build)],
      ['took', `${build.seconds.toFixed(1)} s`],
      ['created', time(build.createdAt)],
    ]),
  );
  session.next(`hone build download ${build.id}`);
}

async function download(session: Session, id: string, { output, libraries: folder }: DownloadOptions): Promise<void> {
  const api = await session.api();
  const { binary, libraries, target, kind, elfBuildId } = await readBuild(api, id);
  const file = session.path(output ?? `${target.name}-${kind}-${short(elfBuildId)}`);
  await downloadArtefact(api, { digest: binary.digest, executable: true }, file);
  const fetched = folder === undefined ? [] : await downloadLibraries(api, libraries, session.path(folder));
  const told = [{ file, sha256: binary.digest, sizeBytes: binary.sizeBytes, elfBuildId }, ...fetched];
  session.answer(
    { ...told[0], libraries: fetched },
    told.map((one) => `${one.file}: ${size(one.sizeBytes)}, build ID ${one.elfBuildId}\n`).join(''),
  );
  if (folder === undefined && libraries.length > 0) session.next(`hone build download ${id} --libraries FOLDER`);
}

interface DownloadOptions {
  readonly output?: string | undefined;
  readonly libraries?: string | undefined;
}

/** One after the other; answers where each is now. */
async function downloadLibraries(api: ApiClient, libraries: readonly BuildLibrary[], folder: string) {
  const fetched: { file: string; sha256: string; sizeBytes: number; elfBuildId: string }[] = [];
  for (const { path, elfBuildId, file } of libraries) {
    const place = join(folder, path);
    await downloadArtefact(api, { digest: file.digest, executable: true }, place);
    fetched.push({ file: place, sha256: file.digest, sizeBytes: file.sizeBytes, elfBuildId });
  }
  return fetched;
}

function profileText({ profileVersion, profileDigest }: BuildView): string {
  return profileVersion === null ? short(profileDigest) : `version ${String(profileVersion.number)}`;
}
