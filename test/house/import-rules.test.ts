import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const probes = mkdtempSync(join(tmpdir(), 'hone-imports-'));
let output = '';
beforeAll(() => void (output = compile([...folders.map(writeProbe), writePlatformProbe()])));
afterAll(() => rmSync(probes, { recursive: true }));

/** The folders that the configuration in `place` refers to. */
function references(place: string): readonly string[] {
  const config = JSON.parse(readFileSync(join(root, place, 'tsconfig.json'), 'utf8')) as { references?: readonly { path: string }[] };
  return (config.references ?? []).map(({ path }) => path.replace(/^\.\.\//, '')).filter((path) => !path.endsWith('.json'));
}

const folders = references('.');
const imported = [...folders, 'prisma'];

/** What a folder's configuration lets it import: what it refers to, and what that refers to; the generated client is among the store's files. */
function within(folder: string): ReadonlySet<string> {
  const own = folder === 'store' ? ['store', 'prisma'] : [folder];
  return new Set([...own, ...references(folder).flatMap((other) => [...within(other)])]);
}
const files: ReadonlyMap<string, string> = new Map(imported.map((folder) => [folder, plainestOf(folder)]));

/** The file of a folder with the fewest imports, so that little is compiled with it. */
function plainestOf(folder: string): string {
  if (folder === 'prisma') return join(root, 'prisma/client/enums.ts'); // generated: git does not know it
  const tracked = execFileSync('git', ['ls-files', `${folder}/*.ts`], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  const candidates = tracked.filter((file) => !/\/(fixtures|peers)\//.test(file)).map((file) => join(root, file));
  const imports = (file: string) => readFileSync(file, 'utf8').match(/^(import|export .* from) /gm)?.length ?? 0;
  return candidates.toSorted((left, right) => imports(left) - imports(right))[0]!;
}

/**
 * A file that imports one of every other folder, compiled as the folder's own are: by its configuration, and with its references, which
 * TypeScript does not hand down with the rest.
 */
function writeProbe(folder: string): string {
  const others = imported.filter((other) => other !== folder && !(folder === 'store' && other === 'prisma'));
  return writeProject(folder, folder, others.map((other) => `export * as ${other} from '${files.get(other)!}';\n`).join(''));
}

/** Workflow code is replayed: it may see neither the process, nor the network, nor the console, nor a timer of Node's. */
const platform = ['process', 'fetch', 'console', 'setTimeout', 'Buffer'];
function writePlatformProbe(): string {
  return writeProject('platform', 'workflows', `export const forbidden = [${platform.join(', ')}];\n`);
}

function writeProject(name: string, folder: string, text: string): string {
  const place = join(probes, name);
  mkdirSync(place);
  writeFileSync(join(place, 'probe.mts'), text);
  const compilerOptions = {
    rootDir: '/',
    outDir: join(place, 'out'),
    tsBuildInfoFile: join(place, 'out.tsbuildinfo'),
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const project = {
    extends: join(root, folder, 'tsconfig.json'),
    compilerOptions,
    include: ['./probe.mts'],
    references: references(folder).map((other) => ({ path: join(root, other) })),
  };
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(project));
  return place;
}

function compile(projects: readonly string[]): string {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  return spawnSync(tsc, ['-b', '--pretty', 'false', ...projects], { cwd: root, encoding: 'utf8' }).stdout;
}

describe('what a folder does not refer to does not compile in it, and all else does:', () => {
  it.each(folders)('%s', (folder) => {
    const refused = (other: string) =>
      output.includes(
        `File '${files.get(other)!}' is not listed within the file list of project '${join(probes, folder, 'tsconfig.json')}'`,
      );
    expect(imported.filter(refused)).toEqual(imported.filter((other) => !within(folder).has(other)));
  });
});

it('every file of TypeScript is one of a folder that is checked, or stands beside them', () => {
  const tracked = execFileSync('git', ['ls-files', '*.ts'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
  const places = new Set(tracked.map((file) => (file.includes('/') ? file.split('/')[0]! : '.')));
  expect([...places].toSorted()).toEqual(['.', ...folders].toSorted());
});

it('only the composition roots and what looks at everything refer to more than the domain', () => {
  const more = folders.filter((folder) => references(folder).some((other) => other !== 'domain'));
  expect(more.toSorted()).toEqual(['bench', 'runtime', 'test']);
});

it('does not compile a workflow that knows the platform', () => {
  for (const name of platform) expect(output).toMatch(new RegExp(`platform/probe\\.mts.*'${name}'`));
});
