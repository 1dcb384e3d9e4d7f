import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { InstanceId } from '../../domain/ids.ts';

/** What a later worker must know to find and end an instance: written before the program starts. */
export interface InstanceRecord {
  readonly instanceId: InstanceId;
  /** Of the boot in which it was started. */
  readonly bootId: string;
  /** The instance's folder; removed by stop. */
  readonly directory: string;
  /** Null until the program is started (and for a command drive, which starts nothing). */
  readonly pid: number | null;
  readonly startTicks: number | null;
  readonly processGroup: number | null;
  readonly port: number | null;
  readonly core: number | null;
  readonly elfBuildId: string;
  readonly instrumented: boolean;
  readonly kind: 'http' | 'command';
  readonly stopSignal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT';
  readonly graceSeconds: number;
}

/** The record files of one host, one JSON file per instance. */
export interface InstanceRecords {
  /** Where an instance keeps its files: short, since Unix socket paths end at 107 bytes. */
  directoryOf(instanceId: InstanceId): string;
  write(record: InstanceRecord): Promise<void>;
  read(instanceId: InstanceId): Promise<InstanceRecord | null>;
  remove(instanceId: InstanceId): Promise<void>;
  list(): Promise<readonly InstanceRecord[]>;
}

const shortName = (instanceId: InstanceId): string => createHash('sha256').update(instanceId).digest('hex').slice(0, 16);

/** Keeps records under `<dataDirectory>/records` and the instances' folders under `<dataDirectory>/i`. */
export function makeInstanceRecords(dataDirectory: string): InstanceRecords {
  const folder = join(dataDirectory, 'records');
  const pathOf = (instanceId: InstanceId): string => join(folder, `${shortName(instanceId)}.json`);
  const readPath = async (path: string): Promise<InstanceRecord | null> => {
    const text = await readFile(path, 'utf8').catch(() => null);
    return text === null ? null : (JSON.parse(text) as InstanceRecord);
  };
  return {
    directoryOf: (instanceId) => join(dataDirectory, 'i', shortName(instanceId)),
    async write(record) {
      await mkdir(folder, { recursive: true });
      const path = pathOf(record.instanceId);
      await writeFile(`${path}.new`, JSON.stringify(record), { flush: true });
      await rename(`${path}.new`, path);
    },
    read: (instanceId) => readPath(pathOf(instanceId)),
    remove: (instanceId) => rm(pathOf(instanceId), { force: true }),
    async list() {
      const names = await readdir(folder).catch(() => []);
      const records = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => readPath(join(folder, name))));
      return records.filter((record) => record !== null);
    },
  };
}
