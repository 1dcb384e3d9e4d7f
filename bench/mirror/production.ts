import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makePortChooser } from '../../hosts/local/free-port.ts';

/** nginx before a service, which is nginx too: it reads what it gets and answers at once, so that what the mirror costs is all there is to see. */
export interface BenchProduction {
  readonly url: string;
  stop(): Promise<void>;
}

const readySeconds = 10;

export async function startProduction(folder: string, nginxPath: string): Promise<BenchProduction> {
  const ports = makePortChooser();
  const [front, service] = [await ports.take(), await ports.take()];
  await mkdir(join(folder, 'tmp'), { recursive: true });
  for (const name of ['http.conf', 'location.conf']) await writeFile(join(folder, name), '');
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, front, service));
  const nginx = spawn('setpriv', ['--pdeathsig', 'TERM', nginxPath, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${front}`;
  await untilReady(nginx, url);
  return {
    url,
    async stop() {
      const ended = once(nginx, 'exit');
      nginx.kill('SIGTERM');
      await ended;
    },
  };
}

function configuration(folder: string, front: number, service: number): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/tmp/${name};`);
  return `${userInfo().uid === 0 ? 'user root;' : ''}
worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  ${paths.join(' ')}
  access_log off;
  client_max_body_size 32m;
  client_body_buffer_size 128k;
  keepalive_requests 1000000;
  include ${folder}/http.conf;
  upstream service { server 127.0.0.1:${service}; keepalive 32; }
  server {
    listen 127.0.0.1:${front};
    location / {
      include location.conf;
      proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection "";
    }
  }
  server {
    listen 127.0.0.1:${service};
    location / { return 200 "${'answer '.repeat(140)}"; }
  }
}
`;
}

async function untilReady(nginx: ChildProcess, url: string): Promise<void> {
  for (const end = performance.now() + readySeconds * 1000; ; await delay(20)) {
    if (nginx.exitCode !== null) throw new Error('nginx ended at its start: see its error log.');
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (performance.now() > end) throw new Error(`nginx did not answer on ${url} within ${readySeconds} s.`);
  }
}
