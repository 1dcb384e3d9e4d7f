import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { createServer as createNetServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import { asId, type Digest, type EpochId } from '../../domain/ids.ts';
import { defaultPrivacy } from '../../domain/manifest/privacy-schema.ts';
import { manifestSchema, type Manifest } from '../../domain/manifest/schema.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import { budgetOf } from '../../domain/privacy/accounting.ts';
import type { Log } from '../../traffic/log.ts';

/** The right to release a session's aggregates, as a default manifest's budget gives it. */
export const grant = { granted: true, ...budgetOf(defaultPrivacy).perRelease } as const;

/** What the sessions of a test are opened in. */
export const epoch = { id: asId<EpochId>('3f1c9a52-8d1e-4b7a-9c35-0a1b2c3d4e5f'), index: 1 } as const;

const nginxPath = '/usr/sbin/nginx';
export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real HTTP server that notes what it gets. */
export interface Origin {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  close(): Promise<void>;
}

export async function startOrigin(
  answer: (seen: Seen) => { status: number; body: string } = () => ({ status: 200, body: 'hello' }),
  delay: number | ((now: number) => number) = 0,
): Promise<Origin> {
  const seen: Seen[] = [];
  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const one = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(parts).toString('utf8'),
      };
      seen.push(one);
      const { status, body } = answer(one);
      const milliseconds = typeof delay === 'number' ? delay : delay(performance.now());
      setTimeout(() => outgoing.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body), milliseconds);
    });
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, port, seen, close: () => closeServer(server) };
}

/** A server whose answers to `/events` go on for ever, a part every 20 ms; to anything else it says hello. */
export async function startStreamingOrigin(): Promise<Pick<Origin, 'url' | 'port' | 'close'>> {
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url?.startsWith('/events')) return void outgoing.end('hello');
    const timer = setInterval(() => outgoing.write('data: tick\n\n'), 20);
    outgoing.on('close', () => clearInterval(timer));
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, port, close: () => closeServer(server) };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function freePort(): Promise<number> {
  const server = createNetServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A folder of its own below the system's temporary one, removed by `remove`. */
export async function temporaryDirectory(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'hone-traffic-'));
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export interface Production {
  readonly directory: string;
  readonly url: string;
  readonly nginx: ChildProcess;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A real nginx in front of a real origin, with Hone's two includes; everything it writes is below `directory`. */
export async function startProduction(directory: string, originPort: number): Promise<Production> {
  const port = await freePort();
  await mkdir(join(directory, 'tmp'), { recursive: true });
  const user = userInfo().uid === 0 ? 'user root;' : '';
  await writeFile(join(directory, 'http.conf'), '');
  await writeFile(join(directory, 'location.conf'), '');
  await writeFile(
    join(directory, 'nginx.conf'),
    `${user}
worker_processes 1; daemon off; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
events { worker_connections 256; }
http {
  client_body_temp_path ${directory}/tmp/a; proxy_temp_path ${directory}/tmp/b; fastcgi_temp_path ${directory}/tmp/c; uwsgi_temp_path ${directory}/tmp/d; scgi_temp_path ${directory}/tmp/e;
  access_log off;
  include ${directory}/http.conf;
  server {
    listen 127.0.0.1:${port};
    location / { include location.conf; proxy_pass http://127.0.0.1:${originPort}; }
  }
}
`,
  );
  let nginx: ChildProcess | null = null;
  const url = `http://127.0.0.1:${port}`;
  const start = async () => {
    nginx = spawn(nginxPath, ['-c', join(directory, 'nginx.conf')], { stdio: 'ignore', detached: true });
    nginx.on('error', () => {});
    await eventually(async () => (await fetchText(url)).status > 0, 'nginx to start (install it: apt install nginx-light)');
  };
  await start();
  return {
    directory,
    url,
    get nginx() {
      if (nginx === null) throw new Error('nginx is stopped');
      return nginx;
    },
    start,
    async stop() {
      if (nginx === null || nginx.exitCode !== null) return;
      const ended = once(nginx, 'exit');
      nginx.kill('SIGTERM');
      await ended;
      nginx = null;
    },
  };
}

export function fetchText(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asking = request(
      url,
      { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false, timeout: 5000 },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => (body += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
        answer.on('error', reject);
      },
    );
    asking.on('timeout', () => asking.destroy(new Error(`no answer from ${url} within 5 s`)));
    asking.on('error', reject);
    asking.end(options.body);
  });
}

/** Looks every 20 ms until the condition holds; fails after ten seconds. */
export async function eventually(condition: () => Promise<boolean> | boolean, what: string, seconds = 10): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const holds = await Promise.resolve()
      .then(condition)
      .catch(() => false);
    if (holds) return;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Blobs as files of one folder: the port's contract, shared by the test and the gateway's process. */
export function folderBlobs(directory: string): BlobPort {
  const put = async (content: Uint8Array) => {
    await mkdir(directory, { recursive: true });
    const digest = asId<Digest>(createHash('sha256').update(content).digest('hex'));
    await writeFile(join(directory, digest), content);
    return { digest, sizeBytes: content.length };
  };
  const find = async (digest: Digest) => {
    const content = await readFile(join(directory, digest)).catch(() => null);
    if (content === null) throw new HoneError('blob-missing', `no blob ${digest}`, 'put it first');
    return content;
  };
  return {
    putFile: async (path) => put(await readFile(path)),
    putBytes: put,
    getFile: async (digest, path) => writeFile(path, await find(digest)),
    getBytes: find,
    has: async (digest) => (await find(digest).catch(() => null)) !== null,
  };
}

export interface GatewayProcess {
  readonly controlSocket: string;
  readonly process: ChildProcess;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** The gateway in a process of its own, as in production. */
/** @param certificates the authority's folder: with it the gateway reaches instances by mutual TLS only */
export async function startGatewayProcess(directory: string, certificates?: string, country?: string): Promise<GatewayProcess> {
  const controlSocket = join(directory, 'control.sock');
  const options = [join(import.meta.dirname, 'gateway-process.ts'), directory, controlSocket, nginxPath, certificates ?? '', country ?? ''];
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the gateway ended at its start'))),
  ]);
  return { controlSocket, process: child, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** A manifest of an http target whose nginx is the one of {@link startProduction}. */
export function makeManifest(
  changes: { mirror?: object; deidentification?: object; collection?: object; prepare?: string } = {},
): Manifest {
  return manifestSchema.parse({
    target: 'tiny',
    build: { command: 'true', binary: 'tiny' },
    run: { command: ['{binary}'], ...(changes.prepare === undefined ? {} : { prepare: changes.prepare }) },
    drive: { kind: 'http' },
    mirror: {
      configuration: 'nginx.conf',
      httpInclude: 'http.conf',
      locationInclude: 'location.conf',
      leaseSeconds: 30,
      guard: { baselineSeconds: 0 },
      ...changes.mirror,
    },
    deidentification: { fields: {}, ...changes.deidentification },
    collection: { concurrency: 2, ...changes.collection },
  });
}
