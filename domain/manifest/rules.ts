import { RE2JS } from 're2js';
import { scheduleFindings } from '../schedules/check.ts';
import { packsAgainst, packsShorterThan, rulePackNames, strictest, type RulePackName } from '../privacy/packs.ts';
import { regionAdvice, regionSentence } from '../rules/region.ts';
import type { ManifestDocument } from './document.ts';
import { type ManifestIssue, pathText } from './issue.ts';
import { childOf } from './json-schema.ts';
import { nearestWord } from './nearest.ts';

type Step = string | number;
interface Finding {
  readonly path: readonly Step[];
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly advice: string;
}

const runPlaceholders = ['binary', 'port', 'data', 'source'];
const inputPlaceholders = ['data', 'source'];

/** The rules between fields, which one schema cannot say. They look only at parts that have the right shape. */
export function ruleIssues(document: ManifestDocument, country: string | null): readonly ManifestIssue[] {
  const manifest = document.value;
  const findings = [
    ...libraryRules(manifest),
    ...driveRules(manifest),
    ...instanceRules(manifest),
    ...runCommandRules(manifest),
    ...inputRules(manifest),
    ...shellRules(manifest),
    ...mirrorRules(manifest),
    ...pairRules(manifest),
    ...detectorRules(manifest),
    ...retentionRules(manifest),
    ...regionRules(manifest, country),
    ...scheduleRules(manifest),
  ];
  return findings.map(({ path, at, message, advice }) => ({
    path: pathText(path),
    ...(at === 'key' ? document.locateKey(path) : document.locateValue(path)),
    message,
    advice,
  }));
}

function read(value: unknown, ...path: readonly Step[]): unknown {
  return path.reduce<unknown>(childOf, value);
}

/** The loader finds a library by its name alone: of two, one would stand in for the other. */
function libraryRules(manifest: unknown): readonly Finding[] {
  const libraries = texts(read(manifest, 'build', 'libraries')) ?? [];
  const taken = new Map<string, string>();
  const binary = read(manifest, 'build', 'binary');
  if (typeof binary === 'string') taken.set(fileName(binary), 'build.binary');
  return libraries.flatMap((path, index): Finding[] => {
    const name = fileName(path);
    const other = taken.get(name);
    taken.set(name, other ?? `build.libraries[${String(index)}]`);
    if (other === undefined) return [];
    const message = `"${name}" is the name of "${other}" too.`;
    const advice = 'Name each library once; two files of one name cannot be told apart when the program is loaded.';
    return [{ path: ['build', 'libraries', index], at: 'value', message, advice }];
  });
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function driveRules(manifest: unknown): readonly Finding[] {
  const kind = read(manifest, 'drive', 'kind');
  const hasMirror = read(manifest, 'mirror') !== undefined;
  if (kind === 'http' && !hasMirror) {
    return [
      {
        path: ['drive', 'kind'],
        at: 'value',
        message: 'The http drive replays mirrored requests, and "mirror" is missing.',
        advice: 'Add mirror with configuration, httpInclude and locationInclude.',
      },
    ];
  }
  if (kind === 'command' && hasMirror) {
    return [
      {
        path: ['mirror'],
        at: 'key',
        message: 'A command drive has no requests to mirror.',
        advice: 'Remove mirror, or use the http drive.',
      },
    ];
  }
  return [];
}

function instanceRules(manifest: unknown): readonly Finding[] {
  const instances = read(manifest, 'collection', 'instances');
  if (read(manifest, 'drive', 'kind') !== 'command' || typeof instances !== 'number' || instances <= 1) return [];
  return [
    {
      path: ['collection', 'instances'],
      at: 'value',
      message: 'A command drive runs one program at a time on its inputs.',
      advice: 'Remove collection.instances, or use the http drive.',
    },
  ];
}

function runCommandRules(manifest: unknown): readonly Finding[] {
  const command = texts(read(manifest, 'run', 'command'));
  if (command === undefined) return [];
  const path = ['run', 'command'];
  const findings: Finding[] = [];
  for (const [index, text] of command.entries()) {
    for (const word of placeholdersIn(text)) {
      if (!runPlaceholders.includes(word)) findings.push(unknownPlaceholder([...path, index], word, runPlaceholders));
    }
  }
  const used = new Set(command.flatMap(placeholdersIn));
  const kind = read(manifest, 'drive', 'kind');
  const missing = (what: string, advice: string): Finding => ({
    path,
    at: 'value',
    message: `"run.command" does not contain {${what}}.`,
    advice,
  });
  if (command.length > 0 && !used.has('binary'))
    findings.push(missing('binary', 'Name the built program by {binary}: Hone runs each build with this command.'));
  if (kind === 'http' && !used.has('port'))
    findings.push(missing('port', 'Pass {port} to the program: Hone chooses a free port for each instance.'));
  if (kind === 'command' && used.has('port')) {
    findings.push({
      path,
      at: 'value',
      message: '"run.command" contains {port}, and a command drive serves nothing.',
      advice: 'Remove {port}, or use the http drive.',
    });
  }
  return findings;
}

function inputRules(manifest: unknown): readonly Finding[] {
  const inputs = read(manifest, 'drive', 'inputs');
  if (read(manifest, 'drive', 'kind') !== 'command' || !Array.isArray(inputs) || inputs.length === 0) return [];
  const findings: Finding[] = [];
  const firstByName = new Map<string, number>();
  for (const [index, input] of inputs.entries()) {
    for (const [place, text] of (texts(read(input, 'arguments')) ?? []).entries()) {
      const wrong = placeholdersIn(text).filter(
        (word) => !inputPlaceholders.includes(word) && (runPlaceholders.includes(word) || nearestWord(word, inputPlaceholders)),
      );
      for (const word of wrong) findings.push(unknownPlaceholder(['drive', 'inputs', index, 'arguments', place], word, inputPlaceholders));
    }
    findings.push(...outputRules(input, index));
    const name = read(input, 'name');
    if (typeof name !== 'string') continue;
    const first = firstByName.get(name);
    if (first === undefined) firstByName.set(name, index);
    else
      findings.push({
        path: ['drive', 'inputs', index, 'name'],
        at: 'value',
        message: `Two inputs are called "${name}".`,
        advice: 'Give each input a name of its own.',
      });
  }
  const heldOut = inputs.filter((input) => read(input, 'heldOut') === true).length;
  const lacking = (message: string, advice: string): Finding => ({ path: ['drive', 'inputs'], at: 'key', message, advice });
  if (heldOut === 0)
    findings.push(lacking('No input is held out, so nothing could be evaluated.', 'Set heldOut: true on an input that does not train.'));
  if (heldOut === inputs.length)
    findings.push(lacking('Every input is held out, so nothing trains.', 'Leave heldOut out of the inputs that train.'));
  return findings;
}

function outputRules(input: unknown, index: number): readonly Finding[] {
  const outputs = texts(read(input, 'outputs')) ?? [];
  return outputs.flatMap((path, place): Finding[] => {
    if (outputs.indexOf(path) === place) return [];
    const message = `"${path}" is named twice.`;
    return [{ path: ['drive', 'inputs', index, 'outputs', place], at: 'value', message, advice: 'Name each output once.' }];
  });
}

/** In a shell command the values are environment variables; a placeholder there would reach the shell as it is written. */
function shellRules(manifest: unknown): readonly Finding[] {
  const variables: readonly (readonly [path: readonly Step[], variables: Readonly<Record<string, string>>])[] = [
    [['run', 'prepare'], { binary: '$HONE_BINARY', data: '$HONE_DATA' }],
    [['deploy', 'command'], { binary: '$HONE_BINARY', channel: '$HONE_CHANNEL' }],
  ];
  return variables.flatMap(([path, names]) => {
    const text = read(manifest, ...path);
    if (typeof text !== 'string') return [];
    return placeholdersIn(text)
      .filter((word) => Object.hasOwn(names, word))
      .map((word): Finding => ({
        path,
        at: 'value',
        message: `{${word}} is not replaced in "${pathText(path)}", which the shell runs.`,
        advice: `Write ${names[word]!}.`,
      }));
  });
}

function mirrorRules(manifest: unknown): readonly Finding[] {
  return [...kindRules(manifest), ...includeRules(manifest), ...rateRules(manifest)];
}

const nginxKeys = ['configuration', 'httpInclude', 'locationInclude'];

/** What each kind of mirror needs, and what it has no use for. */
function kindRules(manifest: unknown): readonly Finding[] {
  const mirror = read(manifest, 'mirror');
  if (typeof mirror !== 'object' || mirror === null) return [];
  const isFiles = read(mirror, 'kind') === 'files';
  const needed = isFiles ? ['files'] : nginxKeys;
  const useless = isFiles ? [...nginxKeys, 'prefix', 'sticky', 'requestsPerSecond'] : ['files'];
  const missing = needed.filter((key) => read(mirror, key) === undefined);
  return [
    ...missing.map((key): Finding => ({
      path: ['mirror'],
      at: 'key',
      message: `"mirror.${key}" is missing.`,
      advice: `A mirror of this kind needs ${needed.join(', ')}.`,
    })),
    ...useless
      .filter((key) => read(mirror, key) !== undefined)
      .map((key): Finding => ({
        path: ['mirror', key],
        at: 'key',
        message: `A mirror of this kind has no use for "${key}".`,
        advice: 'Remove it, or choose another kind.',
      })),
  ];
}

/** A rate in the location itself would be production's. */
function rateRules(manifest: unknown): readonly Finding[] {
  if (read(manifest, 'mirror', 'kind') !== 'log' || read(manifest, 'mirror', 'requestsPerSecond') === undefined) return [];
  const message = '"mirror.requestsPerSecond" needs the kind nginx: a log has no rate.';
  return [{ path: ['mirror', 'requestsPerSecond'], at: 'key', message, advice: 'Lower mirror.share instead.' }];
}

function includeRules(manifest: unknown): readonly Finding[] {
  const http = read(manifest, 'mirror', 'httpInclude');
  if (typeof http !== 'string' || http !== read(manifest, 'mirror', 'locationInclude')) return [];
  return [
    {
      path: ['mirror', 'locationInclude'],
      at: 'value',
      message: '"mirror.httpInclude" and "mirror.locationInclude" are the same file.',
      advice: 'Use two files: one is included in http { }, the other in the location.',
    },
  ];
}

function pairRules(manifest: unknown): readonly Finding[] {
  const minimum = read(manifest, 'evaluation', 'minimumPairs');
  const maximum = read(manifest, 'evaluation', 'maximumPairs');
  if (typeof minimum !== 'number' || typeof maximum !== 'number' || minimum <= maximum) return [];
  const message = `"evaluation.minimumPairs" (${String(minimum)}) is more than "evaluation.maximumPairs" (${String(maximum)}).`;
  return [{ path: ['evaluation', 'minimumPairs'], at: 'value', message, advice: 'Ask for fewer pairs, or allow more.' }];
}

/** A pattern runs over every value of every request: RE2's syntax is the one that is linear whatever the text. */
function detectorRules(manifest: unknown): readonly Finding[] {
  const detectors = read(manifest, 'deidentification', 'detectors');
  if (!Array.isArray(detectors)) return [];
  return detectors.flatMap((detector, index): Finding[] => {
    const pattern = read(detector, 'pattern');
    if (typeof pattern !== 'string' || pattern === '') return [];
    const path = ['deidentification', 'detectors', index, 'pattern'];
    const reason = patternFault(pattern);
    if (reason === null) return [];
    return [
      {
        path,
        at: 'value',
        message: `"${pathText(path)}" ${reason}.`,
        advice: 'Write it in the syntax of RE2, so that it fits at least one character.',
      },
    ];
  });
}

/** The packs that are named; without a choice all. */
function packsOf(manifest: unknown): readonly RulePackName[] {
  const named = texts(read(manifest, 'deidentification', 'packs'));
  return named === undefined ? rulePackNames : rulePackNames.filter((name) => named.includes(name));
}

/** A corpus goes with the key of its epoch: the first of an epoch stays as long as this does. */
function retentionRules(manifest: unknown): readonly Finding[] {
  const path = ['deidentification', 'epochDays'];
  const days = read(manifest, ...path);
  const shorter = typeof days === 'number' ? packsShorterThan(packsOf(manifest), days) : [];
  if (shorter.length === 0) return [];
  const message = `Corpora would stay for an epoch of ${String(days)} days, longer than the rule packs allow: ${shorter.join(', ')}.`;
  const advice = `Say ${strictest(packsOf(manifest)).keepDays} or fewer, or name in deidentification.packs the laws that your traffic falls under (without a choice all of them hold).`;
  return [{ path, at: 'value', message, advice }];
}

function regionRules(manifest: unknown, country: string | null): readonly Finding[] {
  if (country === null || read(manifest, 'drive', 'kind') !== 'http') return [];
  const against = packsAgainst(packsOf(manifest), country);
  const isNamed = read(manifest, 'deidentification', 'packs') !== undefined;
  const path = isNamed ? ['deidentification', 'packs'] : ['drive'];
  return against.length === 0 ? [] : [{ path, at: 'key', message: `${regionSentence(country, against)}.`, advice: regionAdvice }];
}

function scheduleRules(manifest: unknown): readonly Finding[] {
  const schedules = read(manifest, 'schedules');
  if (!isMapping(schedules)) return [];
  return Object.entries(schedules).flatMap(([name, value]) =>
    isMapping(value) ? scheduleFindings(value).map((finding) => ({ ...finding, path: ['schedules', name, ...finding.path] })) : [],
  );
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function patternFault(pattern: string): string | null {
  try {
    return RE2JS.compile(pattern).matcher('').find() ? 'fits the empty text' : null;
  } catch (error) {
    return `is not understood: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function unknownPlaceholder(path: readonly Step[], word: string, known: readonly string[]): Finding {
  const nearest = nearestWord(word, known);
  const list = known.map((name) => `{${name}}`).join(', ');
  return {
    path,
    at: 'value',
    message: `{${word}} is not a placeholder of "${pathText(path.filter((step) => typeof step === 'string'))}".`,
    advice: nearest === undefined ? `Placeholders are ${list}.` : `Did you mean {${nearest}}?`,
  };
}

/** `{word}` but not the shell's `${word}`. */
function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<!\$)\{([A-Za-z][A-Za-z0-9_-]*)\}/g)].map((match) => match[1]!);
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item): item is string => typeof item === 'string') ? value : undefined;
}
