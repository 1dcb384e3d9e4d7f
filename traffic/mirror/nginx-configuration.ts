import { matchesGlob, resolve } from 'node:path';
import { parseDirectives, unquoted, type Directive } from './nginx-syntax.ts';

/** What the output of `nginx -T` says. */
export interface NginxConfiguration {
  /**
   * Where a file is included: for each place the blocks around it, the outermost first, each with all its directives. What the
   * files of `except` hold is left out.
   */
  placesOf(file: string, except: readonly string[]): readonly (readonly Directive[])[];
}

/**
 * Reads the output of `nginx -T`: every file of the configuration once, the main one first.
 * @param base the folder that relative includes start from
 */
export function readConfiguration(dump: string, base: string): NginxConfiguration {
  const files = filesOf(dump, base);
  const [main] = files.values();

  const isIncluded = (pattern: string, file: string) => {
    const full = resolve(base, unquoted(pattern));
    return full === file || matchesGlob(file, full);
  };
  /** With what includes name in place, behind the include. */
  const whole = (directives: readonly Directive[], except: readonly string[]): readonly Directive[] =>
    directives.flatMap((directive) => {
      if (directive.block !== null) return [{ ...directive, block: whole(directive.block, except) }];
      if (directive.name !== 'include') return [directive];
      const included = [...files].filter(([file]) => !except.includes(file) && isIncluded(directive.parameters[0] ?? '', file));
      return [directive, ...included.flatMap(([, inner]) => whole(inner, except))];
    });

  return {
    placesOf(file, except) {
      const places: (readonly Directive[])[] = [];
      const walk = (directives: readonly Directive[], around: readonly Directive[]) => {
        for (const directive of directives) {
          if (directive.block !== null) walk(directive.block, [...around, directive]);
          else if (directive.name === 'include' && isIncluded(directive.parameters[0] ?? '', file)) places.push(around);
        }
      };
      walk(whole(main ?? [], except), []);
      return places;
    },
  };
}

function filesOf(dump: string, base: string): ReadonlyMap<string, readonly Directive[]> {
  const files = new Map<string, readonly Directive[]>();
  const [, ...parts] = dump.split(/^# configuration file (.*):$/m);
  for (let index = 0; index + 1 < parts.length; index += 2) {
    files.set(resolve(base, parts[index] ?? ''), parseDirectives(parts[index + 1] ?? ''));
  }
  return files;
}
