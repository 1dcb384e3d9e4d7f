import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Build } from '../../domain/model/build.ts';
import type { ProfileVersion } from '../../domain/model/profile.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { digestOf, sampleAnswers, sampleError } from '../support/samples.ts';
import { type CycleSeed, seed } from '../support/seed.ts';

let db: TestStore;
let loop: Awaited<ReturnType<Awaited<ReturnType<ReturnType<typeof seed>['target']>>['loop']>>;
let targetId: string;

beforeAll(async () => {
  db = await freshStore();
  const target = await seed(db.store).target('constrained');
  targetId = target.target.id;
  loop = await target.loop();
  await db.store.releases.move(
    {
      targetId: target.target.id,
      channel: 'stable',
      kind: 'promotion',
      toReleaseId: loop.release.id,
      actor: 'a',
      reason: 'r',
      servingBuildId: null,
    },
    0,
  );
});
afterAll(() => db.close());

/** Inserts a copy of an existing row, changed: what is refused is refused for the change. */
async function insertCopy(table: string, changes: Readonly<Record<string, unknown>>): Promise<unknown> {
  return db.sql(`INSERT INTO "${table}" SELECT (jsonb_populate_record(t, $1::jsonb)).* FROM "${table}" t ORDER BY 1 LIMIT 1`, [
    JSON.stringify(changes),
  ]);
}

describe('rows that say something impossible are refused past the store, too', () => {
  const fresh = () => ({ id: randomUUID() });
  const noVerdict = { verdict: null, answers: null, endpoints: [], ratio: null, low: null, high: null };
  test.each<[string, string, () => Record<string, unknown>, RegExp]>([
    ['a target without a proper name', 'Target', () => ({ ...fresh(), name: 'Not A Name' }), /Target_name_form/],
    ['a relative directory', 'Target', () => ({ ...fresh(), name: 'other', directory: 'here' }), /Target_directory_absolute/],
    ['a digest that is none', 'Target', () => ({ ...fresh(), name: 'other', manifestDigest: 'A'.repeat(64) }), /Target_digests/],
    ['a running cycle with an end', 'RefreshCycle', () => ({ ...fresh(), state: 'running' }), /ended_when_closed/],
    ['a closed cycle without an end', 'RefreshCycle', () => ({ ...fresh(), endedAt: null }), /ended_when_closed/],
    ['a failed cycle that does not say why', 'RefreshCycle', () => ({ ...fresh(), state: 'failed' }), /error_when_unsuccessful/],
    ['a rejected cycle that does not say why', 'RefreshCycle', () => ({ ...fresh(), state: 'rejected' }), /error_when_unsuccessful/],
    ['a cycle that succeeded and says why not', 'RefreshCycle', () => ({ ...fresh(), error: sampleError }), /error_when_unsuccessful/],
    ['a reason that is no error', 'RefreshCycle', () => ({ ...fresh(), state: 'failed', error: 'no' }), /error_when_unsuccessful/],
    ['an unknown stage', 'RefreshCycle', () => ({ ...fresh(), stage: 'dream' }), /stage_known/],
    ['a cycle without its manifest', 'RefreshCycle', () => ({ ...fresh(), manifest: null }), /null value in column "manifest"/],
    [
      'a cycle whose manifest has no digest',
      'RefreshCycle',
      () => ({ ...fresh(), manifestDigest: 'x'.repeat(64) }),
      /RefreshCycle_digests/,
    ],
    ['a cycle in a relative folder', 'RefreshCycle', () => ({ ...fresh(), directory: 'here' }), /RefreshCycle_directory_absolute/],
    [
      'an optimised build without a profile',
      'Build',
      () => ({ ...fresh(), key: digestOf('x'), kind: 'optimised', profileDigest: null, profileVersionId: null }),
      /profile_when_optimised/,
    ],
    [
      'a baseline with a profile',
      'Build',
      () => ({ ...fresh(), key: digestOf('x'), kind: 'baseline', profileDigest: digestOf('p') }),
      /profile_when_optimised/,
    ],
    ['two builds of one key', 'Build', fresh, /Build_targetId_key_key/],
    ['an empty binary', 'Build', () => ({ ...fresh(), key: digestOf('x'), binarySizeBytes: 0 }), /Build_counts/],
    ['a window 0', 'Window', () => ({ ...fresh(), index: 0 }), /Window_numbers/],
    ['a second window of one attempt', 'Window', fresh, /Window_cycleId_index_attempt_key/],
    ['a kept window with a reason against it', 'Window', () => ({ ...fresh(), index: 9, rejections: ['hot'] }), /rejected_for_a_reason/],
    ['a rejected window without a reason', 'Window', () => ({ ...fresh(), index: 9, kept: false }), /rejected_for_a_reason/],
    ['a second kept window of one place', 'Window', () => ({ ...fresh(), attempt: 2 }), /Window_one_kept_per_index/],
    ['a window that ends before it starts', 'Window', () => ({ ...fresh(), index: 9, endedAt: '2020-01-01' }), /Window_times/],
    ['a second version of a cycle', 'ProfileVersion', () => ({ ...fresh(), number: 2 }), /ProfileVersion_cycleId_key/],
    ['a version 0', 'ProfileVersion', () => ({ ...fresh(), number: 0 }), /number_positive/],
    [
      'a version that names no manifest',
      'ProfileVersion',
      () => ({ ...fresh(), number: 2, provenance: {} }),
      /ProfileVersion_manifest_named/,
    ],
    ['a verdict without an end', 'Evaluation', () => ({ ...fresh(), endedAt: null, sentence: null }), /verdict_at_end/],
    ['an end without a sentence', 'Evaluation', () => ({ ...fresh(), sentence: null }), /ended_with_sentence/],
    ['a verdict without its answers', 'Evaluation', () => ({ ...fresh(), verdict: 'fail', answers: null }), /figures_with_verdict/],
    ['answers without a verdict', 'Evaluation', () => ({ ...fresh(), ...noVerdict, answers: {} }), /figures_with_verdict/],
    ['figures of endpoints without a verdict', 'Evaluation', () => ({ ...fresh(), ...noVerdict, endpoints: [1] }), /figures_with_verdict/],
    [
      'an interval without a verdict',
      'Evaluation',
      () => ({ ...fresh(), ...noVerdict, ratio: 1, low: 1, high: 1 }),
      /interval_with_verdict/,
    ],
    ['a pass without an interval', 'Evaluation', () => ({ ...fresh(), ratio: null, low: null, high: null }), /gain_for_pass/],
    ['a pass whose gain is not shown', 'Evaluation', () => ({ ...fresh(), low: 1 }), /gain_for_pass/],
    ['a pass below the gain that was asked for', 'Evaluation', () => ({ ...fresh(), minimumGain: 0.1001 }), /gain_for_pass/],
    [
      'a pass with different answers',
      'Evaluation',
      () => ({ ...fresh(), answers: { ...sampleAnswers, different: 1 } }),
      /answers_for_pass/,
    ],
    ['a pass whose answers were not compared', 'Evaluation', () => ({ ...fresh(), answers: {} }), /answers_for_pass/],
    ['half an interval', 'Evaluation', () => ({ ...fresh(), high: null }), /interval_whole/],
    ['a second pair of one index', 'EvaluationPair', () => ({}), /EvaluationPair_pkey/],
    ['a second evaluation of a cycle', 'Evaluation', fresh, /Evaluation_cycleId_key/],
    ['a coin after the verdict', 'EvaluationCoin', () => ({ index: 77 }), /is over/],
    ['a pair after the verdict', 'EvaluationPair', () => ({ index: 77 }), /is over/],
    [
      'a version that was not accepted and is not rejected',
      'ProfileVersion',
      () => ({ ...fresh(), number: 2, acceptance: { accepted: false } }),
      /ProfileVersion_accepted_or_rejected/,
    ],
    [
      'a version whose report does not say',
      'ProfileVersion',
      () => ({ ...fresh(), number: 2, acceptance: {} }),
      /ProfileVersion_accepted_or_rejected/,
    ],
    ['a version that begins vetted', 'ProfileVersion', () => ({ ...fresh(), number: 2, state: 'vetted' }), /no evaluation of version/],
    ['a second release of an evaluation', 'Release', () => ({ ...fresh(), number: 2 }), /Release_evaluationId/],
    ['a second channel of one name', 'Channel', () => ({ revision: 1 }), /Channel_pkey/],
    ['a channel that starts later', 'Channel', () => ({ name: 'canary', revision: 5 }), /one revision at a time/],
    ['a promotion to nothing', 'ChannelMove', () => ({ revision: 2, toReleaseId: null }), /promotion_has_release/],
  ])('%s', async (_what, table, changes, message) => {
    await expect(insertCopy(table, changes())).rejects.toThrow(message);
  });

  test('a second running cycle of one target', async () => {
    const running = { id: randomUUID(), state: 'running', endedAt: null };
    await insertCopy('RefreshCycle', running);
    await expect(insertCopy('RefreshCycle', { ...running, id: randomUUID() })).rejects.toThrow(/one_running_per_target/);
    await db.sql(`DELETE FROM "RefreshCycle" WHERE "id" = $1`, [running.id]);
  });

  describe('of a cycle that is not evaluated yet', () => {
    let running: CycleSeed;
    let version: ProfileVersion;
    let candidate: Build;
    let baseline: Build;
    let elsewhere: typeof loop;
    let optimisedOtherwise: Build;
    let instrumented: Build;
    let foreign: Build;
    beforeAll(async () => {
      const target = await seed(db.store).target('unevaluated');
      const earlier = await target.loop();
      running = await target.cycle();
      version = await running.profile();
      [baseline, candidate] = [earlier.candidate, await target.build('optimised', version)];
      [optimisedOtherwise, instrumented] = [earlier.candidate, await target.build('instrumented')];
      elsewhere = await (await seed(db.store).target('elsewhere-too')).loop();
      const { id: _id, createdAt: _createdAt, ...made } = candidate;
      foreign = await db.store.builds.save({ ...made, targetId: elsewhere.cycle.targetId, profileVersionId: null });
    });
    const evaluation = () => ({
      id: randomUUID(),
      targetId: running.cycle.targetId,
      cycleId: running.cycle.id,
      profileVersionId: version.id,
      baselineBuildId: baseline.id,
      candidateBuildId: candidate.id,
      verdict: null,
      sentence: null,
      answers: null,
      endedAt: null,
      endpoints: [],
      ratio: null,
      low: null,
      high: null,
    });

    test.each<[string, () => Record<string, unknown>, RegExp]>([
      ["another target's baseline", () => ({ baselineBuildId: elsewhere.baseline.id }), /Evaluation_baselineBuildId_targetId_fkey/],
      ["another target's candidate", () => ({ candidateBuildId: foreign.id }), /Evaluation_candidateBuildId_targetId_fkey/],
      [
        "another cycle's version",
        () => ({ profileVersionId: elsewhere.version.id, candidateBuildId: elsewhere.candidate.id }),
        /Evaluation_\w+_fkey/,
      ],
      ["a target that is not the cycle's", () => ({ targetId: elsewhere.cycle.targetId }), /Evaluation_\w+_targetId_fkey/],
      ['a candidate with another profile', () => ({ candidateBuildId: optimisedOtherwise.id }), /not an optimised build with the profile/],
      ['a candidate that is instrumented', () => ({ candidateBuildId: instrumented.id }), /not an optimised build with the profile/],
      ['a baseline that is instrumented', () => ({ baselineBuildId: instrumented.id }), /nobody's baseline/],
      ['an end from the beginning', () => ({ sentence: 'It never ran.', endedAt: '2026-11-21' }), /begins open, in a cycle that runs/],
      [
        'a verdict from the beginning',
        () => ({ verdict: 'fail', sentence: 'It is slower.', answers: {}, endedAt: '2026-11-21' }),
        /begins without a verdict/,
      ],
    ])('an evaluation with %s', async (_what, changes, message) => {
      await expect(insertCopy('Evaluation', { ...evaluation(), ...changes() })).rejects.toThrow(message);
    });

    test('a pair against its coin, and a change of what is compared', async () => {
      const row = evaluation();
      await insertCopy('Evaluation', row);
      const pair = insertCopy('EvaluationPair', { evaluationId: row.id, index: 77 });
      await expect(pair).rejects.toThrow(/EvaluationPair_evaluationId_index_candidateFirst_fkey/);
      for (const change of [`"baselineBuildId" = "candidateBuildId"`, `"alpha" = 0.5`, `"minimumGain" = -1`])
        await expect(db.sql(`UPDATE "Evaluation" SET ${change} WHERE "id" = $1`, [row.id]), change).rejects.toThrow(/is immutable/);
      await db.sql(`DELETE FROM "Evaluation" WHERE "id" = $1`, [row.id]);
    });

    test('a release of an evaluation that has not passed: not of an open one, nor of one that failed', async () => {
      const row = evaluation();
      await insertCopy('Evaluation', row);
      const offered = () =>
        insertCopy('Release', {
          id: randomUUID(),
          targetId: row.targetId,
          buildId: candidate.id,
          profileVersionId: version.id,
          evaluationId: row.id,
        });
      await expect(offered()).rejects.toThrow(/has not passed/);
      await db.sql(
        `UPDATE "Evaluation" SET "verdict" = 'fail', "sentence" = 'It is slower.', "answers" = $2, "endedAt" = now() WHERE "id" = $1`,
        [row.id, JSON.stringify(sampleAnswers)],
      );
      await expect(offered()).rejects.toThrow(/has not passed/);
      await db.sql(`DELETE FROM "Evaluation" WHERE "id" = $1`, [row.id]);
    });

    test('a cycle is not closed over an open evaluation, and one that was broken off is given no verdict', async () => {
      const row = evaluation();
      await insertCopy('Evaluation', row);
      const end = `UPDATE "RefreshCycle" SET "state" = 'cancelled', "endedAt" = now() WHERE "id" = $1`;
      await expect(db.sql(end, [row.cycleId])).rejects.toThrow(/evaluation of cycle .* is still open/);
      await db.sql(`UPDATE "Evaluation" SET "sentence" = 'Broken off.', "endedAt" = now() WHERE "id" = $1`, [row.id]);
      const verdict = `UPDATE "Evaluation" SET "verdict" = 'fail', "answers" = '{}' WHERE "id" = $1`;
      await expect(db.sql(verdict, [row.id])).rejects.toThrow(/is immutable/);
      await db.sql(`DELETE FROM "Evaluation" WHERE "id" = $1`, [row.id]);
    });

    test('a version that no evaluation has passed is not vetted', async () => {
      const vetted = db.sql(`UPDATE "ProfileVersion" SET "state" = 'vetted' WHERE "id" = $1`, [version.id]);
      await expect(vetted).rejects.toThrow(/no evaluation of version .* has passed/);
    });
  });

  test("another target's version in a build", async () => {
    const other = await seed(db.store).target('elsewhere');
    await expect(
      insertCopy('Build', {
        id: randomUUID(),
        targetId: other.target.id,
        key: digestOf('y'),
        kind: 'optimised',
        profileDigest: digestOf('p'),
        profileVersionId: loop.version.id,
      }),
    ).rejects.toThrow(/Build_profileVersionId_targetId_fkey/);
  });
});

describe('what is written stays as it was written', () => {
  test.each([
    ['Build', `"seconds" = 0`],
    ['Window', `"requests" = 0`],
    ['CycleCorpus', `"trainingRequests" = 0`],
    ['EvaluationCoin', `"candidateFirst" = NOT "candidateFirst"`],
    ['EvaluationPair', `"logRatio" = 0`],
    ['Release', `"number" = 7`],
    ['ChannelMove', `"actor" = 'somebody else'`],
    ['ProfileVersion', `"number" = 7`],
    ['ProfileVersion', `"state" = 'vetted', "profileSizeBytes" = 1`],
    ['RefreshCycle', `"reason" = 'other'`],
    ['Evaluation', `"ratio" = 2`],
  ])('%s', async (table, change) => {
    await expect(db.sql(`UPDATE "${table}" SET ${change}`)).rejects.toThrow(/is immutable/);
  });

  test('a running cycle keeps what it was opened with', async () => {
    const id = randomUUID();
    await insertCopy('RefreshCycle', { id, state: 'running', endedAt: null });
    for (const change of [
      `"manifest" = '{}'`,
      `"directory" = '/elsewhere'`,
      `"manifestDigest" = '${'a'.repeat(64)}'`,
      `"reason" = 'other'`,
    ])
      await expect(db.sql(`UPDATE "RefreshCycle" SET ${change} WHERE "id" = $1`, [id]), change).rejects.toThrow(/is immutable/);
    await db.sql(`DELETE FROM "RefreshCycle" WHERE "id" = $1`, [id]);
  });

  test('a channel skips no revision', async () => {
    await expect(db.sql(`UPDATE "Channel" SET "revision" = 3`)).rejects.toThrow(/one revision at a time/);
  });

  test('moves are neither deleted nor truncated', async () => {
    await expect(db.sql(`DELETE FROM "ChannelMove"`)).rejects.toThrow(/is immutable/);
    await expect(db.sql(`TRUNCATE "ChannelMove"`)).rejects.toThrow(/is immutable/);
  });

  test('a version leaves unvetted, and does not come back', async () => {
    await db.sql(`UPDATE "ProfileVersion" SET "state" = 'vetted' WHERE "targetId" = $1`, [targetId]);
    await expect(db.sql(`UPDATE "ProfileVersion" SET "state" = 'unvetted' WHERE "targetId" = $1`, [targetId])).rejects.toThrow(
      /is immutable/,
    );
    await expect(db.sql(`UPDATE "ProfileVersion" SET "state" = 'rejected' WHERE "targetId" = $1`, [targetId])).rejects.toThrow(
      /is immutable/,
    );
  });
});
