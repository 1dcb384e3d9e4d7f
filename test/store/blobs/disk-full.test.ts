import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hone-full-'));
});
afterEach(() => rm(folder, { recursive: true }));

/**
 * Puts small, then large, then small content, and gets the large one from elsewhere: prints what happened and what lies on the
 * file system afterwards. Run as a process of its own, since the limit holds for a whole process.
 */
const script = `
  import { randomBytes } from 'node:crypto';
  import { readdirSync } from 'node:fs';
  import { makeFileBlobs } from ${JSON.stringify(path.resolve('store/blobs/file-blobs.ts'))};
  const [small, roomy] = process.argv.slice(1);
  const blobs = makeFileBlobs({ directory: small + '/blobs' });
  const attempt = (call) => call.then(() => 'done', (error) => ({ code: error.code, retryable: error.retryable, advice: error.advice }));
  const large = randomBytes(3_000_000);
  const outcome = {
    before: await attempt(blobs.putBytes(randomBytes(100_000))),
    bytes: await attempt(blobs.putBytes(large)),
    file: await attempt(blobs.putFile(roomy + "/large")),
    get: await attempt(makeFileBlobs({ directory: roomy + '/blobs' }).getFile(process.env.DIGEST, small + '/large')),
    after: await attempt(blobs.putBytes(randomBytes(100_000))),
    left: readdirSync(small, { recursive: true }).filter((name) => name.endsWith('.zst') || name.startsWith('blobs/incoming/') || name.startsWith('large')).length,
  };
  console.log(JSON.stringify(outcome));`;

const full = { code: 'disk-full', retryable: true, advice: expect.stringContaining('Free space') };
const expected = { before: 'done', bytes: full, file: full, get: full, after: 'done', left: 2 };

async function runLimited(limit: (node: readonly string[]) => readonly [string, ...string[]], small: string) {
  const { makeFileBlobs } = await import('../../../store/blobs/file-blobs.ts');
  const { randomBytes } = await import('node:crypto');
  const content = randomBytes(3_000_000);
  await writeFile(path.join(folder, 'large'), content);
  const { digest } = await makeFileBlobs({ directory: path.join(folder, 'blobs') }).putBytes(content);
  const [command, ...args] = limit([process.execPath, '--input-type=module', '--eval', script, small, folder]);
  const child = spawn(command, args, { env: { ...process.env, DIGEST: digest }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { output, errors };
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A tmpfs in a mount namespace of its own needs no clean-up; without root, a user namespace gives the right to mount. */
function onSmallTmpfs(small: string): (node: readonly string[]) => readonly [string, ...string[]] {
  const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  return (node) => [
    'unshare',
    ...namespaces,
    'sh',
    '-ec',
    `mount -t tmpfs -o size=2m tmpfs ${quote(small)} && echo mounted && exec ${node.map(quote).join(' ')}`,
  ];
}

/** Where no mount is allowed: the kernel's own limit on the size of a file, in blocks of 512 bytes. */
const withFileLimit = (node: readonly string[]): readonly [string, ...string[]] => [
  'sh',
  '-ec',
  `ulimit -f 3000; exec ${node.map(quote).join(' ')}`,
];

test('on a full file system a put is disk-full, leaves nothing half-written, and the next small one works', async (context) => {
  const small = await mkdtemp(path.join(folder, 'small-'));
  const mounted = await runLimited(onSmallTmpfs(small), small);
  if (mounted.output.startsWith('mounted\n')) {
    expect(JSON.parse(mounted.output.slice('mounted\n'.length)), mounted.errors).toEqual(expected);
    return;
  }
  await context.annotate(`no tmpfs may be mounted here (${mounted.errors.trim()}); the limit of a file's size stands in`);
  const limited = await runLimited(withFileLimit, small);
  expect(JSON.parse(limited.output), limited.errors).toEqual(expected);
});

test("a limit on a file's size is disk-full, too", async () => {
  const small = await mkdtemp(path.join(folder, 'small-'));
  const { output, errors } = await runLimited(withFileLimit, small);
  expect(JSON.parse(output), errors).toEqual(expected);
});
