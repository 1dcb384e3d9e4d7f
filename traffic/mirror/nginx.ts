import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { mirrorStopFile } from '../../domain/model/mirror-stop.ts';
import { replaceFile } from '../files.ts';
import type { Log } from '../log.ts';
import type { Mirror, MirrorRoute, MirrorScope } from './mirror.ts';
import { isAnyRunning, makeGenerations, removeSockets, takeGeneration, type Generation } from './nginx-generations.ts';
import { httpInclude, locationInclude, mirrorsBodies } from './nginx-includes.ts';
import { readConfiguration } from './nginx-configuration.ts';
import { mirroredLocation } from './nginx-location.ts';
import { askGeneration, makeNginxCommand } from './nginx-command.ts';

type MirrorSection = NonNullable<Manifest['mirror']>;

/** The manifest's section for an nginx: with its configuration and both include files. */
export type NginxRules = MirrorSection & Readonly<Record<'configuration' | 'httpInclude' | 'locationInclude', string>>;

export interface NginxMirrorSettings {
  readonly nginxPath: string;
  /** The manifest's folder: relative paths start there. */
  readonly targetDirectory: string;
  readonly mirror: NginxRules;
  /** Remembers what nginx may be running, so that a gateway that starts again can check that it is gone; there is none when all is gone. */
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
  const generations = makeGenerations(stateFile);

  const write = async (includes: Includes) => {
    await replaceFile(httpPath, includes.http, 0o644);
    await replaceFile(locationPath, includes.location, 0o644);
  };
  const read = async (): Promise<Includes> => ({ http: await readOr(httpPath), location: await readOr(locationPath) });

  const readLocation = async () => {
    const configuration = readConfiguration(await nginx.dump(), nginx.base);
    const own = [httpPath, locationPath];
    const wanted = { withBody: mirrorsBodies(mirror), withRate: mirror.requestsPerSecond !== undefined };
    const { prefix, inheritedLogs } = mirroredLocation({ configuration, file: locationPath, own, ...wanted });
    return { locationPrefix: prefix, accessLogs: inheritedLogs ?? [`"${await nginx.builtInLog()}"`] };
  };

  return {
    async prepare() {
      for (const path of [httpPath, locationPath]) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, '', { flag: 'a', mode: 0o644 });
      }
    },

    async on(route: MirrorRoute, scope: MirrorScope) {
      const before = await read();
      const earlier = await generations.read();
      let fresh: Generation | null = null;
      try {
        const location = await readLocation();
        const taken = await takeGeneration(generations, earlier);
        fresh = taken;
        const include = { mirror, route, scope, ...taken, ...location, stopFile: join(dirname(httpPath), mirrorStopFile) };
        await write({ http: httpInclude(include), location: locationInclude(include) });
        await nginx.reload();
        await until(async () => (await askGeneration(taken.backupSocket)) === taken.generation, 'take the mirror up');
      } catch (error) {
        await write(before);
        const undone = await nginx.reload().then(
          () => true,
          (second: unknown) => {
            settings.log.warn({ error: String(second) }, 'nginx was not reloaded after a failed mirror-on');
            return false;
          },
        );
        // What nginx ran before it may run still, and the new one too when it was not told to forget it.
        const left = undone || fresh === null ? [] : [fresh];
        await generations.write([...earlier, ...left]);
        if (fresh !== null && left.length === 0) await removeSockets([fresh]);
        throw error;
      }
      await generations.write([fresh]);
      await removeSockets(earlier);
    },

    async off() {
      const recorded = await generations.read();
      if (recorded.length === 0) return;
      // The includes may be another session's by now.
      const now = await read();
      if (recorded.some(({ generation }) => (now.http + now.location).includes(generation))) await write({ http: '', location: '' });
      await nginx.reload().catch(async (error: unknown) => {
        // An nginx that does not run the mirror will not: it reads the empty includes when it starts or is reloaded.
        if (await isAnyRunning(recorded)) throw stillMirroring(error);
      });
      await until(async () => !(await isAnyRunning(recorded)), 'give the mirror up');
      await generations.write([]);
      await removeSockets(recorded);
    },
  };
}

/** Throws `manifest-invalid` for a section without one of them, which the manifest's rules do not let pass. */
export function nginxRules(mirror: MirrorSection): NginxRules {
  if (isComplete(mirror)) return mirror;
  throw new HoneError(
    'manifest-invalid',
    `A mirror of kind ${mirror.kind} lacks configuration, httpInclude or locationInclude.`,
    'Check the manifest with hone target check.',
  );
}

function isComplete(mirror: MirrorSection): mirror is NginxRules {
  return [mirror.configuration, mirror.httpInclude, mirror.locationInclude].every((path) => path !== undefined);
}

/** Whatever keeps nginx from its reload may pass: production's configuration is being edited, a name is not resolved. */
function stillMirroring(error: unknown): unknown {
  if (!(error instanceof HoneError)) return error;
  return new HoneError('mirror-unavailable', `nginx goes on mirroring, since it cannot be reloaded: ${error.message}`, error.advice, {
    details: error.details,
    cause: error,
  });
}

async function readOr(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
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
