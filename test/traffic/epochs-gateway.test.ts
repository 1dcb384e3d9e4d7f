import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { asId, type EpochId, type SessionId } from '../../domain/ids.ts';
import { makeCorpusReader } from '../../traffic/corpus/read-corpus.ts';
import { useGateway } from '../support/gateway-ground.ts';
import { folderBlobs, grant, makeManifest } from './support.ts';

const ground = useGateway();

const never = new AbortController().signal;
const record = '{"email":"anna@acme.example","name":"Anna Smith"}';
const epochNamed = (index: number) => ({ id: asId<EpochId>(randomUUID()), index });
const blobs = () => folderBlobs(join(ground.directory, 'blobs'));
const reader = () => makeCorpusReader({ blobs: blobs(), gateway: ground.client, scratchRoot: tmpdir() });

async function open(name: string, epoch: ReturnType<typeof epochNamed>): Promise<SessionId> {
  const sessionId = asId<SessionId>(name);
  const manifest = makeManifest({ prepare: `echo '${record}' | "$HONE_PSEUDONYMISE" > "$HONE_DATA/row"` });
  await ground.client.openSession({ sessionId, epoch, targetName: 'tiny', targetDirectory: ground.directory, manifest });
  return sessionId;
}
/** What the record becomes in the session, as the prepare hook's filter says it, and as the instances get it. */
async function pseudonym(sessionId: SessionId): Promise<string> {
  const data = await ground.client.prepareData(
    sessionId,
    { binary: await blobs().putBytes(Buffer.from('#!/bin/sh\n')), libraries: [] },
    never,
  );
  const archive = join(ground.directory, 'data.tar');
  await reader().getData(data!.digest, archive);
  return execFileSync('tar', ['-xOf', archive, './row'], { encoding: 'utf8' });
}

test('sessions of one epoch agree, those of two do not, and a session keeps its own while the next has begun', async () => {
  const [first, second] = [epochNamed(1), epochNamed(2)];
  const [one, two, other] = [await open('one', first), await open('two', first), await open('other', second)];
  const before = await pseudonym(one);
  expect(before).not.toMatch(/anna|acme/i);
  expect(await pseudonym(two)).toBe(before);
  expect(await pseudonym(other)).not.toBe(before);
  const saved = (await readdir(join(ground.directory, 'gateway', 'sessions'), { recursive: true })).filter((name) =>
    name.endsWith('/owners'),
  );
  expect(saved).toHaveLength(3);
  await ground.gateway.kill();
  await ground.launchGateway();
  expect(await pseudonym(one)).toBe(before);
  // Asked again, as after a lost answer, with an epoch that has begun since: the session stays in its own.
  const again = await ground.client.openSession({
    sessionId: one,
    epoch: second,
    targetName: 'tiny',
    targetDirectory: ground.directory,
    manifest: makeManifest(),
  });
  const closed = await ground.client.closeSession(one, grant);
  expect(closed.batch.text).toContain(`"epoch":{"id":"${first.id}","index":1,"keyMadeAt":"${again.epochKeyMadeAt}"}`);
});

test('a gateway makes no key where the rule packs do not allow one', async () => {
  await ground.gateway.stop();
  await ground.launchGateway('BR');
  const epoch = epochNamed(1);
  const ask = (packs: readonly string[]) =>
    ground.client.openSession({
      sessionId: asId<SessionId>('abroad'),
      epoch,
      targetName: 'tiny',
      targetDirectory: ground.directory,
      manifest: makeManifest({ deidentification: { packs } }),
    });
  await expect(ask(['lgpd', 'gdpr'])).rejects.toMatchObject({
    code: 'region-forbidden',
    message: expect.stringContaining('gdpr (EEA)') as string,
  });
  expect(await readdir(join(ground.directory, 'gateway', 'epochs'))).toEqual([]);
  await expect(ask(['lgpd', 'ccpa'])).resolves.toMatchObject({ mirror: 'off' });
});

test('a key stays while a session works with it; once gone, nothing of its epoch can be read, and the error says so', async () => {
  const epoch = { ...epochNamed(3), targetName: 'tiny' };
  const [closed, running] = [await open('closed', epoch), await open('running', epoch)];
  await pseudonym(closed);
  const { corpus } = await ground.client.closeSession(closed, grant);
  expect(await reader().requests('training', corpus.training.digest)).toEqual([]);
  await expect(ground.client.destroyEpochKey(epoch, 'its time was over')).rejects.toMatchObject({
    code: 'conflict',
    details: ['session: running'],
  });
  expect(await reader().requests('heldOut', corpus.heldOut.digest)).toEqual([]);

  // The rule packs' time is over: nothing is waited for.
  const overdue = { ...epochNamed(9), targetName: 'tiny' };
  const late = await open('late', overdue);
  await ground.client.destroyEpochKey(overdue, 'its rule packs let corpora stay for 15 days', true);
  await expect(ground.client.state(late)).rejects.toMatchObject({ code: 'not-found' });

  await ground.client.discardSession(running);
  const keys = join(ground.directory, 'gateway', 'epochs');
  expect((await stat(join(keys, `${epoch.id}.key`))).mode & 0o777).toBe(0o600);
  const key = await ground.client.destroyEpochKey(epoch, 'its time was over');
  expect(await ground.client.destroyEpochKey(epoch, 'once more')).toEqual(key);
  expect((await readdir(keys)).toSorted()).toEqual([epoch.id, overdue.id].map((id) => `${id}.destroyed.json`).toSorted());
  const gone = {
    code: 'epoch-destroyed',
    message: `The key of epoch 3 of tiny was destroyed at ${key.destroyedAt} (its time was over).`,
  };
  await expect(reader().requests('training', corpus.training.digest)).rejects.toMatchObject(gone);
  await expect(reader().getData(corpus.data!.digest, join(ground.directory, 'data.tar'))).rejects.toMatchObject(gone);
  await expect(open('late', epoch)).rejects.toMatchObject(gone);
  expect(await readFile(join(ground.directory, 'data.tar')).catch(({ code }: NodeJS.ErrnoException) => code)).toBe('ENOENT');
});
