import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mirrorStopFile } from '../../domain/model/mirror-stop.ts';
import { findGatewayFolder } from '../data-folder.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Program } from '../main.ts';
import type { Session } from '../session.ts';

/** An order works within a second; nginx then has what it needs to end its old workers. */
const patienceMilliseconds = 5_000;
const lookMilliseconds = 50;

/** The kill switch. It is a file, so that it works without the API, Temporal and Postgres. */
export function addMirrorCommands(program: Program, session: Session): void {
  const mirror = program.command('mirror').description("the mirror's kill switch, on the gateway's machine");
  const data = ['--data <folder>', 'the data folder (HONE_DATA); without it .hone is looked for, from this folder upwards'] as const;
  mirror
    .command('stop')
    .requiredOption('--all', 'every mirror of this gateway')
    .option('--reason <text>', 'shown in the cycles that it ends')
    .option(...data)
    .description('turn every mirror off at once and keep them off; needs neither the API nor Temporal nor Postgres')
    .action(({ reason, data: folder }) => stop(session, folder, reason ?? 'hone mirror stop --all'));
  mirror
    .command('allow')
    .requiredOption('--all', 'every mirror of this gateway')
    .option(...data)
    .description('take the order to stop back: cycles may mirror again')
    .action(({ data: folder }) => allow(session, folder));
  mirror
    .command('status')
    .option(...data)
    .description('whether anything may be mirrored, and how many sessions nginx may be mirroring for')
    .action(({ data: folder }) => status(session, folder));
}

async function stop(session: Session, data: string | undefined, reason: string): Promise<void> {
  const folder = await findGatewayFolder(session.io.directory, data);
  const file = join(folder, mirrorStopFile);
  await writeFile(file, `${reason.replaceAll(/\s+/g, ' ')}\n`, { mode: 0o644 });
  const end = Date.now() + patienceMilliseconds;
  let mirroring = await mirroredSessions(folder);
  while (mirroring.length > 0 && Date.now() < end) {
    await delay(lookMilliseconds);
    mirroring = await mirroredSessions(folder);
  }
  const stillMirroring = mirroring.length;
  session.answer({ file, stillMirroring }, `Nothing may be mirrored while ${file} is there.\n${inWords(stillMirroring)}\n`);
  if (stillMirroring === 0) return session.next('hone mirror allow --all');
  session.note(
    'The gateway is away, or nginx cannot be reloaded. nginx gives its copies up by itself and production does not wait; to be rid of them, empty the two include files of the target and reload nginx.',
  );
  session.endWith(exitCodes.failed);
}

async function allow(session: Session, data: string | undefined): Promise<void> {
  const file = join(await findGatewayFolder(session.io.directory, data), mirrorStopFile);
  await rm(file, { force: true });
  session.answer({ file, stopped: false }, `Mirrors may be turned on again; a cycle that was ended stays ended.\n`);
  session.next('hone refresh TARGET');
}

async function status(session: Session, data: string | undefined): Promise<void> {
  const folder = await findGatewayFolder(session.io.directory, data);
  const file = join(folder, mirrorStopFile);
  const order = await readFile(file, 'utf8').catch(() => null);
  const mirroring = (await mirroredSessions(folder)).length;
  const may = order === null ? 'Mirrors may be turned on.' : `Nothing may be mirrored: ${order.trim()} (${file}).`;
  session.answer({ stopped: order !== null, reason: order?.trim() ?? null, mirroring }, `${may}\n${inWords(mirroring)}\n`);
}

function inWords(mirroring: number): string {
  if (mirroring === 0) return 'nginx mirrors for no session.';
  return `nginx may be mirroring for ${mirroring} session${mirroring === 1 ? '' : 's'}.`;
}

/** The sessions whose folder says what nginx may be running; the gateway removes that file when nginx is known to run it no more. */
async function mirroredSessions(folder: string): Promise<readonly string[]> {
  const sessions = join(folder, 'sessions');
  const names = await readdir(sessions).catch(() => []);
  const found = await Promise.all(names.map((name) => stat(join(sessions, name, 'mirror.json')).catch(() => null)));
  return names.filter((_, index) => found[index] !== null);
}
