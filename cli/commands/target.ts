import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { issueText, parseManifest } from '../../domain/manifest/parse.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { Failure } from '../failure.ts';
import type { Program } from '../main.ts';
import { type TargetView, listTargets, readTarget, registerTarget } from '../operations/target.ts';
import { age, short, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';
import type { Session } from '../session.ts';
import { defaultLimit, positiveInteger } from './arguments.ts';

const manifestName = 'hone.yaml';

export function addTargetCommands(program: Program, session: Session): void {
  const target = program.command('target').description('the programs whose binaries are optimised');
  target
    .command('add')
    .argument('<directory>', `the folder with ${manifestName}`)
    .description('register a target, or replace its manifest')
    .action((directory) => add(session, directory));
  target
    .command('check')
    .argument('<directory>', `the folder with ${manifestName}, or the file`)
    .description('read a manifest and say what is wrong with it; changes nothing and needs no API')
    .action((directory) => check(session, directory));
  target
    .command('list')
    .option('--limit <number>', 'how many', positiveInteger, defaultLimit)
    .description('every target')
    .action(({ limit }) => list(session, limit));
  target
    .command('show')
    .argument('<target>', "the target's name")
    .description('one target with its channels and its manifest')
    .action((name) => show(session, name));
}

async function add(session: Session, argument: string): Promise<void> {
  const { text, directory, manifest } = await readManifest(session, argument);
  const target = await registerTarget(await session.api(), directory, text);
  const names = Object.keys(manifest.schedules);
  const schedules = names.length === 0 ? '' : ` ${names.length === 1 ? 'Schedule' : 'Schedules'}: ${names.join(', ')}.`;
  session.answer(target, `Registered ${target.name} from ${join(directory, manifestName)}.${schedules}\n`);
  session.next(`hone refresh ${manifest.target}`, ...(names.length === 0 ? [] : [`hone schedule list ${manifest.target}`]));
}

async function check(session: Session, argument: string): Promise<void> {
  const { file, manifest, directory } = await readManifest(session, argument);
  session.answer({ ok: true, file, manifest }, `${file} is valid: target ${manifest.target}, ${manifest.drive.kind} drive.\n`);
  session.next(`hone target add ${directory}`);
}

async function list(session: Session, limit: number): Promise<void> {
  const targets = await listTargets(await session.api(), limit);
  session.answer(
    targets,
    table(targets, [
      { title: 'TARGET', value: (row) => row.name },
      { title: 'PROFILE', value: profileText },
      { title: 'CYCLE', value: cycleStageText },
      { title: 'CHANNELS', value: channelsText },
      { title: 'DIRECTORY', value: (row) => row.directory },
      { title: 'UPDATED', value: (row) => time(row.updatedAt) },
    ]),
  );
  const [first] = targets;
  session.next(first === undefined ? 'hone target add DIRECTORY' : `hone target show ${first.name}`);
}

async function show(session: Session, name: string): Promise<void> {
  const target = await readTarget(await session.api(), name);
  session.answer(
    target,
    facts([
      ['target', target.name],
      ['directory', target.directory],
      ['profile', profileText(target)],
      ['cycle', target.activeCycle === null ? '-' : `${target.activeCycle.id}, ${cycleStageText(target)}`],
      ['channels', channelsText(target)],
      ['manifest', short(target.manifestDigest)],
      ['registered', time(target.createdAt)],
      ['updated', time(target.updatedAt)],
    ]),
  );
  session.next(`hone refresh ${name}`, `hone profile list ${name}`, `hone release list ${name}`);
}

/** The newest version that is not rejected, and how old it is. */
function profileText({ latestProfileVersion: version }: TargetView): string {
  if (version === null) return '-';
  return `version ${String(version.number)}, ${version.state}, ${age(version.createdAt)} old`;
}

function cycleStageText({ activeCycle }: TargetView): string {
  return activeCycle === null ? '-' : `running: ${activeCycle.stage}`;
}

function channelsText(target: TargetView): string {
  const moved = target.channels.map(
    ({ name, release }) => `${name}: ${release === null ? 'baseline' : `release ${String(release.number)}`}`,
  );
  return moved.length === 0 ? '-' : moved.join(', ');
}

interface ReadManifest {
  readonly file: string;
  readonly directory: string;
  readonly text: string;
  readonly manifest: Manifest;
}

/** Reads a manifest and its neighbourhood, here, before anybody else is asked. Throws `manifest-invalid`, `not-found`. */
async function readManifest(session: Session, argument: string): Promise<ReadManifest> {
  const given = session.path(argument);
  const isFile = await stat(given).then(
    (found) => found.isFile(),
    () => false,
  );
  const directory = isFile ? join(given, '..') : given;
  const file = isFile ? given : join(given, manifestName);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')
      throw new Failure({
        code: 'manifest-invalid',
        message: `${file} cannot be read: ${error.message}.`,
        advice: 'Check its permissions.',
      });
    throw new Failure({
      code: 'not-found',
      message: `There is no ${file}.`,
      advice: `Write ${manifestName} there; docs/hone.schema.json has every key, and examples/query-service is a complete one.`,
    });
  });
  const parsed = parseManifest(text);
  if (!parsed.ok) {
    const issues = parsed.issues.map((issue) => issueText(file, issue));
    const message = `${file} is not valid: ${String(issues.length)} ${issues.length === 1 ? 'mistake' : 'mistakes'}.`;
    throw new Failure({ code: 'manifest-invalid', message, advice: 'Correct them, then run the same again.', details: issues });
  }
  await checkSource(file, directory, parsed.manifest);
  return { file, directory, text, manifest: parsed.manifest };
}

/** Throws `manifest-invalid` with all that `source` names and that is not there. */
async function checkSource(file: string, directory: string, { source }: Manifest): Promise<void> {
  const folder = join(directory, source.directory);
  const missing: string[] = [];
  if ((await stat(folder).catch(() => null))?.isDirectory() !== true)
    missing.push(`${file}: source.directory is "${source.directory}", and ${folder} is not a folder.`);
  for (const [index, { path }] of source.include.entries()) {
    const included = resolve(directory, path);
    if ((await stat(included).catch(() => null)) === null)
      missing.push(`${file}: source.include[${String(index)}].path is "${path}", and there is no ${included}.`);
  }
  const [message, ...details] = missing;
  if (message === undefined) return;
  throw new Failure({ code: 'manifest-invalid', message, advice: 'Name files and folders relative to the manifest.', details });
}
