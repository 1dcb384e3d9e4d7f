import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { asId, type EvaluationId } from '../../domain/ids.ts';
import { seed, type TargetSeed } from '../support/seed.ts';
import { useServedShop } from '../support/served-shop.ts';
import { blobOf } from '../support/samples.ts';
import { makeFakeIo, type FakeIo } from './support/fake-io.ts';

const ground = useServedShop();

describe('--json of', () => {
  test('profile show', async () => {
    const { version } = ground.loop;
    expect(await ground.json('profile', 'show', 'shop', '1')).toMatchObject({
      number: 1,
      state: 'unvetted',
      profile: version.profile,
      cycle: { id: ground.loop.cycle.id },
      acceptance: { accepted: true, windowOverlap: version.acceptance.windowOverlap, checks: version.acceptance.checks },
      provenance: { sourceDigest: version.provenance.sourceDigest, trafficDigest: version.provenance.trafficDigest },
    });
  });

  test('cycle show', async () => {
    expect(await ground.json('cycle', 'show', ground.loop.cycle.id)).toMatchObject({
      id: ground.loop.cycle.id,
      target: { name: 'shop' },
      state: 'succeeded',
      error: null,
      windows: [{ index: 1, attempt: 1, kept: true, requests: 1000, rejections: [] }],
      profileVersion: { number: 1, profile: ground.loop.version.profile },
      evaluation: { verdict: 'pass', pairs: 2, interval: { ratio: 1.2, low: 1.1, high: 1.3 } },
      release: { number: 1 },
    });
  });

  test('cycle show, of a cycle that failed', async () => {
    const { cycle } = await (await seed(ground.api.store).target()).cycle();
    const error = { code: 'build-failed', message: 'make failed.', advice: 'Mend it.', details: ['main.c:3:1: error'] } as const;
    await ground.api.store.cycles.close(cycle.id, 'failed', error);
    expect(await ground.json('cycle', 'show', cycle.id)).toMatchObject({ state: 'failed', error, evaluation: null, release: null });
  });

  test('cycle show, of a cycle that was cancelled while it was evaluated', async () => {
    const target = await seed(ground.api.store).target();
    const running = await target.cycle();
    const version = await running.profile();
    const [baseline, candidate] = [await target.build('baseline'), await target.build('optimised', version)];
    const of = { cycleId: running.cycle.id, profileVersionId: version.id, baselineBuildId: baseline.id, candidateBuildId: candidate.id };
    await ground.api.store.evaluations.open({ id: asId<EvaluationId>(running.cycle.id), ...of, alpha: 0.01, minimumGain: 0 });
    const line = async () => /^verdict +(.*)$/m.exec((await ground.api.hone('cycle', 'show', running.cycle.id)).stdout)?.[1];
    expect(await line()).toBe('not yet after 0 pairs: -');
    await running.close('cancelled');
    const sentence = 'Broken off before a verdict: the cycle ended as cancelled.';
    expect(await line()).toBe(`none after 0 pairs: ${sentence}`);
    const { endedAt } = (await ground.api.store.cycles.byId(running.cycle.id))!;
    expect(await ground.json('cycle', 'show', running.cycle.id)).toMatchObject({
      state: 'cancelled',
      evaluation: { verdict: null, sentence, interval: null, endpoints: [], pairs: 0, endedAt },
      release: null,
    });
  });

  test('cycle cancel', async () => {
    const { cycle } = await (await seed(ground.api.store).target()).cycle();
    expect(await ground.json('cycle', 'cancel', cycle.id)).toEqual({ cycle: cycle.id, cancelling: true });
    expect(ground.api.cancelled).toContain(cycle.id);
    expect(await ground.json('cycle', 'show', cycle.id)).toMatchObject({ state: 'cancelled', error: null });
  });

  test('release show', async () => {
    expect(await ground.json('release', 'show', 'shop', '1')).toMatchObject({
      id: ground.loop.release.id,
      number: 1,
      target: { name: 'shop' },
      profileVersion: { number: 1 },
      build: { id: ground.loop.candidate.id, elfBuildId: ground.loop.candidate.elfBuildId, binary: ground.loop.candidate.binary },
      evaluation: { verdict: 'pass', alpha: 0.01, minimumGain: 0, endpoints: [{ endpoint: 'GET /search', ratio: 1.2 }] },
    });
  });

  test('release rollback', async () => {
    const at = expect.any(String) as string;
    await ground.json('release', 'promote', 'shop', '1', '--channel', 'canary');
    expect(await ground.json('release', 'rollback', 'shop', '--channel', 'canary', '--reason', 'a test')).toEqual({
      target: 'shop',
      channel: { name: 'canary', revision: 2, updatedAt: at, release: null },
    });
    expect(await ground.api.store.releases.channel(ground.shop.target.id, 'canary')).toMatchObject({ releaseId: null, revision: 2 });
  });

  test('build download', async () => {
    const stored = await ground.api.blobs.putBytes(Buffer.from('#!/bin/sh\necho here\n'));
    const { id: _id, createdAt: _createdAt, ...rest } = ground.loop.candidate;
    const build = await ground.api.store.builds.save({ ...rest, key: blobOf('downloaded').digest, binary: stored });
    const file = path.join(ground.api.folder, `shop-optimised-${build.elfBuildId.slice(0, 12)}`);
    expect(await ground.json('build', 'download', build.id)).toEqual({
      file,
      sha256: stored.digest,
      sizeBytes: stored.sizeBytes,
      elfBuildId: build.elfBuildId,
      libraries: [],
    });
    expect(await readFile(file, 'utf8')).toBe('#!/bin/sh\necho here\n');
    expect((await stat(file)).mode & 0o777).toBe(0o755);
  });
});

describe('refresh without --detach', () => {
  /** Plays the workflow of the cycle that the command started, once the command follows it. */
  async function play(target: TargetSeed, io: FakeIo): Promise<Awaited<ReturnType<TargetSeed['loop']>>> {
    await expect.poll(() => ground.api.store.cycles.activeOf([target.target.id]), { timeout: 20_000 }).toHaveLength(1);
    const [active] = await ground.api.store.cycles.activeOf([target.target.id]);
    await ground.api.store.cycles.recordEvent({ cycleId: active!.id, sequence: 1, stage: 'plan', state: 'done', message: 'planned' });
    await io.said('planned');
    return target.loop(active!.id);
  }

  test('follows the cycle to its end and answers it with its release', async () => {
    const target = await seed(ground.api.store).target('refreshed');
    const io = makeFakeIo({ directory: ground.api.folder });
    const ended = ground.api.startHone(['refresh', 'refreshed', '--reason', 'a test', '--json'], io);
    const { cycle, version } = await play(target, io);
    expect(await ended).toBe(0);
    expect(JSON.parse(io.stdout())).toMatchObject({
      id: cycle.id,
      reason: 'a test',
      state: 'succeeded',
      profileVersion: { number: 1, profile: version.profile },
      evaluation: { verdict: 'pass' },
      release: { number: 1 },
    });
    expect(io.stderr().match(/planned/g)).toHaveLength(1);
    expect(io.stderr()).not.toContain('Next:');
  });

  test('tells people what to type next', async () => {
    const target = await seed(ground.api.store).target('refreshed-again');
    const io = makeFakeIo({ directory: ground.api.folder });
    const ended = ground.api.startHone(['refresh', 'refreshed-again'], io);
    const { cycle } = await play(target, io);
    expect(await ended).toBe(0);
    expect(io.stdout()).toMatch(/^gain +1\.200 \[1\.100, 1\.300\]$/m);
    expect(io.stderr()).toContain(`Cycle ${cycle.id} of refreshed-again has started.`);
    expect(io.stderr()).toContain('hone release promote refreshed-again 1 --channel stable');
  });
});
