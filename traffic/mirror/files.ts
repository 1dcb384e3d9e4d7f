import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { Log } from '../log.ts';
import type { CapturedRequest } from './captures/captured.ts';
import { readCapture } from './captures/read.ts';
import type { Mirror, MirrorRoute } from './mirror.ts';

export interface FilesMirrorSettings {
  /** The manifest's folder: relative paths start there. */
  readonly targetDirectory: string;
  readonly mirror: NonNullable<Manifest['mirror']>;
  readonly log: Log;
}

/**
 * For those who may not touch production: requests from files, through the same stages. Nothing waits, so nothing is dropped for
 * want of room: the files are read as fast as the session takes them. Of the requests that the manifest's rules choose, half are held out,
 * drawn by a hash of their place; the others train, over and over while a window wants them. Each keeps its own time, whenever it is read.
 */
export function makeFilesMirror({ targetDirectory, mirror, log }: FilesMirrorSettings): Mirror {
  const files = (mirror.files ?? []).map((file) => resolve(targetDirectory, file));
  let reading: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;

  const off = async () => {
    reading?.stop.abort();
    await reading?.ended;
    reading = null;
  };
  return {
    prepare: () => Promise.resolve(),
    async on(route, scope) {
      await off();
      if (scope === 'answers') return;
      for (const file of files) await confirmReadable(file);
      const stop = new AbortController();
      const ended = readOverAndOver(files, mirror, route, log, stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) log.error({ error: String(error) }, 'captured requests could not be read to their end');
      });
      reading = { stop, ended };
    },
    off,
  };
}

async function confirmReadable(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile() === true) return;
  throw new HoneError('mirror-configuration', `There is no file ${file}.`, 'Correct mirror.files; relative paths start at the manifest.');
}

async function readOverAndOver(
  files: readonly string[],
  mirror: FilesMirrorSettings['mirror'],
  { feed }: MirrorRoute,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const heldOut = new Set<number>();
  const times = makeTimes(log);
  for (;;) {
    let place = 0;
    let given = 0;
    let wanted: 'training' | 'held-out' | null = null;
    for (const file of files) {
      for await (const entry of readCapture(file)) {
        place += 1;
        if (entry === null || !isChosen(entry, mirror)) continue;
        const offset = times.offsetOf(entry, place);
        const phase = await feed.wants(signal);
        wanted = phase;
        const isForHoldingOut = isHeldOut(place);
        if ((phase === 'held-out') !== isForHoldingOut || (isForHoldingOut && heldOut.has(place))) continue;
        if (isForHoldingOut) heldOut.add(place);
        given += 1;
        feed.accept(entry, { only: phase, place, offset });
      }
    }
    times.readOnce(files);
    if (wanted === null) throw new Error(`the files have no request that the manifest's rules choose: ${files.join(', ')}`);
    // Nothing left for this phase: the next one may want what is there.
    if (given === 0) await feed.nextPhase(wanted, signal);
  }
}

/** Times from that of the first request that has one, so that a corpus does not say when its capture was made. */
function makeTimes(log: Log) {
  let first: number | null = null;
  let isTold = false;
  let [requests, withoutTime, firstEntry] = [0, 0, 0];
  return {
    offsetOf({ at }: CapturedRequest, place: number): number | null {
      requests += 1;
      if (at === null) {
        withoutTime += 1;
        firstEntry ||= place;
        return null;
      }
      first ??= at;
      // Microseconds: more digits are those of the arithmetic.
      return Math.round((at - first) * 1000) / 1000;
    },
    /** At the end of the files: says once how many do not say when they came. */
    readOnce(files: readonly string[]): void {
      if (!isTold && withoutTime > 0)
        log.warn({ files, requests, withoutTime, firstEntry }, 'captured requests have no time that can be read');
      isTold = true;
    },
  };
}

/** A fair coin by the place in the files: the same request on every reading. */
function isHeldOut(place: number): boolean {
  return ((createHash('sha256').update(`hone held out ${place}`).digest()[0] ?? 0) & 1) === 1;
}

function isChosen({ request }: CapturedRequest, { methods, paths, contentTypes }: FilesMirrorSettings['mirror']): boolean {
  const path = pathOf(request.target);
  const below = (prefix: string) => path.startsWith(prefix);
  const type =
    request.headers
      .find(([name]) => name === 'content-type')?.[1]
      .split(';')[0]
      ?.trim()
      .toLowerCase() ?? '';
  return (
    (methods as readonly string[]).includes(request.method) &&
    (paths.include.length === 0 || paths.include.some(below)) &&
    !paths.exclude.some(below) &&
    (contentTypes.length === 0 || type === '' || contentTypes.includes(type))
  );
}

/** As nginx reads it: decoded, without "..", with one slash for many. */
function pathOf(target: string): string {
  const [raw = ''] = target.split('?');
  return posix.normalize(decodable(raw) ? decodeURIComponent(raw) : raw);
}

function decodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
