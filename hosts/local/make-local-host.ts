import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { makeCpuClock } from './cpu-time.ts';
import { makeEntrances } from './entrance.ts';
import { discardExitProfiles, takeExitProfiles } from './exit-profiles.ts';
import type { InstanceFolder } from './instance-folder.ts';
import { makeInstances, type Instances } from './instances.ts';
import { groupMembers } from './members.ts';
import { makeInputRunner } from './run-inputs.ts';
import { measureCommandPair } from '../evaluation/command-pair.ts';
import { chooseCollectionCores, choosePairCores } from '../evaluation/cores.ts';
import { measureCommandSpeed } from '../evaluation/command-speed.ts';
import { measureHttpPair, type PairTools } from '../evaluation/http-pair.ts';
import { measureHttpSpeed } from '../evaluation/http-speed.ts';
import type { Log } from '../log.ts';
import { readFacts } from '../sensors/facts.ts';
import { runStress } from '../stress/run-stress.ts';
import { makeSensorRoot, type SensorRoot } from '../sensors/reading.ts';
import { startRecording } from '../sensors/record.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { InstanceRef } from '../../domain/model/collection.ts';
import type { AgentPort } from '../../domain/ports/agent.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { CorpusPort } from '../../domain/ports/corpus.ts';
import type { EnvironmentRecording, HostPort } from '../../domain/ports/host.ts';
import type { ReplayPort } from '../../domain/ports/replay.ts';
import type { TransportIdentity } from '../../domain/ports/transport.ts';
import { makeSerialiser } from '../../domain/serialise.ts';

export interface LocalHostOptions {
  readonly name: string;
  /** Absolute; instances, records and nothing else live in it. */
  readonly dataDirectory: string;
  readonly blobs: BlobPort;
  readonly corpus: CorpusPort;
  readonly agent: AgentPort;
  readonly replay: ReplayPort;
  /** What the host is to the gateway; without it instances have no entrance, and only this machine's own programs reach them. */
  readonly identity?: TransportIdentity;
  /** Where /proc and /sys are looked for by the sensors: `/` but in tests. */
  readonly sensorsRoot?: string;
  readonly log: Log;
}

const sampleMilliseconds = 1000;

interface RecorderOptions {
  readonly name: string;
  readonly instances: Instances;
  readonly inputs: ReturnType<typeof makeInputRunner>;
  readonly root: SensorRoot;
}

/** Records the host's sensors around instances. */
function makeRecorder({ name, instances, inputs, root }: RecorderOptions): (of: readonly InstanceRef[]) => Promise<EnvironmentRecording> {
  const cpuTimeOf = async ({ instanceId, pid }: InstanceRef): Promise<() => Promise<number>> => {
    if (pid === null) return async () => inputs.cpuNanoseconds(instanceId);
    const found = await instances.find(instanceId);
    const clock = makeCpuClock(async () => (found === null ? [] : groupMembers(found.record)));
    return () => clock.read();
  };
  return async (of) => {
    const readers = await Promise.all(of.map(cpuTimeOf));
    const readCpuNanoseconds = async () => (await Promise.all(readers.map((read) => read()))).reduce((sum, part) => sum + part, 0);
    const pinned = of.flatMap(({ core }) => (core === null ? [] : [core]));
    const cores = pinned.length === of.length ? pinned : null;
    return startRecording({ root, hostName: name, cores, readCpuNanoseconds, intervalMilliseconds: sampleMilliseconds });
  };
}

/** What compares two builds; one comparison at a time, since each takes the host's cores to itself. */
function makeComparisons(tools: PairTools): Pick<HostPort, 'measurePair' | 'measureSpeed'> {
  const oneAtATime = makeSerialiser();
  return {
    measurePair: (request, call) =>
      oneAtATime('comparison', () => {
        call.signal.throwIfAborted();
        const measure = request.manifest.drive.kind === 'http' ? measureHttpPair : measureCommandPair;
        return measure(request, tools, call);
      }),
    measureSpeed: (request, call) =>
      oneAtATime('comparison', () => {
        call.signal.throwIfAborted();
        const measure = request.manifest.drive.kind === 'http' ? measureHttpSpeed : measureCommandSpeed;
        return measure(request, tools, call);
      }),
  };
}

/** A load-test host on this machine: instances are local processes, pinned by taskset, ended with their worker. */
export function makeLocalHost(options: LocalHostOptions): HostPort {
  const { name, blobs, corpus, agent, replay, log } = options;
  const instances = makeInstances(options);
  const entrances = options.identity === undefined ? null : makeEntrances(options.identity);
  const root = makeSensorRoot(options.sensorsRoot ?? '/');
  const inputs = makeInputRunner({ instances, blobs });

  /** An agent that does not answer because its program died is told as the loss of the instance. */
  const withAgent = async <Result>(instanceId: InstanceId, use: (folder: InstanceFolder) => Promise<Result>): Promise<Result> => {
    const { folder } = await instances.assertRunning(instanceId);
    try {
      return await use(folder);
    } catch (error) {
      await instances.assertRunning(instanceId);
      throw error;
    }
  };

  const record = makeRecorder({ name, instances, inputs, root });

  return {
    name,
    facts: () => readFacts(root, name),
    collectionCores: chooseCollectionCores,
    pairCores: choosePairCores,
    async deploy(spec, call) {
      const instance = await instances.deploy(spec, call);
      log.info({ instanceId: spec.instanceId, pid: instance.pid, port: instance.port }, 'instance deployed');
      if (entrances === null || instance.port === null) return instance;
      return { ...instance, entrancePort: await entrances.open(spec.instanceId, instance.port) };
    },
    async stop(instanceId) {
      try {
        const exit = await instances.stop(instanceId);
        if (exit !== null) log.info({ instanceId, code: exit.code, signal: exit.signal, killed: exit.killed }, 'instance stopped');
        return exit;
      } finally {
        await entrances?.close(instanceId);
      }
    },
    assertRunning: async (instanceId) => void (await instances.assertRunning(instanceId)),
    async resetCounters(instanceId) {
      await withAgent(instanceId, async (folder) => {
        await agent.reset(folder.agent);
        // After the reset: what a process that exits in between has counted is mostly from before the window.
        await discardExitProfiles(folder.agent);
      });
    },
    async writeCounters(instanceId) {
      return withAgent(instanceId, async (folder) => {
        const output = await mkdtemp(join(folder.raw, 'w-'));
        try {
          // Before the living are asked: one that exits in between is not counted twice.
          const ended = await takeExitProfiles(folder.agent, output);
          const living = await agent.write(folder.agent, output);
          return await storeAll([...living, ...ended], blobs);
        } finally {
          await rm(output, { recursive: true, force: true });
        }
      });
    },
    runInputs: (spec, rounds, call) => inputs.train(spec, rounds, call),
    record,
    ...makeComparisons({ instances, corpus, replay }),
    stress: (request, call) =>
      runStress(request, { record: () => record([request.instance]), lost: (id) => instances.lost(id), corpus, replay }, call),
    async sweep() {
      const found = await instances.sweep();
      if (found.length > 0) log.warn({ instances: found }, 'ended what an earlier worker left');
      return found;
    },
  };
}

async function storeAll(paths: readonly string[], blobs: BlobPort): Promise<readonly BlobRef[]> {
  const refs: BlobRef[] = [];
  for (const path of paths) refs.push(await blobs.putFile(path));
  return refs;
}
