// nginx: its configuration, its start and stop, and the swap of the service behind it.
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { accessSync, constants } from 'node:fs';
import { promisify } from 'node:util';
import { startProcess, stopProcess, until } from './processes.mjs';
import { answers, freePort } from './service.mjs';
import { writeWhole } from './state.mjs';

const run = promisify(execFile);
const RELOAD_SECONDS = 30;
const PROBE = '/.service-port';

export const fileNames = (directory) => ({
  configuration: join(directory, 'nginx.conf'),
  upstream: join(directory, 'upstream.conf'),
  httpInclude: join(directory, 'hone-http.conf'),
  locationInclude: join(directory, 'hone-location.conf'),
  accessLog: join(directory, 'access.log'),
  errorLog: join(directory, 'error.log'),
  pid: join(directory, 'nginx.pid'),
});

/** On the path, or where Debian has it for root only. */
function findNginx() {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    const file = join(folder, 'nginx');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      continue;
    }
  }
  throw new Error('nginx is not installed: apt-get install nginx');
}

/** The whole configuration; everything that nginx writes stays in the directory. */
function configuration(directory, port) {
  const files = fileNames(directory);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path "${directory}/temporary/${kind}";`,
  );
  return `# Written by production.mjs.
${process.getuid() === 0 ? 'user root;\n' : ''}daemon off;
worker_processes 1;
worker_shutdown_timeout 10s;
pid "${files.pid}";
error_log "${files.errorLog}" warn;
events {
  worker_connections 1024;
}
http {
${temporary.join('\n')}
  access_log "${files.accessLog}";
  client_body_buffer_size 64k;
  client_max_body_size 1m;
  keepalive_requests 100000;
  include "${files.upstream}";
  include "${files.httpInclude}";
  server {
    listen 127.0.0.1:${port};
    location = ${PROBE} {
      access_log off;
      return 200 $service_port;
    }
    location / {
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      include "${files.locationInclude}";
    }
  }
}
`;
}

/** The service's address, and the variable that says which address the workers who answer now have. */
const upstream = (port) => `# Written by production.mjs.
upstream service {
  server 127.0.0.1:${port};
  keepalive 32;
  keepalive_requests 100000;
}
map $host $service_port {
  default ${port};
}
`;

const nginxArguments = (directory) => ['-p', directory, '-c', fileNames(directory).configuration, '-e', fileNames(directory).errorLog];

async function testConfiguration(directory) {
  try {
    await run(findNginx(), ['-t', '-q', ...nginxArguments(directory)]);
  } catch (error) {
    throw new Error(`nginx refuses its configuration: ${(error.stderr || error.message).trim()}`, { cause: error });
  }
}

/** Which port of the service nginx's workers have now; 0 when nobody answers. */
async function servicePort(url) {
  const options = { headers: { connection: 'close' }, signal: AbortSignal.timeout(1000) };
  return Number(
    await fetch(`${url}${PROBE}`, options).then(
      (response) => response.text(),
      () => '0',
    ),
  );
}

/** The process ids of nginx's workers. */
async function workers({ pid }) {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children.split(' ').filter(Boolean);
}

/** Starts nginx in front of a port of the service. Answers the process and the URL. */
export async function startNginx(directory, port, readyPath, signal) {
  const files = fileNames(directory);
  const ownPort = await freePort();
  await mkdir(join(directory, 'temporary'), { recursive: true });
  await writeWhole(files.configuration, configuration(directory, ownPort));
  await writeWhole(files.upstream, upstream(port));
  for (const include of [files.httpInclude, files.locationInclude]) await writeFile(include, '');
  await testConfiguration(directory);
  const nginx = await startProcess([findNginx(), ...nginxArguments(directory)], files.errorLog, directory);
  const url = `http://127.0.0.1:${ownPort}`;
  try {
    await until(() => answers(`${url}${readyPath}`), { seconds: RELOAD_SECONDS, what: 'the first answer through nginx', signal });
  } catch (error) {
    await stopNginx(nginx);
    throw error;
  }
  return { nginx, url };
}

export const stopNginx = (nginx) => stopProcess(nginx, 'SIGTERM', 5);

/**
 * Points nginx at another port of the service. When it answers, no worker is left that knows the port before, so the
 * process there may be stopped. After an error nginx is as it was.
 */
export async function swapUpstream(directory, { nginx, url }, ports, signal) {
  const { upstream: file } = fileNames(directory);
  await writeWhole(file, upstream(ports.to));
  try {
    await testConfiguration(directory);
    /* Read after the file was written: a worker that somebody else's reload starts from here on knows the new port. */
    const old = await workers(nginx);
    process.kill(nginx.pid, 'SIGHUP');
    const isNew = async () => (await servicePort(url)) === ports.to;
    await until(isNew, { seconds: RELOAD_SECONDS, what: "nginx's reload", signal });
    const isDrained = async () => !(await workers(nginx)).some((pid) => old.includes(pid));
    await until(isDrained, { seconds: RELOAD_SECONDS, what: "the end of nginx's old workers", signal });
  } catch (error) {
    await writeWhole(file, upstream(ports.from));
    process.kill(nginx.pid, 'SIGHUP');
    await until(async () => (await servicePort(url)) === ports.from, { seconds: RELOAD_SECONDS, what: "nginx's return" });
    throw error;
  }
}
