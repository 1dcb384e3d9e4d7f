import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCheckout, project, start, type Checkout } from './checkout.ts';

let checkout: Checkout;
const node = process.execPath;

beforeAll(async () => {
  checkout = await makeCheckout();
});
afterAll(async () => {
  await checkout.remove();
});

function setUp(root: string) {
  return start([node, 'infra/setup/setup.mjs'], { cwd: root }).ended;
}

describe('a checkout where everything is there', () => {
  test('is stamped once, then set-up has nothing to do and says nothing', async () => {
    const first = await setUp(checkout.root);
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toMatch(/^set-up {2}Temporal's server {2}1\.\d+\.\d+ at \.hone\/bin\/temporal \(\d/m);
    const stamp = JSON.parse(await readFile(path.join(checkout.root, '.hone/setup.json'), 'utf8')) as { temporalPath: string };
    expect(stamp.temporalPath).toBe(path.join(checkout.root, '.hone/bin/temporal'));

    const second = await setUp(checkout.root);
    expect(second).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('what goes missing is noticed', async () => {
    await rm(path.join(checkout.root, 'prisma/client'), { recursive: true });
    const again = await setUp(checkout.root);
    expect(again.stderr).toContain('set-up  database client    generated');
    expect(again.code).toBe(0);
  });
});

describe('run.mjs', () => {
  test('runs the script on Node 24 with its arguments, answers its exit code, and leaves standard output alone', async () => {
    await checkout.write(
      'say.ts',
      `const version: string = process.version; console.log(JSON.stringify([version, process.argv.slice(2)])); process.exitCode = 7;`,
    );
    const { code, stdout } = await start([node, 'infra/setup/run.mjs', 'say.ts', '--json', 'a b'], { cwd: checkout.root }).ended;
    const [version, words] = JSON.parse(stdout) as [string, string[]];
    expect(version).toMatch(/^v24\./);
    expect(words).toEqual(['--json', 'a b']);
    expect(code).toBe(7);
  });

  test('runs a program of node_modules', async () => {
    const { code, stdout } = await start([node, 'infra/setup/run.mjs', '--bin', 'tsc', '--version'], { cwd: checkout.root }).ended;
    expect(stdout).toMatch(/^Version 7\./);
    expect(code).toBe(0);
  });

  test('passes signals on, and ends when the script has ended', async () => {
    await checkout.write('wait.ts', `process.once('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('ready');`);
    const run = start([node, 'infra/setup/run.mjs', 'wait.ts'], { cwd: checkout.root });
    await run.said('ready');
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(9);
  });

  test('a script that dies by a signal is told from one that ends', async () => {
    await checkout.write('die.ts', `process.kill(process.pid, 'SIGKILL');`);
    expect((await start([node, 'infra/setup/run.mjs', 'die.ts'], { cwd: checkout.root }).ended).code).toBe(137);
  });

  test('without a script it says how it is used', async () => {
    expect(await start([node, 'infra/setup/run.mjs'], { cwd: checkout.root }).ended).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('a step that fails', () => {
  test('shows the command, its last lines and what to do', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'hone-setup-broken-'));
    try {
      await mkdir(path.join(root, 'infra'));
      await symlink(path.join(project, 'infra/setup'), path.join(root, 'infra/setup'));
      await writeFile(path.join(root, 'package.json'), '{"name":"broken"}');
      const script = `import { setUpOrExplain } from ${JSON.stringify(path.join(project, 'infra/setup/setup.mjs'))}; process.exitCode = (await setUpOrExplain(${JSON.stringify(root)})) ? 0 : 1;`;
      const { code, stdout, stderr } = await start([node, '--input-type=module', '-e', script], { cwd: root }).ended;
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toContain('Set-up stopped: npm ci --ignore-scripts ended with 1.');
      expect(stderr).toMatch(/^ {4}npm error/m);
      expect(stderr).toContain('package-lock.json');
      expect(stderr).toContain('Check that the npm registry can be reached');
    } finally {
      await rm(root, { recursive: true });
    }
  });

  test('is one JSON object on standard output for who asked for JSON', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'hone-setup-broken-'));
    try {
      await cp(path.join(project, 'infra/setup'), path.join(root, 'infra/setup'), { recursive: true });
      await writeFile(path.join(root, 'package.json'), '{"name":"broken"}');
      const { code, stdout } = await start([node, 'infra/setup/run.mjs', 'runtime/demo.ts', '--json'], { cwd: root }).ended;
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'tool-missing', message: expect.stringContaining('Set-up stopped') } });
    } finally {
      await rm(root, { recursive: true });
    }
  });

  test('an ordinary user is shown the exact command for Debian packages, and nothing is installed', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'hone-setup-user-'));
    try {
      await symlink('/usr/bin/apt-get', path.join(root, 'apt-get'));
      const step = JSON.stringify(path.join(checkout.root, 'infra/setup/steps/debian-packages.mjs'));
      const script = `import { debianPackages } from ${step}; await debianPackages.run('.', { say: console.log }).catch((e) => console.log(e.message, e.advice));`;
      // Others may read the copy of set-up; only its owner may read the temporary folders by default.
      for (const folder of [root, checkout.root]) await start(['chmod', '-R', 'o+rX', folder], { cwd: '/' }).ended;
      const asRoot = process.getuid?.() === 0;
      const { stdout } = await start([node, '--input-type=module', '-e', script], {
        cwd: '/',
        env: { PATH: root },
        ...(asRoot ? { uid: 65534 } : {}),
      }).ended;
      expect(stdout).toMatch(/^Missing: clang-22, lld-22, llvm-22, /);
      expect(stdout).toMatch(/ {2}sudo sh \/\S+\/infra\/setup\/install-packages\.sh clang-22 lld-22 llvm-22 .*make/);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

describe('the lock', () => {
  const script = (file: string, work: string): string[] => [
    node,
    '--input-type=module',
    '-e',
    `import { withLock } from ${JSON.stringify(path.join(project, 'infra/setup/lock.mjs'))};
     await withLock(${JSON.stringify(file)}, () => console.log('waiting'), async () => { console.log('held'); ${work} });`,
  ];

  test('lets one in at a time, and is free when its holder is killed', async () => {
    const file = path.join(checkout.root, '.hone', 'test.lock');
    const first = start(script(file, 'await new Promise((resolve) => setTimeout(resolve, 600_000));'), { cwd: '/' });
    await first.said('held');
    const second = start(script(file, ''), { cwd: '/' });
    await second.said('waiting');
    first.child.kill('SIGKILL');
    expect(await second.ended).toMatchObject({ code: 0, stdout: 'waiting\nheld\n' });
    await first.ended;
  });
});
