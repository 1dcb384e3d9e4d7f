// The service: its own copy of the binary, its data, its process.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, copyFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { isRunning, startProcess, stopProcess, until } from './processes.mjs';

const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

const fill = (words, values) => words.map((word) => word.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all));

/** Copies the binary to DIR/binaries/DIGEST/NAME: what runs stays when the build's folder is cleaned. */
export async function installBinary(directory, binary) {
  const digest = createHash('sha256')
    .update(await readFile(binary))
    .digest('hex')
    .slice(0, 16);
  const folder = join(directory, 'binaries', digest);
  const installed = join(folder, basename(binary));
  if (await exists(installed)) return installed;
  await mkdir(folder, { recursive: true });
  await copyFile(binary, `${installed}.partial`);
  await chmod(`${installed}.partial`, 0o755);
  await rename(`${installed}.partial`, installed);
  return installed;
}

/** Removes the copy that installBinary made. */
export const removeBinary = (installed) => rm(dirname(installed), { recursive: true, force: true });

/** Runs a command to its end, its standard output in a file. Answers the exit code, null after a signal. */
async function runInto(file, [program, ...rest], options) {
  const output = await open(file, 'w');
  try {
    const child = spawn(program, rest, { ...options, stdio: ['ignore', output.fd, 'inherit'] });
    return await new Promise((done, failed) => child.once('error', failed).once('close', done));
  } finally {
    await output.close();
  }
}

/** Makes each file of the service's data that is absent. A command names {output}, or writes to standard output. */
export async function prepareData(directory, binary, service, signal) {
  for (const { makes, command } of service.prepare ?? []) {
    const file = join(directory, makes);
    if (await exists(file)) continue;
    const words = fill(command, { binary, directory, service: service.folder, output: `${file}.made` });
    const namesOutput = command.some((word) => word.includes('{output}'));
    const code = await runInto(namesOutput ? '/dev/null' : `${file}.made`, words, { cwd: directory, signal });
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code} and did not make ${file}`);
    await rename(`${file}.made`, file);
  }
}

/** A TCP port of loopback that nobody uses now. */
export async function freePort() {
  const server = createServer();
  await new Promise((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Whether a GET is answered with a status below 400. */
export const answers = (url) =>
  fetch(url, { signal: AbortSignal.timeout(1000), headers: { connection: 'close' } }).then(
    async (response) => (await response.arrayBuffer(), response.ok),
    () => false,
  );

/** Starts the binary on a free port and waits until it is ready. Answers {pid, startTicks, port, binary}. */
export async function startService({ directory, binary, service, signal }) {
  const port = await freePort();
  const command = fill(service.run, { binary, directory, service: service.folder, port: String(port) });
  const log = join(directory, 'service.log');
  const running = await startProcess(command, log, directory);
  const isReady = async () => {
    if (!isRunning(running)) throw new Error(`${command.join(' ')} ended before it was ready; see ${log}`);
    return answers(`http://127.0.0.1:${port}${service.ready.path}`);
  };
  try {
    await until(isReady, { seconds: service.ready.timeoutSeconds, what: `an answer of ${command.join(' ')}`, signal });
  } catch (error) {
    await stopService(running, service);
    throw error;
  }
  return { ...running, port, binary };
}

export const stopService = (running, service) => stopProcess(running, service.stop.signal, service.stop.graceSeconds);
