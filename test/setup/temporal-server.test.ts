import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { project, start } from './checkout.ts';

let root: string;
/** First on the search path, so that what is installed here is never asked. */
let folderOnPath: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hone-temporal-'));
  folderOnPath = path.join(root, 'on-path');
});
afterEach(() => rm(root, { recursive: true }));

async function program(file: string, script: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}
const server = (version: string): string => `echo 'temporal version 1.5.1 (Server ${version}, UI 2.45.0)'`;
const writeServer = (file: string, version: string): string =>
  `printf '%s\\n' '#!/bin/sh' "${server(version)}" > "${file}" && chmod 755 "${file}"`;

const onPath = (name: string, script: string): Promise<void> => program(path.join(folderOnPath, name), script);
const madeBefore = (version: string): Promise<void> => program(path.join(root, '.hone/bin/temporal'), server(version));
/** Set-up starts the download on the project's own Node, with the script, the folder and the seconds as arguments. */
const download = (script: string): Promise<void> => program(path.join(root, 'node_modules/.bin/node'), script);

interface Outcome {
  readonly found?: string;
  readonly message?: string;
  readonly advice?: string;
  readonly reasons?: readonly string[];
  readonly said: readonly string[];
}

/** Runs the step over the stand-ins; each of them ends at once and reaches no network. */
async function findServer(env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const script = `import { temporalServer } from ${JSON.stringify(path.join(project, 'infra/setup/steps/temporal-server.mjs'))};
    const said = [];
    const outcome = await temporalServer.run(${JSON.stringify(root)}, { say: (line) => said.push(line) }).then(
      (found) => ({ found }),
      ({ message, advice, lines }) => ({ message, advice, reasons: lines }),
    );
    console.log(JSON.stringify({ ...outcome, said }));`;
  const command = [process.execPath, '--input-type=module', '-e', script];
  const { stdout, stderr } = await start(command, { cwd: root, env: { PATH: `${folderOnPath}:/usr/bin:/bin`, ...env } }).ended;
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Outcome;
}
const stamp = async (): Promise<unknown> => JSON.parse(await readFile(path.join(root, '.hone/setup.json'), 'utf8')) as unknown;

test.each(['1.29.0', '2.0.1'])('server %s on the path is taken before any other', async (version) => {
  await onPath('temporal', server(version));
  await madeBefore('1.30.0');
  const file = path.join(folderOnPath, 'temporal');
  expect(await findServer()).toEqual({ found: `${version} at on-path/temporal`, said: [] });
  expect(await stamp()).toMatchObject({ temporalPath: file, temporal: { version } });
});

test('a server on the path that is too old is left for the one made before', async () => {
  await onPath('temporal', server('1.28.3'));
  await madeBefore('1.29.1');
  expect(await findServer()).toEqual({ found: '1.29.1 at .hone/bin/temporal', said: [] });
  expect(await stamp()).toMatchObject({ temporalPath: path.join(root, '.hone/bin/temporal'), temporal: { version: '1.29.1' } });
});

test("the SDK's download takes the place of one made before that is too old", async () => {
  await onPath('temporal', 'exit 1');
  await madeBefore('0.99.9');
  await download(writeServer('$2/temporal-sdk-typescript-1.0', '1.30.2'));
  expect(await findServer()).toEqual({ found: '1.30.2 at .hone/bin/temporal', said: ["asking for the SDK's own download"] });
  expect(await readdir(path.join(root, '.hone/bin'))).toEqual(['temporal']);
});

test('Go is asked last, to put its program where set-up looks for it', async () => {
  await onPath('temporal', server('1.28.3'));
  await download('echo "Error: the vendor said no" >&2; exit 1');
  const asked = path.join(root, 'asked');
  await onPath('go', `printf '%s\\n' "$GOBIN" "$GOFLAGS" "$@" > ${asked}\n${writeServer('$GOBIN/temporal', '1.29.1')}`);
  const { found, said } = await findServer({ GOFLAGS: '-trimpath', GOBIN: '/elsewhere' });
  expect(found).toBe('1.29.1 at .hone/bin/temporal');
  const [folder, flags, ...words] = (await readFile(asked, 'utf8')).trimEnd().split('\n');
  expect(folder).toBe(path.join(root, '.hone/bin'));
  expect(flags).toBe('-trimpath -mod=mod');
  expect(words).toEqual(['install', expect.stringMatching(/^github\.com\/temporalio\/cli\/cmd\/temporal@v\d+\.\d+\.\d+$/)]);
  expect(said.at(-1)).toContain(`go install ${words[1]!}`);
});

test('where every way fails, the reason of each is listed, and what helps', async () => {
  await onPath('temporal', server('1.28.3'));
  await download('echo "Error: the vendor said no" >&2; exit 1');
  await onPath('go', 'echo "no module proxy"; exit 1');
  const { message, advice, reasons } = await findServer();
  expect(message).toBe("Temporal's server was not found, downloaded or built.");
  expect(reasons).toEqual([
    `${path.join(folderOnPath, 'temporal')} has server 1.28.3, older than 1.29`,
    'no .hone/bin/temporal from before',
    "the SDK's download failed: Error: the vendor said no",
    'go install failed: no module proxy',
  ]);
  expect(advice).toMatch(/server 1\.29 or newer\) on the path; allow its download; install Go /);
  await expect(stamp()).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a program that is no server is refused with what it said, wherever it is from', async () => {
  await onPath('temporal', 'echo "usage: temporal FILE"; exit 2');
  await madeBefore('1.28.3');
  await download(`echo 'echo unknown' > "$2/temporal-x" && chmod 755 "$2/temporal-x"`);
  await onPath('go', ':');
  const { reasons } = await findServer();
  expect(reasons).toEqual([
    expect.stringMatching(/on-path\/temporal --version said: usage: temporal FILE$/),
    expect.stringMatching(/\.hone\/bin\/temporal has server 1\.28\.3, older than 1\.29$/),
    expect.stringMatching(/\.hone\/bin\/temporal --version said: \S/),
    expect.stringMatching(/\.hone\/bin\/temporal --version said: \S/),
  ]);
});
