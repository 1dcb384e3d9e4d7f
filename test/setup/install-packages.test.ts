import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { project } from './checkout.ts';

/** Folders that the script, apt-get and update-rc.d change: in a mount namespace, copies lie over them. */
const covered = ['/etc/init.d', '/etc/systemd/system', ...[0, 1, 2, 3, 4, 5, 6, 'S'].map((level) => `/etc/rc${String(level)}.d`)];

let folder: string;
/** Stands over /usr/sbin: without nginx and without a policy, unless a test puts one there. */
let programs: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hone-packages-'));
  programs = path.join(folder, 'sbin');
  await mkdir(programs);
  await mkdir(path.join(folder, 'lists'));
  await cp('/usr/sbin/update-rc.d', path.join(programs, 'update-rc.d'));
  for (const original of covered) await cp(original, copyOf(original), { recursive: true, verbatimSymlinks: true });
  // A machine where nginx has just been installed: its unit and its links are there.
  const wants = path.join(copyOf('/etc/systemd/system'), 'multi-user.target.wants');
  await mkdir(wants, { recursive: true });
  await rm(path.join(wants, 'nginx.service'), { force: true });
  await symlink('/lib/systemd/system/nginx.service', path.join(wants, 'nginx.service'));
  for (const name of await readdir(copyOf('/etc/rc3.d'))) if (name.endsWith('nginx')) await rm(path.join(copyOf('/etc/rc3.d'), name));
  await symlink('../init.d/nginx', path.join(copyOf('/etc/rc3.d'), 'S01nginx'));
});
afterEach(() => rm(folder, { recursive: true }));

const copyOf = (original: string): string => path.join(folder, original.replaceAll('/', '-').slice(1));
const policyFile = (): string => path.join(programs, 'policy-rc.d');
const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Runs the script with the real apt-get, which only simulates; `hook` is run by apt-get itself while it works. */
async function install(hook: string) {
  const configuration = path.join(folder, 'apt.conf');
  await writeFile(
    configuration,
    `APT::Get::Simulate "true"; APT::Sandbox::User "root"; APT::Update::Pre-Invoke { "${hook}"; };
     Dir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "/dev/null";
     Dir::State::lists "${folder}/lists"; Dir::Cache "${folder}";`,
  );
  const mounts = [['/usr/sbin', programs] as const, ...covered.map((original) => [original, copyOf(original)] as const)];
  const script = [
    ...mounts.map(([original, copy]) => `mount --bind ${quote(copy)} ${original}`),
    `exec sh ${quote(path.join(project, 'infra/setup/install-packages.sh'))} nginx-light`,
  ].join('\n');
  const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const env = { ...process.env, PATH: '/usr/bin:/bin', APT_CONFIG: configuration };
  const child = spawn('unshare', [...namespaces, 'sh', '-ec', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { said: `${output}${errors}`, code: code as number };
}

async function startsAtBoot(): Promise<readonly boolean[]> {
  const unit = path.join(copyOf('/etc/systemd/system'), 'multi-user.target.wants/nginx.service');
  const linked = await lstat(unit).then(
    () => true,
    () => false,
  );
  return [linked, (await readdir(copyOf('/etc/rc3.d'))).includes('S01nginx')];
}

const ask = 'for name in nginx nginx.service ssh; do code=0; /usr/sbin/policy-rc.d $name start || code=$?; echo $name $code; done';

test('while apt-get works nginx may not start, other services may; afterwards the policy is gone, and nginx is not in the boot', async () => {
  expect(await startsAtBoot()).toEqual([true, true]);
  const { said, code } = await install(ask);
  expect(said).toContain('nginx 101\nnginx.service 101\nssh 0\n');
  expect(said).toContain('nginx-light is already the newest version');
  expect({ code, left: await readdir(programs) }, said).toEqual({ code: 0, left: ['update-rc.d'] });
  expect(await startsAtBoot()).toEqual([false, false]);
});

test('the policy is gone too when apt-get fails', async () => {
  const { said, code } = await install(`${ask}; exit 1`);
  expect(said).toContain('nginx 101\n');
  expect(code).not.toBe(0);
  expect(await readdir(programs)).toEqual(['update-rc.d']);
});

test('and when the installation is interrupted', async () => {
  const { code } = await install(`${ask}; kill -TERM $(cut -d' ' -f4 /proc/$PPID/stat)`);
  expect(code).toBe(143);
  expect(await readdir(programs)).toEqual(['update-rc.d']);
});

test("a policy of the machine's own stays and decides", async () => {
  const own = '#!/bin/sh\nexit 104\n';
  await writeFile(policyFile(), own, { mode: 0o755 });
  const { said, code } = await install(ask);
  expect(said).toContain('nginx 104\nnginx.service 104\n');
  expect(code).toBe(0);
  expect(await readFile(policyFile(), 'utf8')).toBe(own);
});

test('one that a killed installation left is taken away by the next', async () => {
  await install(`cp /usr/sbin/policy-rc.d ${quote(path.join(folder, 'left'))}`);
  await cp(path.join(folder, 'left'), policyFile());
  expect((await install(ask)).said).toContain('nginx 101\n');
  expect(await readdir(programs)).toEqual(['update-rc.d']);
});

test('an nginx that was there before keeps its place in the boot', async () => {
  await cp('/usr/sbin/nginx', path.join(programs, 'nginx'));
  expect((await install('true')).code).toBe(0);
  expect(await startsAtBoot()).toEqual([true, true]);
});
