import { makePortChooser } from './free-port.ts';
import { instanceFolder } from './instance-folder.ts';
import type { InstanceFolder } from './instance-folder.ts';
import type { LaunchedProgram } from './launch.ts';
import { makeInstanceRecords } from './records.ts';
import type { InstanceRecord, InstanceRecords } from './records.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { InstanceRef } from '../../domain/model/collection.ts';
import type { AgentPort } from '../../domain/ports/agent.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { CorpusPort } from '../../domain/ports/corpus.ts';

/** A deployed instance as the host's own code sees it. */
export interface FoundInstance {
  readonly record: InstanceRecord;
  readonly folder: InstanceFolder;
}

/** What the verbs on instances share: what is on disk for every worker, and what only this worker knows. */
export interface InstanceTable {
  readonly hostName: string;
  readonly blobs: BlobPort;
  readonly corpus: CorpusPort;
  readonly agent: AgentPort;
  readonly records: InstanceRecords;
  readonly ports: ReturnType<typeof makePortChooser>;
  /** The programs that this worker started. */
  readonly programs: Map<InstanceId, LaunchedProgram>;
  /** The instances that this worker deployed or found again: a sweep leaves them alone. */
  readonly inUse: Set<InstanceId>;
}

export interface InstanceTableOptions {
  readonly name: string;
  readonly dataDirectory: string;
  readonly blobs: BlobPort;
  readonly corpus: CorpusPort;
  readonly agent: AgentPort;
}

/** An empty table over the host's data directory. */
export function makeInstanceTable({ name, dataDirectory, blobs, corpus, agent }: InstanceTableOptions): InstanceTable {
  const records = makeInstanceRecords(dataDirectory);
  return { hostName: name, blobs, corpus, agent, records, ports: makePortChooser(), programs: new Map(), inUse: new Set() };
}

/** The record of an instance, whoever started it; null without one. */
export async function findInstance(table: InstanceTable, instanceId: InstanceId): Promise<FoundInstance | null> {
  const record = await table.records.read(instanceId);
  return record === null ? null : { record, folder: instanceFolder(record.directory) };
}

/** The record in the words of the model. */
export function refOf(table: InstanceTable, { instanceId, port, pid, core, elfBuildId }: InstanceRecord): InstanceRef {
  return { instanceId, host: table.hostName, port, entrancePort: null, pid, core, elfBuildId };
}
