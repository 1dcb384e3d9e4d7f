#!/usr/bin/env node
// What stands for production: one service behind nginx, on loopback. Knows nothing of Hone except that two include
// files, empty at first, are there for somebody else to write.
//
//   production.mjs start  --binary FILE [--directory DIR] [--service FILE]   ends when production answers
//   production.mjs deploy --binary FILE [--directory DIR] [--service FILE]   swaps the service without a failed request
//   (--service is the service.json beside this file, then what start was given)
//   production.mjs status | stop       [--directory DIR]
//
// start, status and deploy print one JSON line; deploy then prints the process id that now serves, as its last line.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withLock } from './lock.mjs';
import { fileNames, startNginx, stopNginx, swapUpstream } from './nginx.mjs';
import { isRunning } from './processes.mjs';
import { installBinary, prepareData, removeBinary, startService, stopService } from './service.mjs';
import { readState, writeState } from './state.mjs';

const here = import.meta.dirname;
const defaultDirectory = resolve(here, '../../../.hone/production/query-service');

function report(directory, state) {
  const files = fileNames(directory);
  return {
    url: state.url,
    nginxPid: state.nginx.pid,
    servicePid: state.service.pid,
    configuration: files.configuration,
    prefix: directory,
    httpInclude: files.httpInclude,
    locationInclude: files.locationInclude,
    accessLog: files.accessLog,
  };
}

/** Ends what a call that was killed left half done: a service that never came to serve, or one that no longer does. */
async function settle(directory, state, signal) {
  if (!state?.incoming) return state;
  const { incoming, ...settled } = state;
  if (isRunning(settled.nginx)) {
    await swapUpstream(directory, settled, { from: settled.service.port, to: settled.service.port }, signal);
  }
  await stopService(incoming, settled.settings);
  await writeState(directory, settled);
  return settled;
}

async function start({ directory, binary, service, signal }) {
  const installed = await installBinary(directory, binary);
  const before = await readState(directory);
  if (before?.nginx && isRunning(before.nginx) && isRunning(before.service)) {
    if (before.service.binary === installed) return report(directory, await settle(directory, before, signal));
    throw new Error(`another binary runs in ${directory}: deploy this one, or stop that one first`);
  }
  await stop({ directory });
  await prepareData(directory, installed, service, signal);
  const running = await startService({ directory, binary: installed, service, signal });
  await writeState(directory, { url: null, nginx: null, service: running, settings: service });
  try {
    const state = { ...(await startNginx(directory, running.port, service.ready.path, signal)), service: running, settings: service };
    await writeState(directory, state);
    return report(directory, state);
  } catch (error) {
    await stop({ directory });
    throw error;
  }
}

async function deploy({ directory, binary, service: given, signal }) {
  const state = await settle(directory, await readState(directory), signal);
  if (!state?.nginx || !isRunning(state.nginx)) throw new Error(`no production runs in ${directory}; start it first`);
  const service = given ?? state.settings;
  const installed = await installBinary(directory, binary);
  const running = await startService({ directory, binary: installed, service, signal });
  await writeState(directory, { ...state, incoming: running });
  try {
    await swapUpstream(directory, state, { from: state.service.port, to: running.port }, signal);
  } catch (error) {
    await stopService(running, service);
    await writeState(directory, state);
    throw error;
  }
  const next = { ...state, service: running, settings: service };
  await writeState(directory, { ...next, incoming: state.service });
  await stopService(state.service, state.settings);
  await writeState(directory, next);
  if (state.service.binary !== installed) await removeBinary(state.service.binary);
  return report(directory, next);
}

async function status({ directory }) {
  const state = await readState(directory);
  if (!state?.nginx) return { running: false };
  return { running: isRunning(state.nginx) && isRunning(state.service), ...report(directory, state) };
}

async function stop({ directory }) {
  const state = await readState(directory);
  if (state?.nginx) await stopNginx(state.nginx);
  for (const running of [state?.service, state?.incoming]) {
    if (running) await stopService(running, state.settings);
  }
  await writeState(directory, null);
  return { running: false };
}

/** The settings of a service; {service} in its commands is the folder that they are in. */
async function readService(file) {
  return { ...JSON.parse(await readFile(file, 'utf8')), folder: dirname(file) };
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { directory: { type: 'string' }, binary: { type: 'string' }, service: { type: 'string' } },
  });
  const verb = { start, deploy, status, stop }[positionals[0]];
  if (!verb || positionals.length > 1) throw new Error('usage: production.mjs start|deploy|status|stop [--directory DIR] [--binary FILE]');
  if ((verb === start || verb === deploy) && !values.binary) throw new Error(`${positionals[0]} needs --binary FILE`);
  const directory = resolve(values.directory ?? process.env.PRODUCTION_DIRECTORY ?? defaultDirectory);
  const file = values.service ?? (verb === start ? resolve(here, 'service.json') : undefined);
  const service = file && (await readService(resolve(file)));
  const interrupted = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT']) process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  const options = { directory, binary: values.binary && resolve(values.binary), service, signal: interrupted.signal };
  const result = verb === status ? await status(options) : await withLock(directory, interrupted.signal, () => verb(options));
  console.log(JSON.stringify(result));
  if (verb === deploy) console.log(result.servicePid);
}

main().catch((error) => {
  console.error(`production: ${error.message}`);
  process.exitCode = 1;
});
