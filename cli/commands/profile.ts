import { downloadArtefact } from '../api/download.ts';
import type { Program } from '../main.ts';
import { matchProfiles } from '../operations/freshness.ts';
import { listProfiles, readProfile } from '../operations/profile.ts';
import { count, percent, short, size, time } from '../output/format.ts';
import { table } from '../output/table.ts';
import type { Session } from '../session.ts';
import { defaultLimit, positiveInteger } from './arguments.ts';
import { profileText } from './profile-text.ts';
import { withNote } from './with-note.ts';

export function addProfileCommands(program: Program, session: Session): void {
  const profile = program.command('profile').description('the profile versions of a target');
  profile
    .command('list')
    .argument('<target>', "the target's name")
    .option('--limit <number>', 'how many', positiveInteger, defaultLimit)
    .description('profile versions, the newest first')
    .action((target, { limit }) => list(session, target, limit));
  profile
    .command('show')
    .argument('<target>', "the target's name")
    .argument('<version>', "the version's number", positiveInteger)
    .description('one version with its acceptance report and where it comes from')
    .action((target, version) => show(session, target, version));
  profile
    .command('match')
    .argument('<target>', "the target's name")
    .option('--versions <number>', 'how many, the newest first; 50 at most', positiveInteger, 10)
    .description(
      'which of the versions fits the source as it is now best, for a branch or an older release; compiles it when it has changed',
    )
    .action((target, { versions }) => match(session, target, versions));
  profile
    .command('download')
    .argument('<target>', "the target's name")
    .argument('<version>', "the version's number", positiveInteger)
    .option('--output <file>', 'where to; TARGET-vN.profdata in this folder without it')
    .description('fetch a profile for a build (clang -fprofile-use=FILE); its SHA-256 is checked')
    .action((target, version, { output }) => download(session, target, version, output));
}

async function list(session: Session, target: string, limit: number): Promise<void> {
  const versions = await listProfiles(await session.api(), target, limit);
  session.answer(
    versions,
    table(versions, [
      { title: 'VERSION', value: (row) => String(row.number), align: 'right' },
      { title: 'STATE', value: (row) => row.state },
      { title: 'FUNCTIONS', value: (row) => count(row.acceptance.summary.functionsWithCounts), align: 'right' },
      { title: 'OVERLAP', value: (row) => percent(row.acceptance.windowOverlap), align: 'right' },
      { title: 'SIZE', value: (row) => size(row.profile.sizeBytes), align: 'right' },
      { title: 'SHA-256', value: (row) => short(row.profile.digest) },
      { title: 'CREATED', value: (row) => time(row.createdAt) },
    ]),
  );
  const [first] = versions;
  session.next(first === undefined ? `hone refresh ${target}` : `hone profile show ${target} ${String(first.number)}`);
}

async function show(session: Session, target: string, number: number): Promise<void> {
  const version = await readProfile(await session.api(), target, number);
  session.answer(version, profileText(version));
  session.next(`hone profile download ${target} ${String(number)}`, `hone cycle show ${version.cycle.id}`);
}

async function match(session: Session, target: string, versions: number): Promise<void> {
  const what = 'Comparing; a source that has changed is compiled for it.';
  const matches = await withNote(session, what, matchProfiles(await session.api(), target, versions));
  const text =
    matches.length === 0
      ? `${target} has no version that is not rejected.\n`
      : table(matches, [
          { title: 'VERSION', value: ({ version }) => String(version.number), align: 'right' },
          { title: 'STATE', value: ({ version }) => version.state },
          { title: 'LOST', value: ({ lostShare }) => percent(lostShare), align: 'right' },
          { title: 'CHANGED', value: ({ functionsChanged }) => count(functionsChanged), align: 'right' },
          { title: 'GONE', value: ({ functionsGone }) => count(functionsGone), align: 'right' },
          { title: 'NEW', value: ({ functionsNew }) => count(functionsNew), align: 'right' },
          { title: 'HEAVIEST', value: ({ heaviest: [first] }) => (first === undefined ? '-' : `${first.name} ${percent(first.share)}`) },
        ]);
  session.answer(matches, text);
  const [best] = matches;
  session.next(best === undefined ? `hone refresh ${target}` : `hone profile download ${target} ${String(best.version.number)}`);
}

async function download(session: Session, target: string, number: number, output: string | undefined): Promise<void> {
  const api = await session.api();
  const { profile, state } = await readProfile(api, target, number);
  const file = session.path(output ?? `${target}-v${String(number)}.profdata`);
  await downloadArtefact(api, { digest: profile.digest, executable: false }, file);
  session.answer(
    { file, sha256: profile.digest, sizeBytes: profile.sizeBytes, state },
    `${file}: ${size(profile.sizeBytes)}, SHA-256 ${profile.digest}\n`,
  );
  if (state !== 'vetted') session.note(`This version is ${state}: no evaluation has shown that it helps.`);
  session.next(`clang -fprofile-use=${file} …`);
}
