import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { seed } from '../support/seed.ts';
import { useServedShop } from '../support/served-shop.ts';
import { makeFakeIo } from './support/fake-io.ts';

const ground = useServedShop();

describe('reading', () => {
  test('targets', async () => {
    const { stdout, stderr, code } = await ground.api.hone('target', 'list');
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^TARGET {2}PROFILE +CYCLE +CHANNELS +DIRECTORY +UPDATED$/);
    expect(stdout).toMatch(/^shop +version 1, unvetted, less than a minute old +- +- +\/srv\/shop +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/m);
    expect(stderr).toContain('Next:\n  hone target show shop');
    expect(await ground.json('target', 'list')).toMatchObject([{ id: ground.shop.target.id, name: 'shop', channels: [] }]);
    expect(await ground.json('target', 'show', 'shop')).toMatchObject({
      name: 'shop',
      manifest: { target: 'shop', drive: { kind: 'http' } },
    });
  });

  test('a target whose cycle runs, and one without a version', async () => {
    const verbs = await seed(ground.api.store).target('turning');
    expect((await ground.api.hone('target', 'show', 'turning')).stdout).toMatch(/^profile +-\ncycle +-$/m);
    const running = await verbs.cycle();
    const { stdout } = await ground.api.hone('target', 'show', 'turning');
    expect(stdout).toContain(`${running.cycle.id}, running: plan\n`);
    expect((await ground.api.hone('target', 'list')).stdout).toMatch(/^turning +- +running: plan +- /m);
    expect(await ground.json('target', 'show', 'turning')).toMatchObject({ activeCycle: { id: running.cycle.id, stage: 'plan' } });
    await running.close('failed');
  });

  test('cycles, in the words of the domain', async () => {
    expect(await ground.json('cycle', 'list', 'shop')).toMatchObject([
      { id: ground.loop.cycle.id, state: 'succeeded', target: { name: 'shop' } },
    ]);
    const { stdout, stderr } = await ground.api.hone('cycle', 'show', ground.loop.cycle.id);
    expect(stdout).toMatch(/^state +succeeded$/m);
    expect(stdout).toMatch(/^windows +1 kept, 0 rejected$/m);
    expect(stdout).toMatch(/^verdict +pass after 2 pairs: It is a pass\.$/m);
    expect(stdout).toMatch(/^gain +1\.200 \[1\.100, 1\.300\]$/m);
    expect(stdout).toMatch(/^GET \/search +1\.200/m);
    const shown = [
      ['WINDOW', '1'],
      ['kept', 'yes'],
      ['steal', '1\\.0 %'],
      ['foreign CPU', '2\\.0 %'],
      ['CPU pressure', '3\\.5 %'],
      ['I/O pressure', '0\\.5 %'],
      ['memory pressure', '0\\.0 %'],
      ['load', '0\\.50'],
      ...['temperature', 'rise', 'throttled', 'energy', 'clock'].map((title) => [title, 'unavailable']),
      ['power', 'battery'],
    ];
    for (const [title, value] of shown) expect(stdout).toMatch(new RegExp(`^${title} +${value}$`, 'm'));
    expect(stdout).toMatch(/^throughput +baseline 12,346\/s, optimised 14,020\/s \(1\.136\), answers with 8 at a time$/m);
    expect(stdout).toMatch(
      /^latency +p50 0\.421 and 0\.421 ms, p90 0\.87 and 0\.87 ms, p99 1\.91 and 1\.91 ms, at 6,173\/s, half of what was seen of the slower; sent 0\.31 ms late at p99, which is in them$/m,
    );
    expect(stdout).toMatch(/^traffic +120 received: 100 replayed, 10 held out, 8 skipped, 0 failed, 2 dropped \(validation 2\)$/m);
    expect(stdout).toMatch(new RegExp(`^manifest +${ground.shop.target.manifestDigest.slice(0, 12)}, `, 'm'));
    expect(stdout).toMatch(/^steal +from \/proc\/stat$/m);
    expect(stdout).toMatch(/^power +from \/sys\/class\/power_supply\/BAT0\/status$/m);
    expect(stdout).toMatch(/^temperature +unavailable: no such sensor in this virtual machine$/m);
    expect(stderr).toContain('hone release promote shop 1 --channel stable');
    expect(await ground.json('cycle', 'show', ground.loop.cycle.id)).toMatchObject({
      manifest: ground.shop.target.manifest,
      manifestDigest: ground.shop.target.manifestDigest,
      directory: '/srv/shop',
      corpus: {
        training: { requests: 100 },
        heldOut: { requests: 10 },
        counters: { received: 120, dropped: [{ name: 'validation', count: 2 }] },
      },
      windows: [
        {
          environment: {
            foreignCpuShare: { value: 0.02 },
            loadAverage1: { value: 0.5 },
            throttleEvents: { value: null },
            powerSupply: { value: 'battery' },
          },
        },
      ],
    });
  });

  test('profile versions', async () => {
    expect(await ground.json('profile', 'list', 'shop')).toMatchObject([
      { number: 1, state: 'unvetted', profile: ground.loop.version.profile },
    ]);
    const { stdout } = await ground.api.hone('profile', 'show', 'shop', 'v1');
    expect(stdout).toMatch(/^report +accepted$/m);
    expect(stdout).toMatch(/^build IDs +abc123$/m);
    expect(stdout).toMatch(/^functions +300, 120 with counts \(40\.0 %\)$/m);
    expect(stdout).toMatch(/^density +12000\.0 counts per counter$/m);
    expect(stdout).toMatch(/^mismatched +1 function \(parse\), 0\.8 % of those with counts$/m);
    expect(stdout).toMatch(/^missing +3 functions \(read, write, …\) of the source are not in the profile$/m);
    expect(stdout).toMatch(/^replay +99 of 100 answers had production's status class$/m);
    expect(stdout).toMatch(/^statuses +production 2xx 100; replay 2xx 99, 4xx 1$/m);
    expect(stdout).toMatch(/^sizes +mean 1\.010 times production's, 98\.0 % within a tenth of production's$/m);
    expect(stdout).toMatch(new RegExp(`^manifest +${ground.shop.target.manifestDigest.slice(0, 12)}, which the cycle keeps$`, 'm'));
    expect(stdout).toMatch(/^collected by +build ID abc123$/m);
    expect(stdout).toMatch(/^counts +9007199254740991 in all, 40\.0 % of the counters above zero$/m);
    expect(stdout).toMatch(/^functions +passed +120 functions with counts, at least 10 wanted$/m);
    expect(await ground.json('profile', 'show', 'shop', '1')).toMatchObject({
      acceptance: {
        summary: { functionsWithCountsShare: 0.4, density: 12_000, binaryIds: ['abc123'], maximumCount: '5000000000' },
        source: { mismatched: ['parse'], mismatchedCount: 1, missing: ['read', 'write'], missingCount: 3 },
        replay: { compared: 100, sameStatusClass: 99, production: [{ name: '2xx', count: 100 }], meanSizeRatio: 1.01 },
      },
      provenance: { manifestDigest: ground.shop.target.manifestDigest, instrumentedBuildId: 'abc123' },
    });
  });

  test('builds', async () => {
    const builds = (await ground.json('build', 'list', 'shop')) as { id: string; kind: string }[];
    expect(builds.map(({ kind }) => kind).toSorted()).toEqual(['baseline', 'optimised']);
    expect(await ground.json('build', 'show', ground.loop.candidate.id)).toMatchObject({
      id: ground.loop.candidate.id,
      kind: 'optimised',
      textBytes: 123_456,
      profileVersion: { number: 1 },
    });
  });

  test('releases', async () => {
    expect(await ground.json('release', 'list', 'shop')).toMatchObject([{ number: 1, evaluation: { verdict: 'pass', pairs: 2 } }]);
    const { stdout } = await ground.api.hone('release', 'show', 'shop', '1');
    expect(stdout).toMatch(/^asked for +a gain of 0\.0 %, false promotions at most 1\.0 %$/m);
  });

  test('more rows than a page of the API', async () => {
    const many = await seed(ground.api.store).target('many');
    for (let index = 0; index < 105; index += 1) await many.build('baseline');
    expect(await ground.json('build', 'list', 'many', '--limit', '103')).toHaveLength(103);
    expect(await ground.json('build', 'list', 'many')).toHaveLength(20);
  });

  test('an empty list says what to do', async () => {
    await seed(ground.api.store).target('empty');
    const { stdout, stderr } = await ground.api.hone('release', 'list', 'empty');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('hone refresh empty');
  });
});

describe('errors', () => {
  test.each([
    ['no such target', ['target', 'show', 'shpo'], 3, 'There is no target "shpo".'],
    ['no such target in a list', ['profile', 'list', 'shpo'], 3, 'There is no target "shpo".'],
    ['no such version', ['profile', 'show', 'shop', '7'], 3, 'shop has no profile version 7.'],
    ['no such release', ['release', 'show', 'shop', '7'], 3, 'shop has no release 7.'],
    ['no such cycle', ['cycle', 'show', '00000000-0000-4000-8000-000000000000'], 3, 'There is no cycle'],
    ['no such build', ['build', 'show', '00000000-0000-4000-8000-000000000000'], 3, 'There is no build'],
    ['no id at all', ['cycle', 'show', 'x y'], 2, 'is not'],
    ['a release to promote that is not there', ['release', 'promote', 'shop', '7'], 3, 'shop has no release 7.'],
    ['a number that is none', ['profile', 'show', 'shop', 'latest'], 2, 'A whole number of at least 1 is expected.'],
    ['an unknown command', ['frobnicate'], 2, "unknown command 'frobnicate'"],
    ['an unknown option', ['target', 'list', '--colour'], 2, "unknown option '--colour'"],
    ['a wrong token', ['target', 'list', '--token', 'nobody'], 4, 'refuses the token'],
    ['an address that is none', ['target', 'list', '--api', 'ftp://x'], 2, 'is not an http or https address'],
    ['nobody there', ['target', 'list', '--api', 'http://127.0.0.1:1', '--token', 'x'], 5, 'does not answer'],
    ['an address without a token', ['target', 'list', '--api', 'http://127.0.0.1:1'], 2, 'There is no token'],
  ])('%s', async (_name, argv, code, message) => {
    const ended = await ground.api.hone(...argv);
    expect(ended.stderr).toContain(message);
    expect(ended).toMatchObject({ code, stdout: '' });
  });

  test('with --json the error is an object on standard output', async () => {
    const { stdout, code } = await ground.api.hone('release', 'show', 'shop', '7', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not-found', message: 'shop has no release 7.' } });
  });

  test('without .hone/api.json', async () => {
    const io = makeFakeIo({ directory: path.parse(ground.api.folder).root });
    expect(await ground.api.startHone(['target', 'list'], io)).toBe(5);
    expect(io.stderr()).toContain('No Hone is known here');
    expect(io.stderr()).toContain('npm run dev');
  });

  test('code, message, advice and details of a typed error', async () => {
    const busy = await seed(ground.api.store).target('busy');
    const { cycle } = await busy.cycle();
    const { stderr, code } = await ground.api.hone('refresh', 'busy');
    expect(code).toBe(4);
    expect(stderr).toBe(
      `error: A cycle of busy is running.\n    cycle ${cycle.id}\nWatch it, or cancel it first.\n(cycle-already-active)\n`,
    );
  });
});

describe('registering', () => {
  const manifest = `target: packer\nbuild: { command: make, binary: packer }\nrun: { command: ['{binary}'] }\ndrive:\n  kind: command\n  inputs:\n    - { name: a }\n    - { name: b, heldOut: true }\n`;

  test('add reads the manifest and registers it', async () => {
    await writeFile(path.join(ground.api.folder, 'hone.yaml'), manifest);
    expect(await ground.json('target', 'add', '.')).toMatchObject({ name: 'packer', directory: ground.api.folder });
    expect(await ground.api.store.targets.byName('packer')).toMatchObject({ directory: ground.api.folder });
  });

  test('check only reads, and shows line and column', async () => {
    await writeFile(
      path.join(ground.api.folder, 'hone.yaml'),
      manifest.replace('packer\n', 'brandnew\n').replace('binary: packer', 'binry: packer'),
    );
    const { code, stderr } = await ground.api.hone('target', 'check', '.');
    expect(code).toBe(2);
    expect(stderr).toContain(`${path.join(ground.api.folder, 'hone.yaml')}:2:25: "binry" is not a key of "build". Did you mean "binary"?`);
    expect(await ground.api.hone('target', 'add', '.')).toMatchObject({ code: 2 });
    expect(await ground.api.store.targets.byName('brandnew')).toBeNull();
  });

  test('a folder without a manifest, and a source folder that is not there', async () => {
    expect(await ground.api.hone('target', 'check', 'blobs')).toMatchObject({ code: 3 });
    await writeFile(path.join(ground.api.folder, 'hone.yaml'), `${manifest}source: { directory: nowhere }\n`);
    expect((await ground.api.hone('target', 'check', '.')).stderr).toContain('nowhere is not a folder');
  });

  test('what the source includes from elsewhere has to be there', async () => {
    const including = (first: string) =>
      `${manifest}source:\n  include:\n    - { path: ${first}, as: lib }\n    - { path: ../gone.c, as: gone.c }\n`;
    const file = path.join(ground.api.folder, 'hone.yaml');
    await writeFile(file, including('blobs'));
    const one = await ground.api.hone('target', 'check', '.');
    expect(one.code).toBe(2);
    expect(one.stderr).toContain(
      `source.include[1].path is "../gone.c", and there is no ${path.join(ground.api.folder, '..', 'gone.c')}.\nName files`,
    );
    await writeFile(file, including('no/lib'));
    const two = await ground.api.hone('target', 'check', '.');
    expect(two.stderr).toContain('source.include[0].path is "no/lib"');
    expect(two.stderr).toContain('source.include[1].path is "../gone.c"');
  });
});

describe('downloading', () => {
  const content = Buffer.alloc(300_000, 'profile ');

  test('a profile: whole, verified, in its place at once', async () => {
    const stored = await ground.api.blobs.putBytes(content);
    const target = await seed(ground.api.store).target('downloads');
    const { cycle } = await target.cycle();
    const { version } = ground.loop;
    const { id: _id, number: _number, createdAt: _createdAt, ...rest } = version;
    await ground.api.store.profiles.publish({ ...rest, state: 'unvetted', targetId: target.target.id, cycleId: cycle.id, profile: stored });
    const answer = await ground.json('profile', 'download', 'downloads', '1', '--output', 'out/p.profdata');
    expect(answer).toMatchObject({
      file: path.join(ground.api.folder, 'out/p.profdata'),
      sha256: stored.digest,
      sizeBytes: content.length,
    });
    expect(await readFile(path.join(ground.api.folder, 'out/p.profdata'))).toEqual(content);
    expect(await readdir(path.join(ground.api.folder, 'out'))).toEqual(['p.profdata']);
    const { stderr } = await ground.api.hone('profile', 'download', 'downloads', '1', '--output', 'out/p.profdata');
    expect(stderr).toContain('This version is unvetted');
  });

  test('a binary can be run', async () => {
    const stored = await ground.api.blobs.putBytes(Buffer.from('#!/bin/sh\necho here\n'));
    const { id: _id, createdAt: _createdAt, ...rest } = ground.loop.candidate;
    const build = await ground.api.store.builds.save({ ...rest, key: stored.digest, binary: stored });
    const { code, stdout } = await ground.api.hone('build', 'download', build.id, '--output', 'program');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('program: 20 B') as string });
    expect((await stat(path.join(ground.api.folder, 'program'))).mode & 0o777).toBe(0o755);
  });

  test('the libraries of a build are shown, and come with it to their places', async () => {
    const program = await ground.api.blobs.putBytes(Buffer.from('#!/bin/sh\necho with a library\n'));
    const file = await ground.api.blobs.putBytes(Buffer.from('a shared object'));
    const { id: _id, createdAt: _createdAt, ...rest } = ground.loop.candidate;
    const libraries = [{ path: 'lib/libx.so.1', file, elfBuildId: 'ab'.repeat(20) }];
    const { id } = await ground.api.store.builds.save({ ...rest, key: program.digest, binary: program, libraries });
    const shown = await ground.api.hone('build', 'show', id);
    expect(shown.stdout).toContain(`lib/libx.so.1, 15 B, build ID ${'ab'.repeat(20)}, sha256 ${file.digest}`);
    const alone = await ground.api.hone('build', 'download', id, '--output', 'alone');
    expect(alone.stdout + alone.stderr).toContain(`hone build download ${id} --libraries FOLDER`);
    const answer = await ground.json('build', 'download', id, '--output', 'with', '--libraries', 'tree');
    const place = path.join(ground.api.folder, 'tree/lib/libx.so.1');
    expect(answer).toMatchObject({
      sha256: program.digest,
      libraries: [{ file: place, sha256: file.digest, elfBuildId: 'ab'.repeat(20) }],
    });
    expect(await readFile(place, 'utf8')).toBe('a shared object');
  });

  test('what is not stored is not found, and no file is left', async () => {
    const { code, stderr } = await ground.api.hone('build', 'download', ground.loop.baseline.id, '--output', 'none/file');
    expect(code).toBe(3);
    expect(stderr).toMatch(/blob-missing|not-found/);
    await expect(stat(path.join(ground.api.folder, 'none/file'))).rejects.toThrow('ENOENT');
  });
});

describe('promotion', () => {
  test('moves the channel, is refused twice, and is rolled back', async () => {
    expect(await ground.json('release', 'promote', 'shop', '1')).toEqual({
      target: 'shop',
      channel: { name: 'stable', revision: 1, updatedAt: expect.any(String) as string, release: { number: 1 } },
    });
    expect((await ground.api.hone('release', 'list', 'shop')).stdout).toMatch(/pass +version 1 +[0-9a-f]{12} +stable /);
    expect((await ground.api.hone('target', 'list')).stdout).toContain('stable: release 1');
    expect(await ground.api.hone('release', 'promote', 'shop', '1')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('(conflict)') as string,
    });
    const { stdout, stderr } = await ground.api.hone('release', 'rollback', 'shop', '--reason', 'a test');
    expect(stdout).toBe('stable of shop is the baseline (revision 2).\n');
    expect(stderr).toContain('hone release list shop');
    const [, move] = await ground.api.store.releases.moves(ground.shop.target.id, 'stable');
    expect(move).toMatchObject({ kind: 'rollback', reason: 'a test' });
  });
});

test('doctor looks at the tools and the API', async () => {
  const findings = (await ground.json('doctor')) as { name: string; state: string; found: string }[];
  const names = findings.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['clang', 'compiler-rt', 'nginx', 'setpriv', 'taskset', 'tar', 'perl', 'libmicrohttpd']));
  expect(names.slice(-5)).toEqual(['cores', 'Postgres', 'Temporal', 'disk', 'API']);
  expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(findings.at(-1)?.found).toBe(ground.api.url);
});

test('doctor says how to install what is missing', async () => {
  const io = { ...makeFakeIo({ directory: ground.api.folder }), searchPath: '' };
  const code = await ground.api.startHone(['doctor'], io);
  expect(code).toBe(1);
  expect(io.stdout()).toMatch(/^missing +clang +no clang-22 on the path$/m);
  expect(io.stdout()).toContain('clang: npm run setup installs it, or prints the command (Debian: clang-22).');
  expect(io.stdout()).toMatch(/^absent +CMake +no cmake on the path$/m);
  expect(io.stdout()).toContain('CMake: Only the tests would miss it. npm run setup installs it, or prints the command (Debian: cmake).');
});
