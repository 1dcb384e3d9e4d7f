import { rm } from 'node:fs/promises';

import { endProcesses } from './end-processes.ts';
import { makePortChooser } from './free-port.ts';
import { instanceFolder, unpackInstance } from './instance-folder.ts';
import type { InstanceFolder } from './instance-folder.ts';
import { readLastLines } from './last-lines.ts';
import { describeExit, launchProgram } from './launch.ts';
import type { LaunchedProgram, ProgramExit } from './launch.ts';
import { isRunning } from './members.ts';
import { isAlive, readBootId, readProcessStat } from './process-table.ts';
import { awaitReady } from './readiness.ts';
import { makeInstanceRecords } from './records.ts';
import type { InstanceRecord } from './records.ts';
import { makeSerialiser } from './serialise.ts';
import { HoneError } from '../../domain/errors.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { InstanceExit, InstanceRef } from '../../domain/model/collection.ts';
import type { AgentPort } from '../../domain/ports/agent.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';

/** A deployed instance as the host's own code sees it. */
export interface FoundInstance {
  readonly record: InstanceRecord;
  readonly folder: InstanceFolder;
  /** How it ended; null while it runs, or when an earlier worker had started it. */
  readonly exit: ProgramExit | null;
}

/** The instances of one host: started, found again, ended. */
export interface Instances {
  deploy(spec: InstanceSpec, call: LongCall): Promise<InstanceRef>;
  stop(instanceId: InstanceId): Promise<InstanceExit | null>;
  find(instanceId: InstanceId): Promise<FoundInstance | null>;
  /** Throws `instance-lost` when it does not run. */
  assertRunning(instanceId: InstanceId): Promise<FoundInstance>;
  /** Rejects with `instance-lost` at the moment the program ends; never resolves. Only for a program of this worker. */
  lost(instanceId: InstanceId): Promise<never>;
  sweep(): Promise<readonly InstanceId[]>;
}

interface Options {
  readonly name: string;
  readonly dataDirectory: string;
  readonly blobs: BlobPort;
  readonly agent: AgentPort;
}

/** Keeps instances of a host under `dataDirectory`, one record file each, so that a later worker can end them. */
export function makeInstances({ name, dataDirectory, blobs, agent }: Options): Instances {
  const records = makeInstanceRecords(dataDirectory);
  const ports = makePortChooser();
  const programs = new Map<InstanceId, LaunchedProgram>();
  const oneAtATime = makeSerialiser<InstanceId>();

  const refOf = (record: InstanceRecord): InstanceRef => ({
    instanceId: record.instanceId,
    host: name,
    port: record.port,
    pid: record.pid,
    core: record.core,
    elfBuildId: record.elfBuildId,
  });

  const find = async (instanceId: InstanceId): Promise<FoundInstance | null> => {
    const record = await records.read(instanceId);
    if (record === null) return null;
    return { record, folder: instanceFolder(record.directory), exit: programs.get(instanceId)?.exit() ?? null };
  };

  const newRecord = (spec: InstanceSpec, bootId: string, port: number | null): InstanceRecord => ({
    instanceId: spec.instanceId,
    bootId,
    directory: records.directoryOf(spec.instanceId),
    pid: null,
    startTicks: null,
    processGroup: null,
    port,
    core: spec.core,
    elfBuildId: spec.elfBuildId,
    instrumented: spec.instrumented,
    kind: spec.manifest.drive.kind,
    readyPath: spec.manifest.run.ready.path,
    stopSignal: spec.manifest.run.stop.signal,
    graceSeconds: spec.manifest.run.stop.graceSeconds,
  });

  const launch = async (spec: InstanceSpec, record: InstanceRecord, folder: InstanceFolder): Promise<InstanceRecord> => {
    const program = await launchProgram({ ...spec, folder, port: record.port });
    programs.set(spec.instanceId, program);
    const stat = await readProcessStat(program.pid);
    const started = { ...record, pid: program.pid, processGroup: program.pid, startTicks: stat?.startTicks ?? null };
    await records.write(started);
    return started;
  };

  const awaitStart = async (record: InstanceRecord, spec: InstanceSpec, call: LongCall): Promise<void> => {
    const folder = instanceFolder(record.directory);
    const { path, timeoutSeconds } = spec.manifest.run.ready;
    const program = programs.get(record.instanceId);
    const readiness = await awaitReady({
      port: record.port ?? 0,
      path,
      timeoutSeconds,
      hasEnded: async () => (program === undefined ? !(await isAlive(record.pid ?? 0, record.startTicks ?? 0)) : program.exit() !== null),
      onAsk: () => call.progress('waiting until the instance is ready'),
      signal: call.signal,
    });
    if (readiness === 'ended') throw notStarted(spec, program?.exit() ?? null, await readLastLines(folder.log));
    if (readiness === 'timeout') throw notReady(spec, await readLastLines(folder.log));
    if (spec.instrumented) await agent.ping(folder.agent);
  };

  const deployNew = async (spec: InstanceSpec, bootId: string, call: LongCall): Promise<InstanceRef> => {
    const http = spec.manifest.drive.kind === 'http';
    const record = newRecord(spec, bootId, http ? await ports.take() : null);
    await records.write(record);
    const folder = instanceFolder(record.directory);
    try {
      await unpackInstance(folder, spec, blobs, call.signal);
      if (!http) return refOf(record);
      const started = await launch(spec, record, folder);
      await awaitStart(started, spec, call);
      return refOf(started);
    } catch (error) {
      await stopNow(spec.instanceId);
      throw error;
    }
  };

  const stopNow = async (instanceId: InstanceId): Promise<InstanceExit | null> => {
    const found = await find(instanceId);
    if (found === null) return null;
    const program = programs.get(instanceId);
    const { killed } = found.record.bootId === (await readBootId()) ? await endProcesses(found.record) : { killed: false };
    const exit = program === undefined ? { code: null, signal: null } : await program.exited;
    const lastLines = await readLastLines(found.folder.log);
    await rm(found.record.directory, { recursive: true, force: true });
    await records.remove(instanceId);
    programs.delete(instanceId);
    if (found.record.port !== null) ports.giveBack(found.record.port);
    return { ...exit, killed, lastLines };
  };

  return {
    find,
    deploy: (spec, call) =>
      oneAtATime(spec.instanceId, async () => {
        const bootId = await readBootId();
        const found = await find(spec.instanceId);
        // A command drive's instance is its folder: nothing runs between two calls.
        if (found?.record.kind === 'command' && found.record.bootId === bootId) return refOf(found.record);
        if (found !== null && (await isRunning(found.record, bootId))) {
          await awaitStart(found.record, spec, call);
          return refOf(found.record);
        }
        if (found !== null) await stopNow(spec.instanceId);
        return deployNew(spec, bootId, call);
      }),
    stop: (instanceId) => oneAtATime(instanceId, () => stopNow(instanceId)),
    async assertRunning(instanceId) {
      const found = await find(instanceId);
      if (found === null) throw lostError(instanceId, 'is not deployed on this host', []);
      if (found.record.kind === 'command' || (await isRunning(found.record, await readBootId()))) return found;
      const exit = (await programs.get(instanceId)?.exited) ?? null;
      throw lostError(instanceId, describeExit(exit), await readLastLines(found.folder.log));
    },
    async lost(instanceId) {
      const exit = await programs.get(instanceId)?.exited;
      const folder = instanceFolder(records.directoryOf(instanceId));
      throw lostError(instanceId, describeExit(exit ?? null), await readLastLines(folder.log));
    },
    async sweep() {
      const left = (await records.list()).filter(({ instanceId }) => !programs.has(instanceId));
      for (const { instanceId } of left) await oneAtATime(instanceId, () => stopNow(instanceId));
      return left.map(({ instanceId }) => instanceId);
    },
  };
}

function notStarted(spec: InstanceSpec, exit: ProgramExit | null, details: readonly string[]): HoneError {
  const what = `Build ${spec.elfBuildId} did not start: it ${describeExit(exit)} before it was ready.`;
  const advice = `Run it by hand with run.command of the manifest (${spec.manifest.run.command.join(' ')}); it must stay in the foreground and listen on {port}.`;
  return new HoneError('instance-not-started', what, advice, { details });
}

function notReady(spec: InstanceSpec, details: readonly string[]): HoneError {
  const { path, timeoutSeconds } = spec.manifest.run.ready;
  const what = `Build ${spec.elfBuildId} was not ready within ${timeoutSeconds} s: GET ${path} had no answer with a status below 400.`;
  return new HoneError('instance-not-ready', what, 'Check run.ready.path, or raise run.ready.timeoutSeconds.', { details });
}

function lostError(instanceId: InstanceId, how: string, details: readonly string[]): HoneError {
  const advice = 'Read its last lines; a crash of an instrumented build is often a crash of the program itself.';
  return new HoneError('instance-lost', `Instance ${instanceId} ${how}.`, advice, { details });
}
