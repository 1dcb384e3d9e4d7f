import { HoneError } from '../../domain/errors.ts';
import { runProcess } from '../../toolchains/process.ts';

/** What h2load said of one run. */
export interface LoadReport {
  readonly requests: number;
  /** Answers by status class: 2xx, 3xx, 4xx, 5xx. */
  readonly statuses: readonly [number, number, number, number];
  /** Bytes of all bodies. */
  readonly bodyBytes: number;
}

export interface LoadSettings {
  /** A file with one address a line; every client asks for each of them in turn. */
  readonly list: string;
  readonly addresses: number;
  readonly clients: number;
  /** The logical core that the load tool is pinned to. */
  readonly core: number;
  readonly signal: AbortSignal;
}

const longestSeconds = 120;

/** Every client asks for the whole list once, over one connection with keep-alive. Throws when any request was lost. */
export async function runLoad({ list, addresses, clients, core, signal }: LoadSettings): Promise<LoadReport> {
  const requests = addresses * clients;
  const lines: string[] = [];
  const { exitCode, lastLines } = await runProcess({
    command: 'taskset',
    arguments: ['-c', String(core), 'h2load', '--h1', '-t', '1', '-c', String(clients), '-n', String(requests), '-i', list],
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    signal,
    timeoutSeconds: longestSeconds,
    onLine: (line) => lines.push(line),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new HoneError('tool-missing', 'taskset was not found.', 'Install it: apt-get install util-linux');
  });
  if (exitCode === 127) throw new HoneError('tool-missing', 'h2load was not found.', 'Install it: apt-get install nghttp2-client');
  const report = exitCode === 0 ? parseReport(lines.join('\n')) : null;
  if (report?.requests === requests) return report;
  throw new HoneError('evaluation-failed', `h2load lost some of ${requests} requests.`, 'See its lines below.', {
    details: [...lines, ...lastLines].slice(-20),
  });
}

/** Null when the text is no report, or when a request had an error, ran out of time or was not answered. */
export function parseReport(text: string): LoadReport | null {
  const counts = /requests: (\d+) total, \d+ started, (\d+) done, \d+ succeeded, \d+ failed, (\d+) errored, (\d+) timeout/.exec(text);
  const codes = /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/.exec(text);
  const bytes = /\((\d+)\) data\b/.exec(text);
  if (!counts || !codes || !bytes) return null;
  const [total, done, errored, timedOut] = counts.slice(1).map(Number) as [number, number, number, number];
  if (errored > 0 || timedOut > 0 || done < total) return null;
  return { requests: done, statuses: codes.slice(1).map(Number) as [number, number, number, number], bodyBytes: Number(bytes[1]) };
}
