import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { HoneError, type HoneErrorCode } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { replaceFile } from '../files.ts';
import type { Log } from '../log.ts';
import type { Mirror, MirrorRoute } from './mirror.ts';
import { httpInclude, locationInclude } from './nginx-includes.ts';
import { includingLocation } from './nginx-location.ts';
import { askGeneration, makeNginxCommand } from './nginx-command.ts';

export interface NginxMirrorSettings {
  readonly nginxPath: string;
  /** The manifest's folder: relative paths start there. */
  readonly targetDirectory: string;
  readonly mirror: NonNullable<Manifest['mirror']>;
  /** Where the generation that is on is remembered, so that a gateway that starts again can check that it is gone. */
  readonly stateFile: string;
  readonly log: Log;
}

const reloadSeconds = 5;
const pollMilliseconds = 20;
/** nginx's master lets old workers accept for 100 ms beside the new ones before it tells them to stop; nothing outside shows the moment. */
const oldWorkersMilliseconds = 150;

interface Includes {
  readonly http: string;
  readonly location: string;
}

/** The mirror of an nginx that includes two files of Hone's. */
export function makeNginxMirror(settings: NginxMirrorSettings): Mirror {
  const { targetDirectory, mirror, stateFile } = settings;
  const httpPath = resolve(targetDirectory, mirror.httpInclude);
  const locationPath = resolve(targetDirectory, mirror.locationInclude);
  const nginx = makeNginxCommand(settings);

  const write = async (includes: Includes) => {
    await replaceFile(httpPath, includes.http, 0o644);
    await replaceFile(locationPath, includes.location, 0o644);
  };
  const read = async (): Promise<Includes> => ({ http: await readOr(httpPath), location: await readOr(locationPath) });

  return {
    async prepare() {
      for (const path of [httpPath, locationPath]) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, '', { flag: 'a', mode: 0o644 });
      }
    },

    async on(route: MirrorRoute) {
      const before = await read();
      const generation = randomBytes(6).toString('hex');
      const socketDirectory = await makeSocketDirectory();
      const backupSocket = join(socketDirectory, 'backup.sock');
      try {
        const locationPrefix = prefixOf(includingLocation(await nginx.dump(), locationPath, nginx.base), locationPath);
        const last = parseState(await readOr(stateFile));
        if (last !== null) await rm(dirname(last.backupSocket), { recursive: true, force: true });
        await replaceFile(stateFile, JSON.stringify({ generation, backupSocket }), 0o600);
        const include = { mirror, route, generation, backupSocket, locationPrefix };
        await write({ http: httpInclude(include), location: locationInclude(include) });
        await nginx.reload();
        await until(async () => (await askGeneration(backupSocket)) === generation, 'take the mirror up');
      } catch (error) {
        await write(before);
        await nginx
          .reload()
          .catch((second: unknown) => settings.log.warn({ error: String(second) }, 'nginx was not reloaded after a failed mirror-on'));
        await rm(stateFile, { force: true });
        await rm(socketDirectory, { recursive: true, force: true });
        throw error;
      }
    },

    async off() {
      const last = parseState(await readOr(stateFile));
      if (last === null) return;
      const { generation, backupSocket } = last;
      // The includes may be another session's by now.
      const now = await read();
      if ((now.http + now.location).includes(generation)) await write({ http: '', location: '' });
      await nginx.reload().catch(async (error: unknown) => {
        // An nginx that is gone mirrors nothing, and reads the empty includes when it starts again.
        const gone = failedBy(error, 'mirror-unavailable') && (await askGeneration(backupSocket)) === null;
        if (!gone) throw error;
      });
      await until(async () => (await askGeneration(backupSocket)) === null, 'give the mirror up');
      await rm(stateFile, { force: true });
      await rm(dirname(backupSocket), { recursive: true, force: true });
    },
  };
}

function failedBy(error: unknown, code: HoneErrorCode): boolean {
  return error instanceof HoneError && error.code === code;
}

/** What is remembered of a mirror that is on; null for a file that is not there. */
function parseState(text: string): { readonly generation: string; readonly backupSocket: string } | null {
  return text === '' ? null : (JSON.parse(text) as { generation: string; backupSocket: string });
}

/** nginx's workers, who run as another user, must be able to reach the socket; its answers say nothing. */
async function makeSocketDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hone-mirror-'));
  await chmod(directory, 0o755);
  return directory;
}

async function readOr(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function prefixOf(location: readonly string[] | null, path: string): string {
  if (location === null) {
    throw new HoneError(
      'mirror-configuration',
      `No location of nginx's configuration includes ${path}.`,
      'Put "include <that file>;" into the location to mirror, or correct mirror.locationInclude.',
    );
  }
  const prefix = location.at(-1) ?? '';
  if (!prefix.startsWith('/') || location[0] === '=' || location[0]?.startsWith('~') === true) {
    throw new HoneError(
      'mirror-configuration',
      `The mirrored location "${location.join(' ')}" is no prefix location: nginx cannot nest the mirror's location in it.`,
      'Include the file in a location with a plain path prefix, for example "location / { }".',
    );
  }
  return prefix;
}

/** Waits for the proof that new workers run, then for the old ones' last connections. */
async function until(done: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + reloadSeconds * 1000;
  while (!(await done())) {
    if (Date.now() > end) {
      throw new HoneError(
        'mirror-unavailable',
        `nginx did not ${what} within ${reloadSeconds} s of its reload.`,
        "Look into nginx's error log: it says why it kept its old configuration.",
      );
    }
    await new Promise((resolvePoll) => setTimeout(resolvePoll, pollMilliseconds));
  }
  await new Promise((resolveWait) => setTimeout(resolveWait, oldWorkersMilliseconds));
}
