import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, expect, test } from 'vitest';
import { exitCodes } from '../../cli/exit-codes.ts';
import { run } from '../../cli/main.ts';
import { parseManifest } from '../../domain/manifest/parse.ts';
import { cycleStages } from '../../domain/model/cycle.ts';
import { blocksOf, readPage, root, shellLines, words } from './pages.ts';

const nowhere = mkdtempSync(join(tmpdir(), 'hone-docs-'));
afterAll(() => rmSync(nowhere, { recursive: true }));

const schema = buildSchema(readFileSync(join(root, 'api/schema.graphql'), 'utf8'));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Record<string, string> };

const manifests = blocksOf('yaml').filter(({ text }) => /^target:/m.test(text));
test('there are manifests in the README and in the manual', () => {
  expect(new Set(manifests.map(({ place }) => place.split(':')[0]))).toEqual(new Set(['README.md', 'docs/manifest.md']));
});
test.each(manifests)('the manifest at $place is valid', ({ text }) => {
  expect(parseManifest(text)).toMatchObject({ ok: true });
});

test.each(blocksOf('graphql'))('the document at $place fits api/schema.graphql', ({ text }) => {
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
});

const posted = shellLines().flatMap(({ place, line }) => [...line.matchAll(/-d '(\{.*?\})'/g)].map(([, body]) => ({ place, body: body! })));
test.each(posted)('what curl sends at $place fits api/schema.graphql', ({ body }) => {
  const { query } = JSON.parse(body) as { readonly query: string };
  expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
});
test('curl sends queries and a subscription', () => expect(posted.length).toBeGreaterThanOrEqual(3));

/** The command line's own program; without an API everything that it understands ends with something else than wrong usage. */
async function understand(argv: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  let said = '';
  const code = await run(argv, {
    out: () => undefined,
    err: (text) => void (said += text),
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    stdinIsTerminal: false,
    directory: nowhere,
    searchPath: '',
    ask: async () => null,
    onInterrupt: () => () => undefined,
  });
  return { code, said };
}

const honeLines = shellLines()
  .filter(({ line }) => /^(npx )?hone\s/.test(line))
  .map(({ place, line }) => ({ place, line, argv: words(line.replace(/\s*>\s*\S+$/, '')).filter((word) => word !== 'npx') }));
test.each(honeLines)('the command line understands "$line" ($place)', async ({ argv }) => {
  const { code, said } = await understand(argv.slice(1));
  expect(code, said).not.toBe(exitCodes.usage);
});
test('a verb or an option that is not there would be seen', async () => {
  expect((await understand(['release', 'praise', 'query-service'])).code).toBe(exitCodes.usage);
  expect((await understand(['refresh', 'query-service', '--loud'])).code).toBe(exitCodes.usage);
});
test('the manual shows every verb', async () => {
  const shownVerbs = new Set(honeLines.map(({ argv }) => argv.slice(1, 3).join(' ')));
  for (const verb of ['target add', 'target check', 'cycle cancel', 'profile download', 'build download', 'release rollback']) {
    expect(shownVerbs, verb).toContain(verb);
  }
});

const npmLines = shellLines().filter(({ line }) => line.startsWith('npm '));
test.each(npmLines)('"$line" ($place) is a script of package.json', ({ line }) => {
  const [, verb, script] = words(line);
  expect(Object.keys(scripts)).toContain(verb === 'run' ? script : verb);
});
test('every npm script that the pages name is there', () => {
  for (const { text } of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/operations.md'].map(readPage)) {
    for (const [, name] of text.matchAll(/npm\srun\s([\w-]+)/g)) expect(Object.keys(scripts)).toContain(name);
  }
});

test.each(shellLines().filter(({ line }) => /^node \S+\.(ts|mjs)/.test(line)))('"$line" ($place) names a file', ({ line }) => {
  expect(() => readFileSync(join(root, words(line)[1]!))).not.toThrow();
});

test.each(blocksOf('json'))('the JSON at $place is JSON', ({ text }) => expect(() => void JSON.parse(text)).not.toThrow());

test('the transcript of the README goes through the stages in their order', () => {
  const transcript = readPage('README.md').blocks.find(({ text }) => text.includes('offer-release'))?.text ?? '';
  const stages = [...transcript.matchAll(/^ *\d+\.\d s {2}([a-z-]+) +\S/gm)]
    .map((match) => match[1]!)
    .filter((word) => (cycleStages as readonly string[]).includes(word));
  expect([...new Set(stages)]).toEqual(cycleStages);
  for (const name of ['Profile', 'Windows', 'Gain', 'Sizes', 'Release', 'Next']) expect(transcript).toMatch(new RegExp(`^${name} `, 'm'));
});

test('the table of keys in docs/manifest.md is what docs/hone.schema.json says', () => {
  const { stderr, status } = spawnSync(process.execPath, [join(root, 'docs/scripts/print-manifest-table.ts'), '--check'], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
});
