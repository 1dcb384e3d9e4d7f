import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from './failure.ts';

/** Where the API is, and what lets one in. */
export interface ApiSettings {
  readonly url: string;
  readonly token: string;
  /** For people: the file or `--api`. */
  readonly source: string;
}

export interface ApiFlags {
  readonly api?: string | undefined;
  readonly token?: string | undefined;
}

const fileName = join('.hone', 'api.json');

/**
 * Flags beat `.hone/api.json`, which the running stack writes; it is looked for from `directory` upwards. The file's token is only sent
 * to the file's own address. Throws a `Failure` with code `api-unreachable` or `input-invalid`.
 */
export async function readApiSettings(directory: string, flags: ApiFlags): Promise<ApiSettings> {
  const found = await findFile(directory);
  const file = found === null ? null : { ...parseFile(found.path, found.text), source: found.path };
  if (flags.api === undefined) {
    if (file === null) throw noAddress(directory);
    return { ...file, token: flags.token ?? file.token };
  }
  const url = validUrl(flags.api, '--api');
  const token = flags.token ?? (file !== null && new URL(file.url).origin === new URL(url).origin ? file.token : undefined);
  if (token === undefined) {
    const message = `There is no token for ${url}.`;
    throw new Failure({ code: 'input-invalid', message, advice: 'Give it with --token, or leave --api out where .hone/api.json is.' });
  }
  return { url, token, source: '--api' };
}

async function findFile(directory: string): Promise<{ readonly path: string; readonly text: string } | null> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const path = join(folder, fileName);
    try {
      return { path, text: await readFile(path, 'utf8') };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(path, error);
    }
    if (dirname(folder) === folder) return null;
  }
}

function parseFile(path: string, text: string): { readonly url: string; readonly token: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const { url, token } = (value ?? {}) as { readonly url?: unknown; readonly token?: unknown };
  if (typeof url !== 'string' || typeof token !== 'string') throw unreadable(path, new Error('url or token is missing'));
  return { url: validUrl(url, path), token };
}

function validUrl(text: string, from: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    const message = `${from}: "${text}" is not an http or https address.`;
    throw new Failure({ code: 'input-invalid', message, advice: 'Write it like http://127.0.0.1:4000.' });
  }
  return text.replace(/\/(graphql\/?)?$/, '');
}

function unreadable(path: string, cause: unknown): Failure {
  const why = cause instanceof Error ? cause.message : String(cause);
  const advice = 'Start the stack again (npm run dev), which writes the file, or give --api and --token.';
  return new Failure({ code: 'input-invalid', message: `${path} cannot be read: ${why}.`, advice }, { cause });
}

function noAddress(directory: string): Failure {
  const message = `No Hone is known here: neither ${directory} nor a folder above it has ${fileName}.`;
  return new Failure({
    code: 'api-unreachable',
    message,
    advice: 'Start it with npm run dev and run this below the same folder, or give --api and --token.',
  });
}
