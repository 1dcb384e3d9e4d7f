import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seed } from '../support/seed.ts';
import { makeTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
let loop: Awaited<ReturnType<Awaited<ReturnType<ReturnType<typeof seed>['target']>>['loop']>>;

beforeAll(async () => {
  api = await makeTestApi();
  loop = await (await seed(api.store).target('shop')).loop();
  const { target } = await seed(api.store).target('shop');
  await api.store.releases.move(
    {
      targetId: target.id,
      channel: 'stable',
      kind: 'promotion',
      toReleaseId: loop.release.id,
      actor: 'ann',
      reason: 'faster',
      servingBuildId: 'abc',
    },
    0,
  );
});
afterAll(() => api.close());
beforeEach(() => void api.takeStatements());

const failure = '... on Failure { code message advice details }';

describe('one of each', () => {
  test('a target with its manifest and channels', async () => {
    const { data, errors } = await api.query(`{ target(name: "shop") {
      id rawId name directory manifest manifestDigest createdAt updatedAt
      channels { name revision updatedAt release { number } target { name }
        moves { kind actor reason revision servingBuildId at from { number } to { number channels { name } } } } } }`);
    expect(errors).toBeUndefined();
    expect(data.target).toMatchObject({
      name: 'shop',
      manifest: { target: 'shop', drive: { kind: 'http' } },
      channels: [
        {
          name: 'stable',
          revision: 1,
          release: { number: 1 },
          target: { name: 'shop' },
          moves: [
            {
              kind: 'PROMOTION',
              actor: 'ann',
              reason: 'faster',
              servingBuildId: 'abc',
              from: null,
              to: { number: 1, channels: [{ name: 'stable' }] },
            },
          ],
        },
      ],
    });
    expect(data.target.createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/);
    expect(await api.query('{ target(name: "none") { name } }')).toEqual({ data: { target: null } });
  });

  test('a cycle with all that belongs to it, by UUID and by global id', async () => {
    const selection = `id rawId reason state stage workflowId startedAt endedAt error { code message advice details } target { name }
      manifest manifestDigest progress { message } events { sequence message }
      windows { index attempt kept rejections requests cpuNanoseconds rawProfileDigests host { name facts { cpuModel { available value source } microcode { available value reason } memoryBytes { value source } } }
        environment { seconds stealShare { available value source } energyJoules { available reason value }
          ioPressurePercent { value source } memoryPressurePercent { value } powerSupply { available value source reason } } environmentRecord }
      corpus { training { requests sizeBytes digest } heldOut { requests } data { digest sizeBytes } counters { received dropped { name count } }
        comparison { compared production { name count } } deidentification { stages { stage transformed { name count } }
          privacy { unit requestsClipped withheld { code } release { detail threshold shapes { name count } fields { shape bodySizes { name } } requestsPerMinute mechanisms { aggregate scale } } } } }
      profileVersion { number state } evaluation { verdict release { number } }`;
    const { data, errors } = await api.query(`{ cycle(id: "${loop.cycle.id}") { ${selection} } }`);
    expect(errors).toBeUndefined();
    expect(data.cycle).toMatchObject({
      rawId: loop.cycle.id,
      state: 'SUCCEEDED',
      error: null,
      progress: null,
      manifest: loop.cycle.manifest,
      manifestDigest: loop.cycle.manifestDigest,
      target: { name: 'shop' },
      windows: [
        {
          kept: true,
          requests: 1000,
          cpuNanoseconds: '1500000000',
          host: {
            facts: {
              cpuModel: { available: true, value: 'Example CPU' },
              microcode: { available: false, value: null },
              memoryBytes: { value: 8_589_934_592, source: '/proc/meminfo' },
            },
          },
          environment: {
            stealShare: { available: true, value: 0.01 },
            energyJoules: { available: false, value: null },
            ioPressurePercent: { value: 0.5, source: '/proc/pressure' },
            memoryPressurePercent: { value: 0 },
            powerSupply: { available: true, value: 'battery', source: '/sys/class/power_supply/BAT0/status', reason: null },
          },
          environmentRecord: { during: [{ at: '2026-11-21T10:00:01.000Z' }] },
        },
      ],
      corpus: {
        training: { requests: 100 },
        counters: { received: '120', dropped: [{ name: 'validation', count: '2' }] },
        deidentification: {
          stages: [{ stage: 'sanitise', transformed: [{ name: 'email', count: '12' }] }],
          privacy: {
            unit: 'customer-in-epoch',
            requestsClipped: '8',
            withheld: null,
            release: { detail: 'words', shapes: [{ name: 'GET /products/{number}', count: '80' }], requestsPerMinute: [60, 55] },
          },
        },
      },
      profileVersion: { number: 1, state: 'UNVETTED' },
      evaluation: { verdict: 'PASS', release: { number: 1 } },
    });
    const again = await api.query(
      `query($id: ID!) { cycle(id: $id) { rawId } node(id: $id) { __typename ... on RefreshCycle { rawId } } }`,
      {
        id: data.cycle.id,
      },
    );
    expect(again.data).toEqual({ cycle: { rawId: loop.cycle.id }, node: { __typename: 'RefreshCycle', rawId: loop.cycle.id } });
  });

  test('a profile version with its acceptance report and provenance', async () => {
    const { data, errors } = await api.query(`{ profileVersion(target: "shop", number: 1) { number state createdAt
      profile { digest sizeBytes downloadPath } cycle { reason }
      acceptance { accepted checks { name passed sentence } windowOverlap lastVersionOverlap summary { functions functionsWithCountsShare totalCount maximumCount binaryIds }
        source { missing missingCount mismatched } replay { compared } }
      provenance { manifestDigest sourceDigest toolchain { kind version identity } flags windows { index } trafficDigest deidentificationRules parentVersion } } }`);
    expect(errors).toBeUndefined();
    expect(data.profileVersion).toMatchObject({
      profile: { digest: loop.version.profile.digest, downloadPath: `/artefacts/${loop.version.profile.digest}` },
      acceptance: {
        accepted: true,
        windowOverlap: 0.97,
        source: { missing: ['read', 'write'], missingCount: 3 },
        summary: { functionsWithCountsShare: 0.4, totalCount: '9007199254740991', maximumCount: '5000000000' },
      },
      provenance: { manifestDigest: loop.cycle.manifestDigest, flags: ['-O2'], toolchain: { version: '22.1.5' }, parentVersion: null },
    });
  });

  test('an evaluation with its pairs, and the release that it stands for', async () => {
    const { data, errors } = await api.query(`{ release(target: "shop", number: 1) { number createdAt channels { name }
      build { kind elfBuildId textBytes binary { sizeBytes downloadPath } profileVersion { number } } profileVersion { number }
      evaluation { verdict sentence alpha minimumGain pairCount interval { ratio low high } endpoints { endpoint ratio requests }
        answers { compared different examples } baseline { kind } candidate { kind }
        pairs { index candidateFirst logRatio baseline { cpuNanoseconds core endpoints { endpoint cpuNanoseconds } maximumResidentBytes } candidate { requests } answers { different } } } } }`);
    expect(errors).toBeUndefined();
    expect(data.release).toMatchObject({
      channels: [{ name: 'stable' }],
      build: { kind: 'OPTIMISED', profileVersion: { number: 1 } },
      evaluation: {
        verdict: 'PASS',
        interval: { ratio: 1.2, low: 1.1, high: 1.3 },
        pairCount: 2,
        baseline: { kind: 'BASELINE' },
        pairs: [
          { index: 0, candidateFirst: true, baseline: { cpuNanoseconds: '1200000000' } },
          { index: 1, candidateFirst: false },
        ],
      },
    });
  });

  test('a target with its newest version that is not rejected, and the cycle that runs', async () => {
    const verbs = await seed(api.store).target('busy');
    const selection = '{ latestProfileVersion { number state target { name } } activeCycle { rawId stage state } }';
    const read = async () => (await api.query(`{ target(name: "busy") ${selection} }`)).data.target as object;
    expect(await read()).toEqual({ latestProfileVersion: null, activeCycle: null });
    for (const state of ['unvetted', 'rejected'] as const) {
      const running = await verbs.cycle();
      await running.profile(state);
      await running.close('succeeded');
    }
    const { cycle } = await verbs.cycle();
    expect(await read()).toEqual({
      latestProfileVersion: { number: 1, state: 'UNVETTED', target: { name: 'busy' } },
      activeCycle: { rawId: cycle.id, stage: 'PLAN', state: 'RUNNING' },
    });
  });

  test('a build, by UUID and by global id', async () => {
    const { data } = await api.query(`{ build(id: "${loop.candidate.id}") { id rawId kind target { name } } }`);
    expect(data.build).toMatchObject({ rawId: loop.candidate.id, kind: 'OPTIMISED', target: { name: 'shop' } });
    const again = await api.query('query($id: ID!) { build(id: $id) { rawId } }', { id: data.build.id });
    expect(again.data).toEqual({ build: { rawId: loop.candidate.id } });
    expect(await api.query('{ build(id: "00000000-0000-4000-8000-000000000000") { rawId } }')).toEqual({ data: { build: null } });
    const other = await api.query(`{ build(id: "${Buffer.from(`Target:${loop.candidate.id}`).toString('base64url')}") { rawId } }`);
    expect(other.errors?.[0]).toMatchObject({ extensions: { code: 'input-invalid' } });
  });

  test('every type by its global id', async () => {
    const { data } =
      await api.query(`{ target(name: "shop") { id } release(target: "shop", number: 1) { id build { id } evaluation { id } profileVersion { id } }
      cycle(id: "${loop.cycle.id}") { id windows { id host { id } } } }`);
    const { release, cycle } = data;
    const [window] = cycle.windows;
    const ids = [
      data.target.id,
      release.id,
      release.build.id,
      release.evaluation.id,
      release.profileVersion.id,
      cycle.id,
      window.id,
      window.host.id,
    ];
    for (const id of ids) expect((await api.query('query($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({ node: { id } });
    const missing = Buffer.from('Build:00000000-0000-4000-8000-000000000000').toString('base64url');
    const answer = await api.query('query($id: ID!) { node(id: $id) { id } }', { id: missing });
    expect(answer).toMatchObject({ data: { node: null }, errors: [{ extensions: { code: 'not-found' } }] });
  });

  test('a channel that was never moved has no release', async () => {
    const { data } = await api.query(`{ channel(target: "shop", name: "canary") { name revision release { number } moves { revision } } }`);
    expect(data.channel).toEqual({ name: 'canary', revision: 0, release: null, moves: [] });
  });

  test('what runs says how far it is; what failed says why', async () => {
    const { target } = await seed(api.store).target('live');
    const { data } = await api.query(
      `mutation { startRefreshCycle(target: "live", reason: "asked for") { ... on RefreshCycle { rawId } ${failure} } }`,
    );
    const id = data.startRefreshCycle.rawId as string;
    const document = `{ cycle(id: "${id}") { state progress { stage message windowsKept } error { code advice } } }`;
    expect((await api.query(document)).data.cycle).toEqual({
      state: 'RUNNING',
      progress: { stage: 'WINDOWS', message: 'window 2 of 4', windowsKept: 1 },
      error: null,
    });
    const { rows } = await api.store.cycles.list({ targetId: target.id }, { first: 1, after: null });
    await api.store.cycles.close(rows[0]!.row.id, 'failed', {
      code: 'build-failed',
      message: 'No.',
      advice: 'Look.',
      details: ['error: x'],
    });
    expect((await api.query(document)).data.cycle).toEqual({
      state: 'FAILED',
      progress: null,
      error: { code: 'build-failed', advice: 'Look.' },
    });
  });
});

/** Documents, and how many SQL statements each takes, however many rows it answers. */
const lists: Readonly<Record<string, readonly [statements: number, document: string]>> = {
  targets: [
    4,
    '{ targets(first: FIRST) { edges { node { name channels { name release { number } moves { to { number } } } } } pageInfo { hasNextPage } } }',
  ],
  'targets with their latest version and active cycle': [
    3,
    '{ targets(first: FIRST) { edges { node { latestProfileVersion { number state createdAt } activeCycle { rawId stage } } } } }',
  ],
  cycles: [
    11,
    `{ cycles(first: FIRST) { edges { node { target { name } state events { message } windows { host { name } } corpus { counters { received } }
    profileVersion { number } evaluation { verdict pairs { index } release { number channels { name } } } } } } }`,
  ],
  'cycles of a target': [3, '{ cycles(target: "many-1", first: FIRST) { edges { node { target { name } } } } }'],
  builds: [4, '{ builds(first: FIRST) { edges { node { target { name } profileVersion { number cycle { reason } } } } } }'],
  profileVersions: [4, '{ profileVersions(first: FIRST) { edges { node { target { name } cycle { evaluation { verdict } } } } } }'],
  releases: [
    7,
    `{ releases(first: FIRST) { edges { node { target { name } channels { name } build { elfBuildId } profileVersion { number }
    evaluation { verdict baseline { elfBuildId } candidate { elfBuildId } } } } } }`,
  ],
  hosts: [1, '{ hosts(first: FIRST) { edges { node { name facts { logicalCores } } } } }'],
};

describe('lists', () => {
  const targets = 12;
  beforeAll(async () => {
    for (let index = 1; index <= targets; index += 1) {
      const verbs = await seed(api.store).target(`many-${String(index)}`);
      const { release } = await verbs.loop();
      const move = {
        targetId: verbs.target.id,
        channel: 'stable',
        kind: 'promotion',
        actor: 'ann',
        reason: 'x',
        servingBuildId: null,
      } as const;
      await api.store.releases.move({ ...move, toReleaseId: release.id }, 0);
      await seed(api.store).host(`host-${String(index)}`);
    }
  });

  test.each(Object.entries(lists))(
    '%s take the same number of SQL statements for 2 rows and for 12',
    async (_name, [statements, document]) => {
      const count = async (first: number) => {
        api.takeStatements();
        const { errors } = await api.query(document.replace('FIRST', String(first)));
        expect(errors).toBeUndefined();
        return api.takeStatements().filter((sql) => !/^(BEGIN|COMMIT)/.test(sql)).length;
      };
      expect([await count(2), await count(targets)]).toEqual([statements, statements]);
    },
  );

  test('page by page, each row once, newest first', async () => {
    const names: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await api.query(
        'query($after: String) { targets(first: 5, after: $after) { edges { node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } } }',
        { after },
      );
      expect(data.targets.pageInfo.hasPreviousPage).toBe(after !== null);
      names.push(...data.targets.edges.map((edge: { node: { name: string } }) => edge.node.name));
      after = data.targets.pageInfo.hasNextPage ? data.targets.pageInfo.endCursor : null;
    } while (after !== null);
    expect(names[0]).toBe(`many-${String(targets)}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['shop', 'live', 'many-1']));
  });

  test('builds by kind', async () => {
    const { data } = await api.query('{ builds(target: "shop", kind: OPTIMISED) { edges { node { kind } } } }');
    expect(data.builds.edges).toEqual([{ node: { kind: 'OPTIMISED' } }]);
  });
});
