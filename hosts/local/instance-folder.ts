import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { runTool } from './run-tool.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { CorpusPort } from '../../domain/ports/corpus.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';
import { programLayout } from '../../domain/rules/program-layout.ts';

/** The paths of one instance's own folder. */
export interface InstanceFolder {
  readonly directory: string;
  readonly binary: string;
  /** The program's own tree, when it has libraries: `binary` leads into it. */
  readonly program: string;
  readonly source: string;
  readonly data: string;
  /** Mode 0700: the collection agent's sockets, and the profiles that a process writes when it exits. */
  readonly agent: string;
  /** Raw profiles written on request. */
  readonly raw: string;
  /** Standard output and error. */
  readonly log: string;
}

/** The layout under an instance's directory; names are short because of the length limit of socket paths. */
export function instanceFolder(directory: string): InstanceFolder {
  return {
    directory,
    binary: join(directory, 'binary'),
    program: join(directory, 'program'),
    source: join(directory, 'source'),
    data: join(directory, 'data'),
    agent: join(directory, 'a'),
    raw: join(directory, 'raw'),
    log: join(directory, 'output.log'),
  };
}

type Contents = Pick<InstanceSpec, 'manifest' | 'binary' | 'libraries' | 'sourceArchive' | 'data'>;

/** Where the contents come from: the prepared data out of the encrypted corpus. */
export interface Sources {
  readonly blobs: BlobPort;
  readonly corpus: CorpusPort;
}

/**
 * Makes the folder anew and unpacks program, source and data into it. Throws `blob-missing`, `blob-corrupt`, `disk-full`, and what
 * {@link CorpusPort} throws.
 */
export async function unpackInstance(folder: InstanceFolder, contents: Contents, sources: Sources, signal: AbortSignal): Promise<void> {
  const { blobs, corpus } = sources;
  const { sourceArchive, data } = contents;
  await rm(folder.directory, { recursive: true, force: true });
  await mkdir(folder.directory, { recursive: true, mode: 0o700 });
  await Promise.all([mkdir(folder.agent, { mode: 0o700 }), mkdir(folder.raw), mkdir(folder.source), mkdir(folder.data)]);
  await placeProgram(folder, contents, blobs);
  await unpackArchive(sourceArchive, folder.source, (digest, path) => blobs.getFile(digest, path), signal);
  await unpackArchive(data, folder.data, (digest, path) => corpus.getData(digest, path), signal);
}

/**
 * A program without libraries is one file. With libraries all stand as in the source tree, and a link leads to the program: the
 * kernel follows it, so that `$ORIGIN` is the folder that the file itself is in.
 */
async function placeProgram(folder: InstanceFolder, contents: Contents, blobs: BlobPort): Promise<void> {
  const { binary, libraries, manifest } = contents;
  const alone = libraries.length === 0;
  const files = alone ? [{ path: 'binary', file: binary }] : programLayout(manifest.build.binary, contents);
  for (const { path, file } of files) {
    const place = join(alone ? folder.directory : folder.program, path);
    await mkdir(dirname(place), { recursive: true });
    await blobs.getFile(file.digest, place);
    await chmod(place, 0o755);
  }
  if (!alone) await symlink(join('program', manifest.build.binary), folder.binary);
}

type Get = (digest: BlobRef['digest'], path: string) => Promise<void>;

async function unpackArchive(archive: BlobRef | null, into: string, get: Get, signal: AbortSignal): Promise<void> {
  if (archive === null) return;
  const path = `${into}.tar`;
  await get(archive.digest, path);
  await runTool('tar', ['--extract', '--no-same-owner', `--file=${path}`, `--directory=${into}`], signal);
  await rm(path);
}

/** Replaces {binary}, {port}, {data} and {source} in one argument of a command. */
export function fillPlaceholders(argument: string, folder: InstanceFolder, port: number | null): string {
  const values: Readonly<Record<string, string>> = {
    binary: folder.binary,
    data: folder.data,
    source: folder.source,
    ...(port === null ? {} : { port: String(port) }),
  };
  return argument.replaceAll(/\{(binary|port|data|source)\}/g, (whole, key: string) => values[key] ?? whole);
}
