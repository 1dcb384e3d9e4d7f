import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../../cli/main.ts';
import { asId, type SessionId } from '../../../domain/ids.ts';
import { keyLine } from '../../../domain/privacy/key-line.ts';
import type { ClosedSession } from '../../../domain/ports/gateway.ts';
import { makeFakeIo } from '../../cli/support/fake-io.ts';
import { useMirroredProduction } from '../../support/mirrored-production.ts';
import { epoch, eventually, fetchText, folderBlobs, makeManifest } from '../support.ts';

const sessionId = asId<SessionId>('6e4cc2a8-7a38-7b0c-8a53-5b7f2a9e1d11');
const grant = { granted: false, code: 'privacy-budget-spent', message: 'not in this test' } as const;

const ground = useMirroredProduction();

/** A batch of real mirrored requests, closed, with its report and its corpus as files. */
async function closedBatch(): Promise<{
  readonly closed: ClosedSession;
  readonly report: string;
  readonly heldOut: string;
  readonly trust: string;
}> {
  const state = await ground.client.openSession({
    sessionId,
    epoch,
    targetName: 'tiny',
    targetDirectory: ground.directory,
    manifest: makeManifest(),
  });
  await ground.client.mirrorOn(sessionId);
  await ground.client.setPhase(sessionId, 'held-out');
  let index = 0;
  await eventually(async () => {
    await fetchText(`${ground.production.url}/customers/${index}?email=anna${index++}%40acme.example`, {
      headers: { cookie: 'sid=Secret1234' },
    });
    return (await ground.client.state(sessionId)).counters.heldOut >= 20;
  }, 'held-out requests');
  const closed = await ground.client.closeSession(sessionId, grant);
  const blobs = folderBlobs(join(ground.directory, 'blobs'));
  const [report, heldOut, trust] = ['report.json', 'held-out.corpus', 'keys'].map((name) => join(ground.directory, name)) as [
    string,
    string,
    string,
  ];
  await blobs.getFile(closed.batch.blob.digest, report);
  await blobs.getFile(closed.corpus.heldOut.digest, heldOut);
  await writeFile(trust, keyLine(state.reportKey));
  return { closed, report, heldOut, trust };
}

/** The command in a folder without any Hone, as on an auditor's machine. */
async function verify(...words: readonly string[]) {
  const io = makeFakeIo({ directory: ground.directory });
  const code = await run(['privacy', 'verify', ...words], io);
  return { code, out: io.stdout() };
}

test('the report of a real batch verifies without any connection, with its corpus; one byte changed anywhere does not', async () => {
  const { closed, report, heldOut, trust } = await closedBatch();
  const good = await verify(report, '--trust', trust, '--corpus', heldOut);
  expect(good.out).toMatch(/^verified; the batch passed/);
  expect(good.out).toMatch(/file +.*held-out\.corpus is heldOut/);
  expect(good.out).toMatch(/canaries +\d\d planted, .* 0 came out/);
  expect(good.code).toBe(0);
  expect(await readFile(report, 'utf8')).toBe(closed.batch.text);
  expect(closed.batch.text).not.toMatch(/anna|acme|Secret/);

  const bytes = await readFile(report);
  const places = {
    payload: bytes.indexOf('"received":') + 11,
    signature: bytes.indexOf('"value":') + 20,
    digests: bytes.indexOf('"digests":') + 30,
  };
  for (const at of Object.values(places)) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(join(ground.directory, 'changed.json'), changed);
    const bad = await verify(join(ground.directory, 'changed.json'), '--trust', trust);
    expect(bad.out).toMatch(/^DOES NOT VERIFY/);
    expect(bad.code).toBe(8);
  }
  const lines = await readFile(heldOut);
  lines[10] = (lines[10] ?? 0) ^ 1;
  await writeFile(heldOut, lines);
  const other = await verify(report, '--trust', trust, '--corpus', heldOut);
  expect(other.out).toMatch(/held-out\.corpus is no part of this batch/);
  expect(other.code).toBe(8);
});

test('the key stays when the gateway starts again, and what was counted stays in the report', async () => {
  const { reportKey } = await ground.client.openSession({
    sessionId,
    epoch,
    targetName: 'tiny',
    targetDirectory: ground.directory,
    manifest: makeManifest(),
  });
  await ground.gateway.kill();
  await ground.launchGateway();
  const { closed } = await closedBatch();
  expect(closed.batch.text).toContain(`"keyId":"${reportKey.keyId}"`);
});
