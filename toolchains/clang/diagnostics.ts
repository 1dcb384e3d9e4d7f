import { readFile } from 'node:fs/promises';

/** One thing that the compiler said. */
export interface Diagnostic {
  readonly level: string;
  readonly message: string;
  /** The warning's group without `-W`, for example `backend-plugin`; null for an error. */
  readonly option: string | null;
  /** `file:line:column`, as far as the compiler knew it. */
  readonly place: string | null;
  /** The file that was compiled, as the command named it. */
  readonly mainFile: string;
}

/**
 * Reads what clang appended to CC_LOG_DIAGNOSTICS_FILE, one property list per compile; whether the build system shows,
 * hides or loses standard error makes no difference to it. An absent file is an empty one: nothing was said.
 */
export async function readDiagnostics(path: string): Promise<readonly Diagnostic[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const compiles = text.split('<key>main-file</key>').slice(1);
  return compiles.flatMap((compile) => {
    const mainFile = decode(/^\s*<string>([^<]*)</.exec(compile)?.[1] ?? '');
    return [...compile.matchAll(/<dict>\s*<key>level<\/key>([\s\S]*?)<\/dict>/g)].map(([entry]) => parseEntry(entry, mainFile));
  });
}

/**
 * True for the little programs that configure steps compile to learn about the compiler: they are no part of the target, and the profile
 * cannot know them. Files outside the source tree are theirs, too.
 */
export function isConfigureCheck(mainFile: string, sourceFolder: string): boolean {
  if (mainFile.startsWith('/') && !mainFile.startsWith(`${sourceFolder}/`)) return true;
  return /(^|\/)(CMakeFiles|CMakeTmp|meson-private)\/|(^|\/)(conftest|sanitycheck\w+|CMake\w+CompilerId)\.\w+$|^-$|^<stdin>$/.test(
    mainFile,
  );
}

/** The errors as the compiler would print them. */
export function errorLines(diagnostics: readonly Diagnostic[]): readonly string[] {
  const errors = diagnostics.filter((one) => one.level === 'error' || one.level === 'fatal error');
  return errors.map((one) => `${one.place === null ? '' : `${one.place}: `}${one.level}: ${one.message}`);
}

function parseEntry(entry: string, mainFile: string): Diagnostic {
  const fields = new Map<string, string>();
  for (const [, key, value] of entry.matchAll(/<key>([^<]*)<\/key>\s*<(?:string|integer)>([^<]*)</g))
    fields.set(key ?? '', decode(value ?? ''));
  const file = fields.get('filename');
  return {
    level: fields.get('level') ?? '',
    message: fields.get('message') ?? '',
    option: fields.get('WarningOption') ?? null,
    place: file === undefined ? null : [file, fields.get('line'), fields.get('column')].filter((part) => part !== undefined).join(':'),
    mainFile,
  };
}

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' };

function decode(text: string): string {
  return text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => entities[entity] ?? entity);
}
