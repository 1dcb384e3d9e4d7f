import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { runTool } from './run-tool.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { CorpusPort } from '../../domain/ports/corpus.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';

/** The paths of one instance's own folder. */
export interface InstanceFolder {
  readonly directory: string;
  readonly binary: string;
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
    source: join(directory, 'source'),
    data: join(directory, 'data'),
    agent: join(directory, 'a'),
    raw: join(directory, 'raw'),
    log: join(directory, 'output.log'),
  };
}

type Contents = Pick<InstanceSpec, 'binary' | 'sourceArchive' | 'data'>;

/** Where the contents come from: the prepared data out of the encrypted corpus. */
export interface Sources {
  readonly blobs: BlobPort;
  readonly corpus: CorpusPort;
}

/**
 * Makes the folder anew and unpacks binary, source and data into it. Throws `blob-missing`, `blob-corrupt`, `disk-full`, and what
 * {@link CorpusPort} throws.
 */
export async function unpackInstance(folder: InstanceFolder, contents: Contents, sources: Sources, signal: AbortSignal): Promise<void> {
  const { blobs, corpus } = sources;
  const { sourceArchive, data } = contents;
  await rm(folder.directory, { recursive: true, force: true });
  await mkdir(folder.directory, { recursive: true, mode: 0o700 });
  await Promise.all([mkdir(folder.agent, { mode: 0o700 }), mkdir(folder.raw), mkdir(folder.source), mkdir(folder.data)]);
  await blobs.getFile(contents.binary.digest, folder.binary);
  await chmod(folder.binary, 0o755);
  await unpackArchive(sourceArchive, folder.source, (digest, path) => blobs.getFile(digest, path), signal);
  await unpackArchive(data, folder.data, (digest, path) => corpus.getData(digest, path), signal);
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
