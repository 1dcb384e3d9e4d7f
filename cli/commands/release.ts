import type { Program } from '../main.ts';
import { type ReleaseView, listReleases, promoteRelease, readRelease, rollbackRelease } from '../operations/release.ts';
import type { ChannelView } from '../operations/target.ts';
import { count, interval, percent, short, size, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';
import { libraryFacts } from './library-facts.ts';
import { speedFacts } from './speed-facts.ts';
import type { Session } from '../session.ts';
import { withNote } from './with-note.ts';
import { defaultLimit, positiveInteger } from './arguments.ts';

const defaultChannel = 'stable';

export function addReleaseCommands(program: Program, session: Session): void {
  const release = program.command('release').description('optimised builds offered for promotion');
  release
    .command('list')
    .argument('<target>', "the target's name")
    .option('--limit <number>', 'how many', positiveInteger, defaultLimit)
    .description('releases, the newest first')
    .action((target, { limit }) => list(session, target, limit));
  release
    .command('show')
    .argument('<target>', "the target's name")
    .argument('<release>', "the release's number", positiveInteger)
    .description('one release with the evaluation that speaks for it')
    .action((target, number) => show(session, target, number));
  release
    .command('promote')
    .argument('<target>', "the target's name")
    .argument('<release>', "the release's number", positiveInteger)
    .option('--channel <name>', 'the channel to move', defaultChannel)
    .option('--reason <text>', 'why, for those who read the history', 'promoted on the command line')
    .description("put a release into production by the manifest's deploy hook, and move the channel to it")
    .action((target, number, options) => promote(session, { target, number, ...options }));
  release
    .command('rollback')
    .argument('<target>', "the target's name")
    .option('--channel <name>', 'the channel to move', defaultChannel)
    .option('--reason <text>', 'why, for those who read the history', 'rolled back on the command line')
    .description('move a channel back to what it pointed to before')
    .action((target, options) => rollBack(session, { target, ...options }));
}

async function list(session: Session, target: string, limit: number): Promise<void> {
  const releases = await listReleases(await session.api(), target, limit);
  session.answer(
    releases,
    table(releases, [
      { title: 'RELEASE', value: (row) => String(row.number), align: 'right' },
      { title: 'GAIN', value: (row) => interval(row.evaluation.interval) },
      { title: 'VERDICT', value: (row) => row.evaluation.verdict ?? '-' },
      { title: 'PROFILE', value: (row) => `version ${String(row.profileVersion.number)}` },
      { title: 'BUILD ID', value: (row) => short(row.build.elfBuildId) },
      { title: 'CHANNELS', value: channelsOf },
      { title: 'OFFERED', value: (row) => time(row.createdAt) },
    ]),
  );
  const [first] = releases;
  session.next(first === undefined ? `hone refresh ${target}` : `hone release show ${target} ${String(first.number)}`);
}

async function show(session: Session, target: string, number: number): Promise<void> {
  const release = await readRelease(await session.api(), target, number);
  session.answer(release, releaseText(release));
  session.next(`hone release promote ${target} ${String(number)} --channel ${defaultChannel}`, `hone build download ${release.build.id}`);
}

function releaseText(release: ReleaseView): string {
  const { evaluation, build } = release;
  const answers =
    evaluation.answers === null ? '-' : `${count(evaluation.answers.compared)} compared, ${count(evaluation.answers.different)} different`;
  const lines = facts([
    ['release', `${String(release.number)} of ${release.target.name}`],
    ['gain', interval(evaluation.interval)],
    ...speedFacts(evaluation.speed),
    ['verdict', `${evaluation.verdict ?? '-'} after ${String(evaluation.pairs)} pairs: ${evaluation.sentence ?? '-'}`],
    ['asked for', `a gain of ${percent(evaluation.minimumGain)}, false promotions at most ${percent(evaluation.alpha)}`],
    ['answers', answers],
    ['profile', `version ${String(release.profileVersion.number)}`],
    ['build', build.id],
    ['build ID', build.elfBuildId],
    ['sha256', build.binary.digest],
    ['size', `${size(build.binary.sizeBytes)}, ${size(build.textBytes)} of code`],
    ...libraryFacts(build.libraries),
    ['channels', channelsOf(release)],
    ['offered', time(release.createdAt)],
  ]);
  if (evaluation.endpoints.length === 0) return lines;
  const endpoints = table(evaluation.endpoints, [
    { title: 'ENDPOINT', value: (row) => row.endpoint },
    { title: 'GAIN', value: (row) => interval(row) },
    { title: 'REQUESTS', value: (row) => count(row.requests), align: 'right' },
  ]);
  return `${lines}\n${endpoints}`;
}

function channelsOf(release: ReleaseView): string {
  const here = release.target.channels.filter((channel) => channel.release?.number === release.number);
  return here.length === 0 ? '-' : here.map((channel) => channel.name).join(', ');
}

async function promote(
  session: Session,
  move: { readonly target: string; readonly number: number; readonly channel: string; readonly reason: string },
): Promise<void> {
  const what = `Promoting release ${String(move.number)} of ${move.target} to ${move.channel}: the deploy hook takes a while.`;
  const channel = await withNote(session, what, promoteRelease(await session.api(), move));
  session.answer({ target: move.target, channel }, channelText(move.target, channel));
  session.next(`hone release rollback ${move.target} --channel ${move.channel}`);
}

async function rollBack(
  session: Session,
  move: { readonly target: string; readonly channel: string; readonly reason: string },
): Promise<void> {
  const what = `Rolling ${move.channel} of ${move.target} back: the deploy hook takes a while.`;
  const channel = await withNote(session, what, rollbackRelease(await session.api(), move));
  session.answer({ target: move.target, channel }, channelText(move.target, channel));
  session.next(`hone release list ${move.target}`);
}

function channelText(target: string, channel: ChannelView): string {
  const what = channel.release === null ? 'the baseline' : `release ${String(channel.release.number)}`;
  return `${channel.name} of ${target} is ${what} (revision ${String(channel.revision)}).\n`;
}
