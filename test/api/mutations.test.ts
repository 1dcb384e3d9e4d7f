import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../support/seed.ts';
import { makeTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await makeTestApi();
});
afterAll(() => api.close());

const failure = '... on Failure { code message advice details }';

describe('registerTarget', () => {
  const document = `mutation($directory: String!, $manifest: String!) { registerTarget(directory: $directory, manifest: $manifest) {
    __typename ... on Target { name directory manifestDigest manifest } ... on ManifestInvalid { issues { path line column message advice } } ${failure} } }`;

  test("registers the example's own manifest, twice as one target", async () => {
    const manifest = await readFile(new URL('../../examples/query-service/hone.yaml', import.meta.url), 'utf8');
    const first = await api.query(document, { directory: '/srv/example', manifest });
    const second = await api.query(document, { directory: '/srv/moved', manifest: `${manifest}\n# changed\n` });
    expect(first.data.registerTarget).toMatchObject({ __typename: 'Target', directory: '/srv/example' });
    expect(second.data.registerTarget).toMatchObject({ name: first.data.registerTarget.name, directory: '/srv/moved' });
    expect(second.data.registerTarget.manifestDigest).not.toBe(first.data.registerTarget.manifestDigest);
    expect((await api.query('{ targets { edges { node { name } } } }')).data.targets.edges).toHaveLength(1);
  });

  test('a manifest with mistakes is answered with their places', async () => {
    const { data, errors } = await api.query(document, { directory: '/srv/x', manifest: 'target: x\nbulid:\n  command: make\n' });
    expect(errors).toBeUndefined();
    expect(data.registerTarget).toMatchObject({ __typename: 'ManifestInvalid', code: 'manifest-invalid' });
    expect(data.registerTarget.issues).toContainEqual(expect.objectContaining({ path: 'bulid', line: 2, column: 1 }));
  });

  test('a relative directory is refused', async () => {
    const { data } = await api.query(document, { directory: 'srv', manifest: 'target: x' });
    expect(data.registerTarget).toMatchObject({ __typename: 'HoneFailure', code: 'input-invalid' });
  });
});

describe('refresh cycles', () => {
  const start = `mutation($target: String!, $reason: String = "asked for") { startRefreshCycle(target: $target, reason: $reason) {
    __typename ... on RefreshCycle { id rawId state reason target { name } } ... on CycleAlreadyActive { cycle { rawId } } ${failure} } }`;
  const cancel = `mutation($cycle: ID!) { cancelRefreshCycle(cycle: $cycle) { __typename ... on RefreshCycle { rawId state endedAt } ${failure} } }`;

  test('one at a time; cancelled by either id', async () => {
    await seed(api.store).target('shop');
    const started = (await api.query(start, { target: 'shop' })).data.startRefreshCycle;
    expect(started).toMatchObject({ __typename: 'RefreshCycle', state: 'RUNNING', reason: 'asked for', target: { name: 'shop' } });
    expect((await api.query(start, { target: 'shop' })).data.startRefreshCycle).toMatchObject({
      __typename: 'CycleAlreadyActive',
      code: 'cycle-already-active',
      cycle: { rawId: started.rawId },
      advice: 'Cancel it first.',
      details: [],
    });
    const cancelled = (await api.query(cancel, { cycle: started.id })).data.cancelRefreshCycle;
    expect(cancelled).toMatchObject({ rawId: started.rawId, state: 'CANCELLED', endedAt: expect.any(String) });
    expect((await api.query(cancel, { cycle: started.rawId })).data.cancelRefreshCycle).toMatchObject({
      __typename: 'NotFound',
      code: 'not-found',
    });
  });

  test('what is not there, and what is not said', async () => {
    expect((await api.query(start, { target: 'none' })).data.startRefreshCycle).toMatchObject({
      __typename: 'NotFound',
      code: 'target-not-found',
    });
    expect((await api.query(start, { target: 'shop', reason: ' ' })).data.startRefreshCycle).toMatchObject({
      __typename: 'HoneFailure',
      code: 'input-invalid',
    });
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect((await api.query(cancel, { cycle: unknown })).data.cancelRefreshCycle).toMatchObject({ code: 'not-found' });
    const other = Buffer.from(`Build:${unknown}`).toString('base64url');
    expect((await api.query(cancel, { cycle: other })).data.cancelRefreshCycle).toMatchObject({ code: 'input-invalid' });
  });
});

describe('channels', () => {
  const selection = `__typename ... on Channel { name revision release { number } moves { kind actor reason from { number } to { number } } } ${failure}`;
  const promote = `mutation($target: String!, $number: Int!, $channel: String = "stable", $actor: String, $reason: String = "faster") {
    promoteRelease(target: $target, number: $number, channel: $channel, actor: $actor, reason: $reason) { ${selection} } }`;
  const rollback = `mutation($target: String!) { rollbackRelease(target: $target, channel: "stable", reason: "slower") { ${selection} } }`;

  test('a release is promoted and rolled back; the record names who and why', async () => {
    await (await seed(api.store).target('promoted')).loop();
    const promoted = await api.query(promote, { target: 'promoted', number: 1 });
    expect(promoted.data.promoteRelease).toMatchObject({
      __typename: 'Channel',
      revision: 1,
      release: { number: 1 },
      moves: [{ kind: 'PROMOTION', actor: 'local', reason: 'faster', from: null, to: { number: 1 } }],
    });
    const rolledBack = await api.query(rollback, { target: 'promoted' });
    expect(rolledBack.data.rollbackRelease).toMatchObject({
      revision: 2,
      release: null,
      moves: [{ kind: 'PROMOTION' }, { kind: 'ROLLBACK' }],
    });
    const again = await api.query(promote, { target: 'promoted', number: 1, actor: 'ann' });
    expect(again.data.promoteRelease.moves[2]).toMatchObject({ actor: 'ann' });
  });

  test('a move that fails says how: as a conflict with the channel as it is, or with the lines of the hook', async () => {
    const typed = promote.replace(failure, `... on ChannelConflict { channel { name revision } } ${failure}`);
    const conflict = await api.query(typed, { target: 'promoted', number: 1, channel: 'busy' });
    expect(conflict.data.promoteRelease).toMatchObject({
      __typename: 'ChannelConflict',
      code: 'conflict',
      channel: { name: 'busy', revision: 0 },
    });
    const broken = await api.query(typed, { target: 'promoted', number: 1, channel: 'broken' });
    expect(broken.data.promoteRelease).toMatchObject({ __typename: 'DeployFailed', code: 'deploy-failed', details: ['no room'] });
  });

  test('what is not there is refused', async () => {
    expect((await api.query(promote, { target: 'promoted', number: 9 })).data.promoteRelease).toMatchObject({ code: 'not-found' });
    expect((await api.query(promote, { target: 'none', number: 1 })).data.promoteRelease).toMatchObject({ code: 'target-not-found' });
    const badName = await api.query(promote, { target: 'promoted', number: 1, channel: 'No Name' });
    expect(badName.data.promoteRelease).toMatchObject({ code: 'input-invalid' });
  });
});
