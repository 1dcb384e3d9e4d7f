import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asId, type Digest } from '../../domain/ids.ts';
import { parseManifest } from '../../domain/manifest/parse.ts';
import type { Target } from '../../domain/model/target.ts';
import { startLoop, type Loop } from '../support/loop.ts';
import { copyFixture } from '../support/production.ts';
import {
  admitEverything,
  definesIn,
  editSource,
  endOf,
  failure,
  twoPairs,
  manifestEditor,
  messagesOf,
  replaced,
  runCycle,
  told,
  withCollection,
} from './tiny-target.ts';

const requestsPerSecond = 150;
const timeout = { timeout: 150_000 };

let loop: Loop;
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  loop = await startLoop({ manifest: (text) => twoPairs(admitEverything(text)) });
});
beforeEach(() => loop.startTraffic(requestsPerSecond)); // anew, since it ends by itself after a while
afterEach(async () => {
  while (undo.length > 0) await undo.pop()!();
});
afterAll(() => loop?.stop());

async function source(file: string, change: (content: string) => string): Promise<void> {
  undo.push(await editSource(loop, file, change));
}

const optimisedBuilds = async () =>
  (await loop.store.builds.list({ targetId: loop.target.id, kind: 'optimised' }, { first: 50, after: null })).rows;

describe('a profile', () => {
  it('that was cut off while it was written ends the cycle as rejected, with the words of the tool', timeout, async () => {
    // As a full disk or the end of the program would do it: the runtime's own writing, and then only the first bytes are there.
    const wrap = '-Xlinker --wrap=__llvm_profile_write_file -DTINY_CUTS_PROFILES';
    await source('Makefile', (text) =>
      replaced(text, '$(CPPFLAGS)', `$(CPPFLAGS) $(if $(findstring -fprofile-generate,$(CFLAGS)),${wrap})`),
    );
    await source(
      'main.c',
      (code) => `${code}
#ifdef TINY_CUTS_PROFILES
int __real___llvm_profile_write_file(void);
const char *__llvm_profile_get_filename(void);
int __wrap___llvm_profile_write_file(void) {
  return __real___llvm_profile_write_file() || truncate(__llvm_profile_get_filename(), 200);
}
#endif
`,
    );
    const before = await optimisedBuilds();
    const ran = await runCycle(loop);
    expect(ran.cycle, told(ran)).toMatchObject({
      state: 'rejected',
      stage: 'merge',
      error: { code: 'profile-rejected', message: expect.stringContaining('raw profile is damaged') as string },
    });
    expect(ran.cycle.error!.details!.join('\n')).toMatch(/[0-9a-f]{64}: .*profile/);
    expect(await loop.store.profiles.byCycleIds([ran.id])).toEqual([]);
    expect(await optimisedBuilds()).toEqual(before);
  });

  it('that the source has left behind is a rejected version, and no build is kept of it', timeout, async () => {
    await source('Makefile', definesIn.optimised('-DTINY_CHANGED'));
    const another = '\n#ifdef TINY_CHANGED\n  if (changed) return 0;\n#endif';
    await source('main.c', (code) =>
      replaced(code, 'struct connection {', '#ifdef TINY_CHANGED\nstatic volatile int changed;\n#endif\nstruct connection {').replaceAll(
        /^static (?:unsigned|uint64_t|uint32_t|bool|int|size_t) \w+\([^)]*\) \{$/gm,
        (head) => head + another,
      ),
    );
    const before = await optimisedBuilds();
    const ran = await runCycle(loop);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'rejected', stage: 'publish', error: { code: 'profile-rejected' } });
    expect(ran.cycle.error!.details).toEqual([expect.stringMatching(/^source-match: \d+ functions .* no longer match the source/)]);
    const [version] = await loop.store.profiles.byCycleIds([ran.id]);
    expect(version).toMatchObject({ state: 'rejected', acceptance: { accepted: false } });
    expect(version!.acceptance.source!.mismatched.length).toBeGreaterThan(0);
    expect(await optimisedBuilds()).toEqual(before);
  });

  it(
    "of a replay that found nobody is a rejected version: the store has production's names, the requests have pseudonyms",
    timeout,
    async () => {
      const edit = manifestEditor(loop);
      undo.push(() => edit((manifest) => manifest));
      await edit((manifest) =>
        // What only a look-up with an answer calls has no counts: that is not what the report is to fail for.
        replaced(manifest, 'minimumFunctions: 5', 'minimumFunctions: 3').replace(
          /^ {2}prepare: .*$/m,
          `  prepare: 'cp people.jsonl "$HONE_DATA/people.jsonl"'`,
        ),
      );
      const before = await optimisedBuilds();
      const ran = await runCycle(loop);
      const error = await failure(ran, 'rejected');
      expect(ran.cycle.stage).toBe('publish');
      expect(error.code).toBe('profile-rejected');
      const [version, ...others] = await loop.store.profiles.byCycleIds([ran.id]);
      expect(others).toEqual([]);
      expect(version).toMatchObject({ state: 'rejected', acceptance: { accepted: false, source: { mismatched: [] } } });
      const { checks, replay } = version!.acceptance;
      const failed = checks.filter(({ passed }) => !passed);
      expect(failed).toEqual([
        {
          name: 'replay-agreement',
          passed: false,
          sentence: expect.stringMatching(
            /^\d\d\.\d % of \d+ replayed requests had production's status class; at least 95\.0 % is wanted; \d\d\.\d % were of a similar size\.$/,
          ) as string,
        },
      ]);
      const { sentence } = failed[0]!;
      expect(error.details).toEqual([`replay-agreement: ${sentence}`]);
      expect(messagesOf(ran, 'accept')).toEqual([`rejected: ${sentence}`]);
      // Two of three requests are look-ups, which production answers.
      const { compared, sameStatusClass, production, replay: answers } = replay!;
      expect(production).toEqual({ '2xx': compared });
      expect(answers).toEqual({ '2xx': sameStatusClass, '4xx': compared - sameStatusClass });
      expect(sameStatusClass / compared).toBeCloseTo(1 / 3, 1);
      expect(await optimisedBuilds()).toEqual(before);
      expect(await loop.store.evaluations.byCycleIds([ran.id]), 'without an evaluation there is no release').toEqual([]);
    },
  );
});

describe('a host that two targets share', () => {
  /** A second target beside the loop's own, which needs no production. */
  async function secondTarget(): Promise<Target> {
    const fixture = await copyFixture('tiny-command');
    undo.push(() => fixture.remove());
    const path = join(fixture.directory, 'hone.yaml');
    const limits = 'admission: { maximumStealShare: 1, maximumCpuPressure: 100, maximumForeignCpuShare: 1, rejectOnThrottle: false }';
    const text = withCollection(limits)(twoPairs(await readFile(path, 'utf8')));
    await writeFile(path, text);
    const parsed = parseManifest(text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    return loop.store.targets.register({
      name: parsed.manifest.target,
      directory: fixture.directory,
      manifest: parsed.manifest,
      manifestDigest: asId<Digest>(createHash('sha256').update(text).digest('hex')),
    });
  }

  it('serves one cycle after the other: the second says that it waits, and both succeed', timeout, async () => {
    const other = await secondTarget();
    const first = await loop.startCycle();
    await loop.untilEvent(first, ({ stage, state }) => stage === 'deploy' && state === 'done');
    const second = await loop.engine.startCycle(other, 'a test of two targets');
    const waiting = await loop.untilEvent(
      second,
      ({ message }) => message === 'waiting for loop-host: another cycle or a stress window uses it',
    );
    expect(waiting.stage).toBe('deploy');
    expect(await loop.ended(first)).toMatchObject({ state: 'succeeded' });
    const ran = await endOf(loop, second);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded' });
    const events = await loop.store.cycles.events(first, 0);
    expect(events.filter(({ message }) => message.startsWith('waiting for'))).toEqual([]);
    const free = ran.events.find(({ message }) => message === 'loop-host is free')!;
    const [evaluation] = await loop.store.evaluations.byCycleIds([first]);
    expect(Date.parse(free.at)).toBeGreaterThanOrEqual(Date.parse(evaluation!.endedAt!));
  });
});
