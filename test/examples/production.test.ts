import { execFile } from 'node:child_process';
import { readFile, readlink, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyFixture, startProduction, type FixtureCopy, type Production } from '../support/production.ts';

let fixture: FixtureCopy;
let binary: string;
let production: Production;

beforeEach(async () => {
  fixture = await copyFixture('tiny-service');
  binary = await fixture.build();
  production = await startProduction({
    directory: join(fixture.directory, 'production'),
    binary,
    service: join(fixture.directory, 'service.json'),
  });
});
afterEach(async () => {
  await production.stop();
  await fixture.remove();
});

const stateOf = async (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => stat.split(') ').at(-1)?.[0],
    () => 'gone',
  );

/** One request. Asks again when the server closed an idle connection at the moment of its use, as HTTP clients do. */
function ask(url: string, agent: Agent): Promise<number> {
  return new Promise((done, failed) => {
    const sent = request(url, { agent }, (response) => {
      response.on('error', failed).on('end', () => done(response.statusCode ?? 0));
      response.resume();
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (sent.reusedSocket && error.code === 'ECONNRESET') done(ask(url, agent));
      else failed(error);
    });
    sent.end();
  });
}

/** Sends requests one after the other on each of a few lanes until it is stopped; answers how many there were by outcome. */
function keepAsking(url: string, agent: Agent) {
  const outcomes: Record<string, number> = {};
  const stop = new AbortController();
  const lane = async () => {
    for (let n = 0; !stop.signal.aborted; n++) {
      const outcome = await ask(`${url}/work?n=${n}`, agent).catch((error: Error) => error.message);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  const lanes = Promise.all([lane(), lane(), lane()]);
  return async () => {
    stop.abort();
    await lanes;
    agent.destroy();
    return outcomes;
  };
}

it.each([true, false])('swaps the service without a failed request (keep-alive: %s)', async (keepAlive) => {
  const stopAsking = keepAsking(production.url, new Agent({ keepAlive }));
  const pids = [production.servicePid];
  for (const flags of ['-O1', '-O2 -DTINY_SLOW', '-O2']) pids.push(await production.deploy(await fixture.build(flags)));
  const outcomes = await stopAsking();
  expect(Object.keys(outcomes)).toEqual(['200']);
  expect(outcomes['200']).toBeGreaterThan(30);
  expect(new Set(pids).size).toBe(4);
  expect(await readlink(`/proc/${pids[3]}/exe`)).toContain('tiny-service');
  for (const pid of pids.slice(0, 3)) expect(await stateOf(pid)).toMatch(/gone|Z/);
});

it('keeps the old service when the new one does not come up', async () => {
  await expect(production.deploy('/bin/false')).rejects.toThrow('ended before it was ready');
  expect((await fetch(`${production.url}/work?n=1`)).status).toBe(200);
  expect(await stateOf(production.servicePid)).toMatch(/[RS]/);
});

it('keeps the old service when nginx refuses its configuration', async () => {
  await writeFile(production.httpInclude, 'no such directive;\n');
  await expect(production.deploy(binary)).rejects.toThrow('nginx refuses its configuration');
  expect((await fetch(`${production.url}/work?n=1`)).status).toBe(200);
  expect(await stateOf(production.servicePid)).toMatch(/[RS]/);
});

it('leaves nothing running and takes over what a killed deploy left', async () => {
  const script = join(import.meta.dirname, '../../examples/query-service/production/production.mjs');
  const slow = await fixture.build('-O1');
  const child = execFile(process.execPath, [script, 'deploy', '--directory', production.directory, '--binary', slow]);
  const state = () => readFile(join(production.directory, 'state.json'), 'utf8');
  while (!(await state()).includes('"incoming"') && child.exitCode === null) await new Promise(setImmediate);
  child.kill('SIGKILL');
  const left = JSON.parse(await state()) as { service: { pid: number }; incoming?: { pid: number } };
  const now = await production.deploy(binary);
  expect((await fetch(`${production.url}/work?n=1`)).status).toBe(200);
  await production.stop();
  for (const pid of [production.nginxPid, production.servicePid, left.service.pid, left.incoming?.pid ?? now, now]) {
    expect(await stateOf(pid)).toMatch(/gone|Z/);
  }
});
