import { isDeepStrictEqual } from 'node:util';
import { HoneError } from '../../domain/errors.ts';
import type { NginxConfiguration } from './nginx-configuration.ts';
import { unquoted, type Directive } from './nginx-syntax.ts';

/** The location to mirror, as the configuration has it without Hone. */
export interface MirroredLocation {
  /** Its path prefix. */
  readonly prefix: string;
  /**
   * The parameters of each `access_log` that it takes over from around it, and loses by an `access_log` of its own. Null when it takes
   * over none because there is none, and so has nginx's compiled-in one.
   */
  readonly inheritedLogs: readonly string[] | null;
}

export interface LocationSettings {
  readonly configuration: NginxConfiguration;
  /** The file that the location includes. */
  readonly file: string;
  /** Hone's files, whose content does not count. */
  readonly own: readonly string[];
  /** Whether request bodies are to be mirrored. */
  readonly withBody: boolean;
  /** Whether the mirror is to have a rate of its own. */
  readonly withRate: boolean;
}

/** Finds the location and sees that a mirror there changes nothing for production. Throws `mirror-configuration`. */
export function mirroredLocation({ configuration, file, own, withBody, withRate }: LocationSettings): MirroredLocation {
  const places = configuration.placesOf(file, own);
  const [first, ...others] = places.map((around) => read(around, file, { withBody, withRate }));
  if (first === undefined) throw notIncluded(file);
  if (others.some((other) => !isDeepStrictEqual(other.inheritedLogs, first.inheritedLogs))) {
    throw refused(
      `The locations that include ${file} have different access logs from around them, and one file cannot keep them all.`,
      'Write its access_log into each of these locations, beside the include.',
    );
  }
  return first;
}

function read(
  around: readonly Directive[],
  file: string,
  { withBody, withRate }: Pick<LocationSettings, 'withBody' | 'withRate'>,
): MirroredLocation {
  const location = around.at(-1);
  if (location?.name !== 'location') throw notIncluded(file);
  const prefix = prefixOf(location);
  const where = `The mirrored location "${prefix}"`;
  const mirrors = inForce(around, 'mirror').filter(({ parameters }) => parameters[0] !== 'off');
  if (mirrors.length > 0) {
    throw refused(
      `${where} has a mirror already: "mirror ${mirrors[0]?.parameters.join(' ') ?? ''}". Both would share one rule for request bodies.`,
      'Take that mirror out, or include the file in another location.',
    );
  }
  const unbuffered = requestBufferings.flatMap((name) => inForce(around, name)).find(({ parameters }) => parameters[0] === 'off');
  if (withBody && unbuffered !== undefined) {
    throw refused(
      `${where} passes requests on unbuffered ("${unbuffered.name} off"), and mirroring their bodies would make nginx read each of them first.`,
      `Leave methods with bodies out of mirror.methods, or "${unbuffered.name} off" out of the configuration.`,
    );
  }
  if (withRate && inForce(around, 'limit_req').length > 0) {
    throw refused(
      `${where} has a limit_req of its own, and nginx applies one to a request and its copy together: mirror.requestsPerSecond would do nothing.`,
      'Leave mirror.requestsPerSecond out, and lower mirror.share.',
    );
  }
  return { prefix, inheritedLogs: inheritedLogs(around, where) };
}

const requestBufferings = ['proxy_request_buffering', 'fastcgi_request_buffering', 'uwsgi_request_buffering', 'scgi_request_buffering'];

/** nginx takes over access logs from the nearest level that has any; "off" at a level silences all others of that level. */
function inheritedLogs(around: readonly Directive[], where: string): readonly string[] | null {
  const logs = inForce(around, 'access_log');
  const isOff = logs.some(({ parameters }) => unquoted(parameters[0] ?? '') === 'off');
  if (named(around.at(-1), 'access_log').length > 0) {
    if (!isOff) return [];
    throw refused(
      `${where} has "access_log off", which would also silence the line that tells Hone of production's answer.`,
      'Write "access_log /dev/null;" there instead, which logs nothing too.',
    );
  }
  if (isOff) return [];
  return logs.length === 0 ? null : logs.map(({ parameters }) => parameters.join(' '));
}

/** The directives of this name at the innermost level that has any. */
function inForce(around: readonly Directive[], name: string): readonly Directive[] {
  return around.map((level) => named(level, name)).findLast((found) => found.length > 0) ?? [];
}

function named(level: Directive | undefined, name: string): readonly Directive[] {
  return level?.block?.filter((directive) => directive.name === name) ?? [];
}

function prefixOf({ parameters }: Directive): string {
  const words = parameters.map(unquoted);
  const prefix = words.at(-1) ?? '';
  if (prefix.startsWith('/') && words[0] !== '=' && words[0]?.startsWith('~') !== true) return prefix;
  throw refused(
    `The mirrored location "${words.join(' ')}" is no prefix location: nginx cannot nest the mirror's location in it.`,
    'Include the file in a location with a plain path prefix, for example "location / { }".',
  );
}

function notIncluded(file: string): HoneError {
  return refused(
    `No location of nginx's configuration includes ${file}.`,
    'Put "include <that file>;" into the location to mirror, or correct mirror.locationInclude.',
  );
}

function refused(message: string, advice: string): HoneError {
  return new HoneError('mirror-configuration', message, advice);
}
