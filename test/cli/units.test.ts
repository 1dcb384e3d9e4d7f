import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeApiClient } from '../../cli/api/client.ts';
import { downloadArtefact } from '../../cli/api/download.ts';
import { type ServerEvent, readEventStream } from '../../cli/api/event-stream.ts';
import { environmentText } from '../../cli/commands/environment-text.ts';
import { speedFacts } from '../../cli/commands/speed-facts.ts';
import { sampleSpeed } from '../support/samples.ts';
import type { ReadingView, WindowView } from '../../cli/operations/cycle.ts';
import { age, count, duration, interval, percent, size, time } from '../../cli/output/format.ts';
import { singleLine, table } from '../../cli/output/table.ts';
import { fromWire } from '../../cli/operations/wire.ts';
import { readApiSettings } from '../../cli/settings.ts';

async function events(...chunks: readonly (string | Uint8Array)[]): Promise<readonly ServerEvent[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  const found: ServerEvent[] = [];
  for await (const event of readEventStream(bytes())) found.push(event);
  return found;
}

describe('server-sent events', () => {
  test('are read across chunks, in each way of ending lines', async () => {
    expect(await events('event: next\nda', 'ta: {"a":1}\n', '\n')).toEqual([{ event: 'next', data: '{"a":1}' }]);
    expect(await events('event: next\r\ndata: a\r', '\ndata: b\r\n\r\n')).toEqual([{ event: 'next', data: 'a\nb' }]);
    expect(await events('data:a\r\rdata: b\r\r', ':')).toEqual([
      { event: 'message', data: 'a' },
      { event: 'message', data: 'b' },
    ]);
  });
  test('comments and an unfinished event are left out', async () => {
    expect(await events(':\n\n', ': ping\n\n', 'event: complete\n\n', 'data: half\n')).toEqual([{ event: 'complete', data: '' }]);
  });
  test('a character may be cut', async () => {
    const bytes = new TextEncoder().encode('data: é\n\n');
    expect(await events(bytes.slice(0, 7), bytes.slice(7))).toEqual([{ event: 'message', data: 'é' }]);
  });
});

describe('tables and figures', () => {
  test('columns are aligned and lines carry no blanks at their end', () => {
    const rows = [
      { name: 'a', figure: 1 },
      { name: 'longer', figure: 1000 },
    ];
    expect(
      table(rows, [
        { title: 'NAME', value: (row) => row.name },
        { title: 'N', value: (row) => String(row.figure), align: 'right' },
      ]),
    ).toBe('NAME       N\na          1\nlonger  1000\n');
  });
  test('what comes from elsewhere cannot move the cursor', () => {
    expect(singleLine('a\u001b[2Jb\nc\r')).toBe('a [2Jb c');
  });
  test('units', () => {
    expect([size(0), size(1023), size(1536), size(5 * 1024 ** 3)]).toEqual(['0 B', '1023 B', '1.5 KiB', '5.0 GiB']);
    expect([count(0), count(999), count(1000), count(1234567)]).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([percent(0.9821), percent(null)]).toEqual(['98.2 %', '-']);
    expect(interval({ ratio: 1.18, low: 1.1, high: 1.3 })).toBe('1.180 [1.100, 1.300]');
    expect(interval({ ratio: 1.18, low: null, high: null })).toBe('1.180 [not bounded]');
    expect(time('2026-11-21T10:44:54.123Z')).toBe('2026-11-21 10:44:54Z');
    const at = '2026-11-21T10:00:00.000Z';
    const after = (seconds: number) => age(at, Date.parse(at) + seconds * 1000);
    expect([59, 60, 7199, 7200, 86_399, 86_400, 400_000].map(after)).toEqual([
      'less than a minute',
      '1 minute',
      '1 hour',
      '2 hours',
      '23 hours',
      '1 day',
      '4 days',
    ]);
    expect([
      duration(at, '2026-11-21T10:00:12.300Z'),
      duration(at, '2026-11-21T10:03:12Z'),
      duration(at, '2026-11-21T12:05:00Z'),
      duration(at, null),
    ]).toEqual(['12.3 s', '3 min 12 s', '2 h 5 min', '-']);
  });
  test("the wire's words become the domain's, and nothing else changes", () => {
    expect(fromWire({ stage: 'BUILD_INSTRUMENTED', name: 'SHOP', profile: { sizeBytes: '12' }, reason: 'STATE' })).toEqual({
      stage: 'build-instrumented',
      name: 'SHOP',
      profile: { sizeBytes: 12 },
      reason: 'STATE',
    });
    expect(fromWire({ counters: { received: '120', failed: '0' }, state: 'FAILED' })).toEqual({
      counters: { received: 120, failed: 0 },
      state: 'failed',
    });
    const manifest = { build: { environment: { state: 'DEBUG', count: '12' } } };
    expect(fromWire({ manifest })).toEqual({ manifest });
  });
});

describe('throughput and latency', () => {
  const { baseline, candidate } = sampleSpeed;

  test('say when a build could have done more, and what had no whole answer or a bad one', () => {
    expect(speedFacts(null)).toEqual([]);
    const heldBack = { ...candidate, busyShare: 0.5, lost: 2, serverErrors: 3 };
    expect(speedFacts({ ...sampleSpeed, candidate: heldBack })).toEqual([
      [
        'throughput',
        'baseline 12,346/s, optimised at least 14,020/s, answers with 8 at a time; "at least": the build did not have its core to itself, or waited for the driver or for a disk',
      ],
      ['latency', expect.stringContaining('at 6,173/s, half of what was seen of the slower') as string],
      ['lost', '0 requests to the baseline and 2 to the optimised build had no whole answer'],
      ['errors', '0 requests to the baseline and 3 to the optimised build were answered with 5xx'],
    ]);
  });

  test('of a command are its runs and their wall time', () => {
    const runs = { baseline: { ...baseline, senderLagMilliseconds: null }, candidate: { ...candidate, senderLagMilliseconds: null } };
    expect(speedFacts({ ...sampleSpeed, ...runs, concurrency: 1, askedPerSecond: null })).toEqual([
      ['throughput', 'baseline 12,346/s, optimised 14,020/s (1.136), runs, one at a time'],
      ['latency', 'p50 0.421 and 0.421 ms, p90 0.87 and 0.87 ms, p99 1.91 and 1.91 ms, wall time of a run'],
    ]);
    const silent = { ...baseline, perSecond: 0, latency: null };
    expect(speedFacts({ ...sampleSpeed, baseline: silent })).toEqual([
      ['throughput', 'no answer'],
      ['latency', 'no answer'],
    ]);
  });
});

describe('the environment of windows', () => {
  const read = <Value>(value: Value, source: string): ReadingView<Value> => ({ value, source, reason: null });
  const missing = (reason: string): ReadingView<never> => ({ value: null, source: null, reason });
  const window = (index: number, attempt: number, energyJoules: ReadingView, power = 'mains'): WindowView => ({
    index,
    attempt,
    kept: attempt > 1,
    rejections: [],
    requests: 100,
    startedAt: '2026-11-21T10:00:00.000Z',
    endedAt: '2026-11-21T10:00:02.000Z',
    environment: {
      stealShare: read(0.004, '/proc/stat'),
      foreignCpuShare: read(0.031, '/proc/stat'),
      cpuPressurePercent: read(12.34, '/proc/pressure'),
      ioPressurePercent: read(0.06, '/proc/pressure'),
      memoryPressurePercent: missing('psi=0'),
      loadAverage1: read(0.5, '/proc/loadavg'),
      meanTemperatureCelsius: read(51.26, 'hwmon0'),
      maximumTemperatureCelsius: read(60, 'hwmon0'),
      temperatureRiseCelsius: read(2.04, 'hwmon0'),
      throttleEvents: read(0, 'thermal_throttle'),
      energyJoules,
      meanClockMegahertz: missing('no cpufreq'),
      powerSupply: power === 'mains' ? read(power, 'AC/online') : read(power, 'BAT0/status'),
    },
  });

  test('stand in a table, with the origin of each figure below it, by window where they differ', () => {
    expect(environmentText([window(1, 1, missing('not permitted')), window(1, 2, read(31.25, 'intel-rapl'), 'battery')])).toBe(`
WINDOW                               1           1, attempt 2
kept                                no                    yes
steal                            0.4 %                  0.4 %
foreign CPU                      3.1 %                  3.1 %
CPU pressure                    12.3 %                 12.3 %
I/O pressure                     0.1 %                  0.1 %
memory pressure            unavailable            unavailable
load                              0.50                   0.50
temperature      51.3, at most 60.0 °C  51.3, at most 60.0 °C
rise                            2.0 °C                 2.0 °C
throttled                            0                      0
energy                     unavailable                 31.3 J
clock                      unavailable            unavailable
power                            mains                battery

steal            from /proc/stat
foreign CPU      from /proc/stat
CPU pressure     from /proc/pressure
I/O pressure     from /proc/pressure
memory pressure  unavailable: psi=0
load             from /proc/loadavg
temperature      from hwmon0
rise             from hwmon0
throttled        from thermal_throttle
energy           unavailable: not permitted (window 1)
energy           from intel-rapl (window 1, attempt 2)
clock            unavailable: no cpufreq
power            from AC/online (window 1)
power            from BAT0/status (window 1, attempt 2)
`);
    expect(environmentText([])).toBe('');
  });
});

describe('where the API is', () => {
  async function inFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
    const folder = await mkdtemp(path.join(tmpdir(), 'hone-settings-'));
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  const writeSettings = async (folder: string, text: string): Promise<void> => {
    await mkdir(path.join(folder, '.hone'), { recursive: true });
    await writeFile(path.join(folder, '.hone', 'api.json'), text);
  };

  test('the file is found from a folder below, and flags beat it', () =>
    inFolder(async (folder) => {
      await writeSettings(folder, '{"url":"http://127.0.0.1:4000/graphql","token":"t"}');
      expect(await readApiSettings(path.join(folder, 'a', 'b'), {})).toMatchObject({ url: 'http://127.0.0.1:4000', token: 't' });
      expect(await readApiSettings(folder, { token: 'u' })).toMatchObject({ token: 'u' });
      expect(await readApiSettings(folder, { api: 'http://127.0.0.1:4000' })).toMatchObject({ token: 't' });
    }));

  test('the token of the file goes nowhere else', () =>
    inFolder(async (folder) => {
      await writeSettings(folder, '{"url":"http://127.0.0.1:4000","token":"t"}');
      await expect(readApiSettings(folder, { api: 'http://127.0.0.2:4000' })).rejects.toMatchObject({ data: { code: 'input-invalid' } });
    }));

  test.each(['', '{', '{"url":1}', 'null', '{"url":"x","token":"t"}'])('a broken file is told: %s', (text) =>
    inFolder(async (folder) => {
      await writeSettings(folder, text);
      await expect(readApiSettings(folder, {})).rejects.toMatchObject({ data: { code: 'input-invalid' } });
    }),
  );
});

describe('a server that is not as it should be', () => {
  async function serving<Value>(body: string, status: number, work: (url: string) => Promise<Value>): Promise<Value> {
    const server = createServer((_request, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(body));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await work(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }
  const client = (url: string) => makeApiClient({ url, token: 't', source: '--api' });

  test('bytes with another digest are not written, and the old file stays', () =>
    serving('something else', 200, async (url) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'hone-download-'));
      const file = path.join(folder, 'file');
      await writeFile(file, 'old');
      const artefact = { digest: '0'.repeat(64), executable: false };
      await expect(downloadArtefact(client(url), artefact, file)).rejects.toMatchObject({ data: { code: 'blob-corrupt' } });
      expect(await readFile(file, 'utf8')).toBe('old');
      expect(await readdir(folder)).toEqual(['file']);
      await rm(folder, { recursive: true });
    }));

  test('a page of another program is told from an answer', () =>
    serving('<html>hello</html>', 502, async (url) => {
      const asked = client(url).request({ document: '{ __typename }', answerSeconds: 5 }, {});
      await expect(asked).rejects.toMatchObject({ data: { code: 'api-unreachable', details: ['<html>hello</html>'] } });
    }));

  test('an internal error is passed on with its id', () =>
    serving('{"errors":[{"message":"Something unexpected went wrong (error 1)."}]}', 200, async (url) => {
      const asked = client(url).request({ document: '{ __typename }', answerSeconds: 5 }, {});
      await expect(asked).rejects.toMatchObject({ data: { code: 'internal', message: 'Something unexpected went wrong (error 1).' } });
    }));
});
