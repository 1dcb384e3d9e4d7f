import { makeMemoryBlobs, makePlainCorpus } from './blobs.ts';
import { noAgent, plainCall } from './host.ts';
import type { InstanceSpec } from '../../../domain/ports/host.ts';
import { makeLocalHost } from '../../../hosts/index.ts';
import { makeReplayClient } from '../../../traffic/replay/client.ts';

/** A worker process for tests that kill one: deploys the given instance, says so, and waits to be killed; without one it sweeps and says what it ended. */
const [, , dataDirectory = '', binary = '', spec = ''] = process.argv;
const blobs = makeMemoryBlobs();
const log = { info: () => undefined, warn: (fields: object) => process.stderr.write(`${JSON.stringify(fields)}\n`) };
const corpus = makePlainCorpus(blobs);
const host = makeLocalHost({ name: 'test', dataDirectory, blobs, corpus, agent: noAgent, replay: makeReplayClient(), log });
if (spec === '') process.stdout.write(JSON.stringify(await host.sweep()));
else {
  await blobs.putFile(binary);
  await host.deploy(JSON.parse(spec) as InstanceSpec, plainCall());
  process.stdout.write('deployed\n');
  setInterval(() => undefined, 60_000);
}
