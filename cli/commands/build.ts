import { downloadArtefact } from '../api/download.ts';
import type { Program } from '../main.ts';
import { type BuildView, listBuilds, readBuild } from '../operations/build.ts';
import { short, size, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';
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
    .description('fetch a binary; its SHA-256 is checked')
    .action((id, { output }) => download(session, id, output));
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

async function download(session: Session, id: string, output: string | undefined): Promise<void> {
  const api = await session.api();
  const { binary, target, kind, elfBuildId } = await readBuild(api, id);
  const file = session.path(output ?? `${target.name}-${kind}-${short(elfBuildId)}`);
  await downloadArtefact(api, { digest: binary.digest, executable: true }, file);
  session.answer(
    { file, sha256: binary.digest, sizeBytes: binary.sizeBytes, elfBuildId },
    `${file}: ${size(binary.sizeBytes)}, build ID ${elfBuildId}\n`,
  );
}

function profileText({ profileVersion, profileDigest }: BuildView): string {
  return profileVersion === null ? short(profileDigest) : `version ${String(profileVersion.number)}`;
}
