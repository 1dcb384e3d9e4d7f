import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { manifestJsonSchema } from '../../domain/manifest/json-schema.ts';
import { nearestWord } from '../../domain/manifest/nearest.ts';
import { issueText, parseManifest } from '../../domain/manifest/parse.ts';
import { manifestSchema } from '../../domain/manifest/schema.ts';

const http = `target: shop
build:
  command: make
  binary: shop
run:
  command: ['{binary}', '--port', '{port}']
drive:
  kind: http
mirror:
  configuration: nginx.conf
  httpInclude: hone/http.conf
  locationInclude: hone/location.conf
`;

const command = `target: packer
build: { command: make, binary: packer }
run: { command: ['{binary}'] }
drive:
  kind: command
  inputs:
    - { name: small, arguments: ['{source}/a.txt'] }
    - { name: large, arguments: ['{data}/b.txt'], heldOut: true }
`;

/** `line:column path: message | advice` of each issue. */
function problems(text: string): readonly string[] {
  const parsed = parseManifest(text);
  if (parsed.ok) return [];
  return parsed.issues.map((issue) => `${String(issue.line)}:${String(issue.column)} ${issue.path}: ${issue.message} | ${issue.advice}`);
}

function replaced(from: string, to: string, base = http): string {
  if (!base.includes(from)) throw new Error(`"${from}" is not in the base manifest`);
  return base.replace(from, to);
}

describe('a good manifest', () => {
  test.each([
    ['http', http],
    ['command', command],
    ['with a byte order mark and CRLF', `\uFEFF${http.replaceAll('\n', '\r\n')}`],
    ['with an anchor', `${http}deploy:\n  command: &c ./deploy\n  environment: { AGAIN: *c }\n`],
  ])('%s', (_name, text) => {
    expect(problems(text)).toEqual([]);
  });

  test('has every default filled in', () => {
    const parsed = parseManifest(http);
    expect(parsed.ok && parsed.manifest.collection.windows).toBe(3);
    expect(parsed.ok && parsed.manifest.run.stop.signal).toBe('SIGTERM');
  });
});

describe('unknown keys', () => {
  test('at the top, with the nearest key', () => {
    expect(problems(`${http}deidentifcation: {}\n`)).toEqual([
      '13:1 deidentifcation: "deidentifcation" is not a key of a manifest. | Did you mean "deidentification"?',
    ]);
  });
  test('nested, in another habit of writing', () => {
    expect(problems(replaced('  binary: shop', '  binary: shop\n  timeout_seconds: 3'))).toEqual([
      '5:3 build.timeout_seconds: "timeout_seconds" is not a key of "build". | Did you mean "timeoutSeconds"?',
    ]);
  });
  test('with nothing near, the known ones are named', () => {
    const [only] = problems(replaced('  kind: http', '  kind: http\n  colour: red'));
    expect(only).toBe('9:3 drive.colour: "colour" is not a key of "drive". | Known keys are: kind.');
  });
  test('inside a list of a union', () => {
    expect(problems(replaced('heldOut: true', 'heldout: true', command))).toContain(
      '8:51 drive.inputs[1].heldout: "heldout" is not a key of "drive.inputs[1]". | Did you mean "heldOut"?',
    );
  });
});

describe('values', () => {
  test.each([
    ['missing', replaced('  binary: shop\n', ''), '2:1 build.binary: "build.binary" is missing.'],
    ['missing at the top', replaced('target: shop\n', ''), '1:1 target: "target" is missing.'],
    ['empty', replaced('  command: make', '  command:'), '3:3 build.command: "build.command" must be text, not empty.'],
    [
      'a number for text',
      replaced('binary: shop', 'binary: 22'),
      '4:11 build.binary: "build.binary" must be text, not 22. | Put it in quotes: "22".',
    ],
    [
      'text for a list',
      replaced("['{binary}', '--port', '{port}']", "'{binary} {port}'"),
      '6:12 run.command: "run.command" must be a list, not "{binary} {port}". | Write a list: ["{binary} {port}"].',
    ],
    [
      'a quoted number',
      `${http}collection:\n  windows: "3"\n`,
      '14:12 collection.windows: "collection.windows" must be a whole number, not "3". | Write it without quotes: 3.',
    ],
    [
      'a fraction',
      `${http}collection: { windows: 1.5 }\n`,
      '13:24 collection.windows: "collection.windows" must be a whole number, not 1.5.',
    ],
    [
      'infinity',
      `${http}evaluation: { minimumGain: .inf }\n`,
      '13:28 evaluation.minimumGain: "evaluation.minimumGain" must be a number, not Infinity.',
    ],
    [
      'too small',
      `${http}collection: { windows: 0 }\n`,
      '13:24 collection.windows: "collection.windows" is 0; it must have a value of at least 1.',
    ],
    [
      'too large',
      `${http}evaluation: { alpha: 1 }\n`,
      '13:22 evaluation.alpha: "evaluation.alpha" is 1; it must have a value of at most 0.2.',
    ],
    [
      'an absolute path',
      replaced('binary: shop', 'binary: /shop'),
      '4:11 build.binary: "build.binary" is "/shop", which is not a path inside the source directory, without ".." and not starting with "/".',
    ],
    [
      'a path out of the source',
      replaced('binary: shop', 'binary: a/../../b'),
      '4:11 build.binary: "build.binary" is "a/../../b", which is not',
    ],
    [
      'a bad word',
      `${http}toolchain: { lto: thinn }\n`,
      '13:19 toolchain.lto: "toolchain.lto" must be one of "none", "thin", not "thinn". | Did you mean "thin"?',
    ],
    ['another LLVM', `${http}toolchain: { version: 21 }\n`, '13:23 toolchain.version: "toolchain.version" must be 22, not 21. | Write 22.'],
    ['a key that has gone', `${http}evaluation: { answers: { ignoreHeaders: true } }\n`, '13:26 evaluation.answers.ignoreHeaders: '],
    [
      'an unknown drive',
      replaced('kind: http', 'kind: htp'),
      '8:9 drive.kind: "drive.kind" must be one of "http", "command", not "htp". | Did you mean "http"?',
    ],
    ['no drive kind', replaced('  kind: http', '  {}'), '7:1 drive.kind: "drive.kind" is missing.'],
    [
      'a bad variable name',
      replaced('drive:', '  environment:\n    1A: x\ndrive:'),
      '8:5 run.environment.1A: The key of "run.environment.1A" is not the name of an environment variable.',
    ],
    [
      'a variable that is a number',
      replaced('drive:', '  environment: { A: 1 }\ndrive:'),
      '7:21 run.environment.A: "run.environment.A" must be text, not 1. | Put it in quotes: "1".',
    ],
    [
      'an empty list',
      replaced("['{binary}', '--port', '{port}']", '[]'),
      '6:12 run.command: "run.command" is an empty list; it must have at least 1 item.',
    ],
    ['a list of the wrong thing', replaced("'--port'", '8080'), '6:25 run.command[1]: "run.command[1]" must be text, not 8080.'],
    [
      'a readiness path without a slash',
      replaced('drive:', '  ready: { path: x }\ndrive:'),
      '7:18 run.ready.path: "run.ready.path" is "x", which is not text that starts with "/".',
    ],
    ['a value behind an alias', `${http}description: &d 3\n$schema: *d\n`, '14:10 $schema: "$schema" must be text, not 3.'],
  ])('%s', (_name, text, start) => {
    expect(
      problems(text).some((line) => line.startsWith(start)),
      problems(text).join('\n'),
    ).toBe(true);
  });

  test('all mistakes are told at once, in the order of the file', () => {
    const text = replaced('binary: shop', 'binary: 1').replace('command: make', 'comand: make').replace("'{port}'", "'{prot}'");
    expect(problems(text).map((line) => line.split(': ')[0])).toEqual([
      '2:1 build.command',
      '3:3 build.comand',
      '4:11 build.binary',
      '6:12 run.command',
      '6:35 run.command[2]',
    ]);
  });
});

describe('rules between fields', () => {
  test.each([
    [
      'http without mirror',
      http.slice(0, http.indexOf('mirror:')),
      '8:9 drive.kind: The http drive replays mirrored requests, and "mirror" is missing.',
    ],
    [
      'command with mirror',
      `${command}mirror: { configuration: a, httpInclude: b, locationInclude: c }\n`,
      '9:1 mirror: A command drive has no requests to mirror.',
    ],
    [
      'several instances of a command drive',
      `${command}collection: { instances: 2 }\n`,
      '9:26 collection.instances: A command drive runs one program at a time on its inputs. | Remove collection.instances',
    ],
    ['no {port}', replaced("'{port}'", "'80'"), '6:12 run.command: "run.command" does not contain {port}.'],
    ['no {binary}', replaced("'{binary}'", "'./shop'"), '6:12 run.command: "run.command" does not contain {binary}.'],
    [
      'unknown placeholder',
      replaced("'{port}'", "'{port}', '{root}'"),
      '6:45 run.command[3]: {root} is not a placeholder of "run.command". | Placeholders are',
    ],
    [
      'misspelt placeholder',
      replaced("'{port}'", "'{port}', '--d={date}'"),
      '6:45 run.command[3]: {date} is not a placeholder of "run.command". | Did you mean {data}?',
    ],
    [
      '{port} for a command drive',
      replaced("['{binary}']", "['{binary}', '{port}']", command),
      '3:17 run.command: "run.command" contains {port}, and a command drive serves nothing.',
    ],
    [
      '{binary} in an argument',
      replaced('{data}/b', '{binary}/b', command),
      '8:34 drive.inputs[1].arguments[0]: {binary} is not a placeholder of "drive.inputs.arguments".',
    ],
    ['nothing held out', replaced(', heldOut: true', '', command), '6:3 drive.inputs: No input is held out'],
    ['nothing trains', replaced("a.txt'] }", "a.txt'], heldOut: true }", command), '6:3 drive.inputs: Every input is held out'],
    [
      'one output twice',
      replaced('name: large', 'name: large, outputs: [a, a]', command),
      '8:35 drive.inputs[1].outputs[1]: "a" is named twice.',
    ],
    [
      'two libraries of one name',
      replaced('binary: packer', 'binary: packer, libraries: [a/x.so, b/x.so]', command),
      '2:61 build.libraries[1]: "x.so" is the name of "build.libraries[0]" too.',
    ],
    [
      'a library that is the program',
      replaced('binary: packer', 'binary: packer, libraries: [packer]', command),
      '2:53 build.libraries[0]: "packer" is the name of "build.binary" too.',
    ],
    [
      'a library outside of the source',
      replaced('binary: packer', 'binary: packer, libraries: [../x.so]', command),
      '2:53 build.libraries[0]: ',
    ],
    ['one name twice', replaced('name: large', 'name: small', command), '8:15 drive.inputs[1].name: Two inputs are called "small".'],
    [
      'one include for two places',
      replaced('hone/location.conf', 'hone/http.conf'),
      '12:20 mirror.locationInclude: "mirror.httpInclude" and',
    ],
    ['nginx without its configuration', replaced('  configuration: nginx.conf\n', ''), '9:1 mirror: "mirror.configuration" is missing.'],
    [
      'files for nginx',
      replaced('  configuration: nginx.conf', '  files: [a.har]\n  configuration: nginx.conf'),
      '10:3 mirror.files: A mirror of this kind has no use for "files".',
    ],
    [
      'a rate for a log',
      replaced('  configuration: nginx.conf', '  kind: log\n  requestsPerSecond: 5\n  configuration: nginx.conf'),
      '11:3 mirror.requestsPerSecond: "mirror.requestsPerSecond" needs the kind nginx',
    ],
    [
      'a placeholder for the shell',
      replaced('drive:', '  prepare: ./make-store {data}\ndrive:'),
      '7:12 run.prepare: {data} is not replaced in "run.prepare", which the shell runs. | Write $HONE_DATA.',
    ],
    [
      'pairs',
      `${http}evaluation: { minimumPairs: 9, maximumPairs: 8 }\n`,
      '13:29 evaluation.minimumPairs: "evaluation.minimumPairs" (9) is more than',
    ],
  ])('%s', (_name, text, start) => {
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${start.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  });

  test('braces that mean something else are left alone', () => {
    expect(problems(replaced('{data}/b.txt', '{"a": 1}', command))).toEqual([]);
    expect(problems(replaced('{data}/b.txt', '{print}', command))).toEqual([]);
    expect(problems(replaced('drive:', '  prepare: ./make-store ${data}\ndrive:'))).toEqual([]);
  });
});

describe('text that is no manifest', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
    .split('')
    .map((letter, index) => `${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${'abcdefg'[index]!}`).join(', ')}]`)
    .join('\n')}\n`;

  test.each([
    ['an empty file', '', '1:1 : The file is empty.'],
    ['only a comment', '# nothing\n', '1:1 : The file is empty.'],
    ['a list', '- a\n- b\n', '1:1 : The file is a list, not a mapping'],
    ['a word', '\nshop\n', '2:1 : The file is a single value, not a mapping'],
    ['a tab', 'build:\n\tcommand: make\n', '2:1 : Not valid YAML: Tabs are not allowed as indentation. | Indent with spaces.'],
    ['an open quote', 'target: "shop\n', '2:1 : Not valid YAML: Missing closing "quote. | Close the quote'],
    ['two documents', 'target: a\n---\ntarget: b\n', '2:1 : Not valid YAML: Source contains multiple documents. | Keep one document'],
    [
      'a reserved character',
      'target: @shop\n',
      '1:9 : Not valid YAML: Plain value cannot start with reserved character @. | Put the value in quotes.',
    ],
    ['a colon in a value', 'description: fast: very\n', '1:14 : Not valid YAML: Nested mappings are not allowed'],
    ['a tag', 'target: !shop 1\n', '1:9 : Not valid YAML: Unresolved tag: !shop.'],
    ['a key that is a list', '? [a]\n: 1\n', '1:3 : Not valid YAML: With stringKeys, all keys must be strings. | Keys are plain words.'],
    ['a key twice', `${http}target: again\n`, '13:1 target: "target" is written twice; the first is in line 1. | Keep one of the two.'],
    [
      'a nested key twice',
      replaced('  binary: shop', '  binary: shop\n  binary: other'),
      '5:3 build.binary: "binary" is written twice; the first is in line 4.',
    ],
    ['an alias to nothing', 'target: *shop\n', '1:9 target: The alias *shop has no anchor before it. | Put a value that starts'],
    ['an alias to itself', 'target: &a [*a]\n', ''],
    ['a bomb of aliases', bomb, ''],
    ['more aliases than anybody writes', `a: &a 1\nb: [${'*a, '.repeat(150)}1]\n`, '2:405 b[100]: More than 100 aliases.'],
    ['a NUL', 'target: "a\\0b"\n', '1:9 target: The value contains a NUL character.'],
    ['a prototype', `${http}__proto__: { target: x }\n`, '13:1 __proto__: "__proto__" cannot be a key.'],
    ['deep brackets', '['.repeat(100_000), 'nested too deeply'],
    ['deep mappings', 'a: {'.repeat(20_000), 'nested too deeply'],
    ['deep lists', '- '.repeat(100_000), 'nested too deeply'],
    ['too much', `description: "${'x'.repeat(1_048_576)}"\n`, '1:1 : The file has 1048592 bytes; a manifest has at most 1048576.'],
    ['too much in UTF-8', `description: "${'é'.repeat(524_288)}"\n`, '1:1 : The file has 1048592 bytes'],
  ])('%s', (_name, text, part) => {
    const found = problems(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(50);
    expect(found[0]).toContain(part);
  });

  test('a megabyte of keys is refused before the test times out', { timeout: 60_000 }, () => {
    const keys = Array.from({ length: 80_000 }, (_, index) => `k${String(index)}: 1`).join('\n');
    expect(problems(keys).length).toBe(50);
  });

  test('no text throws, and every place is inside the text', () => {
    const pieces = fc.array(
      fc.constantFrom(...http.match(/\w+|\W/g)!, '&a ', '*a', '- ', '"', '\t', '{', '[', '|', '\r\n', '\0', '\u2028', '😀'),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        const parsed = parseManifest(text);
        if (parsed.ok) return;
        const lines = text.split('\n');
        for (const issue of parsed.issues) {
          expect(issue.line).toBeGreaterThanOrEqual(1);
          expect(issue.line).toBeLessThanOrEqual(lines.length);
          expect(issue.column).toBeLessThanOrEqual((lines[issue.line - 1] ?? '').length + 1);
          expect(issue.message).not.toBe('');
          expect(issue.advice).not.toBe('');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test('an issue reads like a compiler message', () => {
  const parsed = parseManifest(`${http}tagret: x\n`);
  expect(parsed.ok ? '' : issueText('hone.yaml', parsed.issues[0]!)).toBe(
    'hone.yaml:13:1: "tagret" is not a key of a manifest. Did you mean "target"?',
  );
});

describe('nearest word', () => {
  test.each([
    ['comand', 'command'],
    ['Binary', 'binary'],
    ['timeout-seconds', 'timeoutSeconds'],
    ['run', 'run'],
    ['urn', 'run'],
    ['xyz', undefined],
  ])('%s', (word, expected) => {
    expect(nearestWord(word, ['command', 'binary', 'timeoutSeconds', 'run'])).toBe(expected);
  });
});

describe('the JSON Schema', () => {
  const reader = z.fromJSONSchema(manifestJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  const minimal = { target: 'a', build: { command: 'make', binary: 'a' }, run: { command: ['{binary}'] }, drive: { kind: 'http' } };

  test.each([
    ['minimal', minimal],
    ['with defaults written out', manifestSchema.parse(minimal)],
    ['a command drive', { ...minimal, drive: { kind: 'command', inputs: [{ name: 'a', stdin: 'x/y' }] } }],
    ['no target', { ...minimal, target: undefined }],
    ['an unknown key', { ...minimal, colour: 'red' }],
    ['an unknown nested key', { ...minimal, build: { ...minimal.build, colour: 'red' } }],
    ['an absolute binary', { ...minimal, build: { command: 'make', binary: '/a' } }],
    ['a path out of the source', { ...minimal, build: { command: 'make', binary: '../a' } }],
    ['a bad variable', { ...minimal, run: { command: ['x'], environment: { '1': 'x' } } }],
    ['a bad drive', { ...minimal, drive: { kind: 'service' } }],
    ['a share above one', { ...minimal, acceptance: { minimumWindowOverlap: 1.1 } }],
    ['a fraction of a window', { ...minimal, collection: { windows: 1.5 } }],
    ['no arguments', { ...minimal, run: { command: [] } }],
  ])('agrees with zod on %s', (_name, value) => {
    const plain: unknown = JSON.parse(JSON.stringify(value));
    expect(reader.safeParse(plain).success).toBe(manifestSchema.safeParse(plain).success);
  });

  test('is the file in docs/', async () => {
    const stored: unknown = JSON.parse(await readFile(new URL('../../docs/hone.schema.json', import.meta.url), 'utf8'));
    expect(stored).toEqual(manifestJsonSchema());
  });

  test('marks nothing required that has a default', () => {
    expect(manifestJsonSchema()['required']).toEqual(['target', 'build', 'run', 'drive']);
  });
});

describe('de-identification', () => {
  const withRules = (rules: string) => problems(`${http}deidentification:\n${rules}`).map((line) => line.replace(/^\d+:\d+ /, ''));
  test('an unknown pack, kind or rule names the nearest known one', () => {
    expect(withRules('  packs: [gpdr]\n')[0]).toMatch(/^deidentification\.packs\[0\]: .*Did you mean "gdpr"\?$/);
    expect(withRules('  fields: { tax: nationl }\n')[0]).toMatch(/Did you mean "national"\?$/);
    expect(withRules('  detectors: [{ name: a, pattern: x, kind: recrod }]\n')[0]).toMatch(/Did you mean "record"\?$/);
  });
  test('a pattern that could run for ever is linear, and one that cannot be is refused', () => {
    expect(withRules("  detectors: [{ name: a, pattern: '(a+)+$', kind: record }]\n")).toEqual([]);
    for (const pattern of ['(?<=x)y', '(x)\\1', '(['])
      expect(withRules(`  detectors: [{ name: a, pattern: '${pattern}', kind: record }]\n`)[0]).toMatch(
        /^deidentification\.detectors\[0\]\.pattern: "deidentification\.detectors\[0\]\.pattern" is not understood: .*RE2/,
      );
    expect(withRules("  detectors: [{ name: a, pattern: 'a*', kind: record }]\n")[0]).toContain('fits the empty text');
  });
});
