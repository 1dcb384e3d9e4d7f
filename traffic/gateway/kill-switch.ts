import { readFileSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { mirrorStopFile } from '../../domain/model/mirror-stop.ts';

/** A person's order that nothing be mirrored. */
export interface StopOrder {
  readonly file: string;
  /** The file's first line; empty when it has none. */
  readonly reason: string;
}

/** Looks for the file that an on-call engineer creates. Neither Temporal nor Postgres is asked. */
export interface KillSwitch {
  /** The order in force now; null when the mirror may be on. */
  order(): StopOrder | null;
  /** Calls back while there is an order, at least {@link lookMilliseconds} apart, until the answered function is called. */
  watch(onOrder: (order: StopOrder) => void): () => void;
}

/** The file system tells of a new file at once where it can; where it cannot (a network mount, a folder made later), this look does. */
const lookMilliseconds = 400;
/** A file is there a moment before what its maker writes into it. */
const writingMilliseconds = 50;

/** Where the file counts for a target: in the gateway's folder, and beside its first include file and in its nginx's prefix. */
export function stopFiles(
  dataDirectory: string,
  targetDirectory: string,
  mirror: Pick<NonNullable<Manifest['mirror']>, 'httpInclude' | 'prefix'> | undefined,
): readonly string[] {
  const folders = [dataDirectory];
  if (mirror?.httpInclude !== undefined) folders.push(dirname(resolve(targetDirectory, mirror.httpInclude)));
  if (mirror?.prefix !== undefined) folders.push(resolve(targetDirectory, mirror.prefix));
  return [...new Set(folders)].map((folder) => join(folder, mirrorStopFile));
}

export function makeKillSwitch(files: readonly string[]): KillSwitch {
  const order = (): StopOrder | null => {
    for (const file of files) {
      const reason = readReason(file);
      if (reason !== null) return { file, reason };
    }
    return null;
  };
  return {
    order,
    watch(onOrder) {
      let writing: NodeJS.Timeout | undefined;
      const look = () => {
        const found = order();
        if (found === null) return;
        if (found.reason !== '') return onOrder(found);
        writing ??= setTimeout(() => {
          writing = undefined;
          const written = order();
          if (written !== null) onOrder(written);
        }, writingMilliseconds);
      };
      const watchers = files.flatMap((file) => watchFolder(dirname(file), look));
      const timer = setInterval(look, lookMilliseconds);
      return () => {
        clearInterval(timer);
        clearTimeout(writing);
        for (const watcher of watchers) watcher.close();
      };
    },
  };
}

/** For people, behind a sentence. */
export function inWords({ file, reason }: StopOrder): string {
  return `: ${reason === '' ? '' : `${reason}, says `}${file}`;
}

/** Null when the file is not there. A file that cannot be read is an order too: whoever made it wanted the mirror off. */
function readReason(file: string): string | null {
  try {
    const [line = ''] = readFileSync(file, 'utf8').split('\n');
    return line
      .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ')
      .trim()
      .slice(0, 200);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : '';
  }
}

function watchFolder(folder: string, look: () => void): readonly FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || name === mirrorStopFile) look();
    });
    // The folder went, or the system watches no more: the timer still looks.
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
