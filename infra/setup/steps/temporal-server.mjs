// Temporal's server: the one on the path, the one made before, the SDK's download, or a build from Go modules.
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError, findProgram, isExecutable, tryCommand } from '../command.mjs';
import { readStamp, writeStamp } from '../stamp.mjs';

const goModule = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const oldestServer = [1, 29];
const firstByteSeconds = 10;
const downloadSeconds = 300;

/** The server's version of a `temporal` program, or why it cannot be used. */
async function examine(file) {
  const { code, lines } = await tryCommand([file, '--version'], { timeoutSeconds: 20 });
  const version = /Server (\d+)\.(\d+)\.\d+/.exec(lines.join(' '));
  if (code !== 0 || version === null) return { reason: `${file} --version said: ${lines.at(-1) ?? 'nothing'}` };
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const old = major < oldestServer[0] || (major === oldestServer[0] && minor < oldestServer[1]);
  return old
    ? { reason: `${file} has server ${version[0].slice(7)}, older than ${oldestServer.join('.')}` }
    : { version: version[0].slice(7) };
}

async function onPath() {
  const file = await findProgram('temporal');
  return file === undefined ? { reason: 'no temporal on the path' } : { file };
}

async function madeBefore(root) {
  const file = path.join(root, '.hone', 'bin', 'temporal');
  return (await isExecutable(file)) ? { file } : { reason: `no ${path.relative(root, file)} from before` };
}

async function downloaded(root, say) {
  const folder = path.join(root, '.hone', 'bin', 'download');
  await mkdir(folder, { recursive: true });
  say("asking for the SDK's own download");
  const script = fileURLToPath(new URL('download-temporal.mjs', import.meta.url));
  const node = path.join(root, 'node_modules', '.bin', 'node');
  const { code, lines } = await tryCommand([node, script, folder, String(firstByteSeconds)], {
    cwd: root,
    timeoutSeconds: downloadSeconds,
  });
  const name = (await readdir(folder)).find((file) => file.startsWith('temporal') && !file.endsWith('.downloading'));
  if (code !== 0 || name === undefined) {
    await rm(folder, { recursive: true, force: true });
    const why = lines.findLast((line) => /error/i.test(line)) ?? `it was not there after ${String(downloadSeconds)} s`;
    return { reason: `the SDK's download failed: ${why.trim().slice(0, 200)}` };
  }
  const file = path.join(root, '.hone', 'bin', 'temporal');
  await rename(path.join(folder, name), file);
  await rm(folder, { recursive: true, force: true });
  return { file };
}

async function builtWithGo(root, say) {
  const go = await findProgram('go');
  if (go === undefined) return { reason: 'no go on the path to build it with' };
  const folder = path.join(root, '.hone', 'bin');
  await mkdir(folder, { recursive: true });
  say(`go install ${goModule} (about three minutes on two cores)`);
  const flags = [process.env.GOFLAGS, '-mod=mod'].filter(Boolean).join(' ');
  const onWait = (seconds) => say(`still building after ${String(seconds)} s`);
  const { code, lines } = await tryCommand([go, 'install', goModule], { cwd: root, env: { GOFLAGS: flags, GOBIN: folder }, onWait });
  return code === 0 ? { file: path.join(folder, 'temporal') } : { reason: `go install failed: ${lines.join('\n    ')}` };
}

export const temporalServer = {
  name: "Temporal's server",
  async isDone(root) {
    const { temporalPath, temporal } = await readStamp(root);
    if (typeof temporalPath !== 'string' || !(await isExecutable(temporalPath))) return false;
    const { size, mtimeMs } = await stat(temporalPath);
    return temporal?.sizeBytes === size && temporal?.modifiedMilliseconds === mtimeMs;
  },
  async run(root, { say }) {
    const reasons = [];
    for (const way of [onPath, () => madeBefore(root), () => downloaded(root, say), () => builtWithGo(root, say)]) {
      const found = await way();
      const examined = found.file === undefined ? found : await examine(found.file);
      if (examined.version === undefined) {
        reasons.push(examined.reason);
        continue;
      }
      const { size, mtimeMs } = await stat(found.file);
      const temporal = { sizeBytes: size, modifiedMilliseconds: mtimeMs, version: examined.version };
      await writeStamp(root, { temporalPath: found.file, temporal });
      return `${examined.version} at ${path.relative(root, found.file).startsWith('..') ? found.file : path.relative(root, found.file)}`;
    }
    throw new SetupError(
      "Temporal's server was not found, downloaded or built.",
      `Any one of these helps: install Temporal's command line (temporal, server ${oldestServer.join('.')} or newer) on the path; allow its download; install Go and allow the Go module proxy, then run the same again.`,
      reasons,
    );
  },
};
