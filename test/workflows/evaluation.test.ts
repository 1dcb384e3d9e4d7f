import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HoneError } from '../../domain/errors.ts';
import { type AllActivities, buildOf, httpManifest } from './fake-loop.ts';
import { serveLoops, type ServedLoops } from './served-loops.ts';

vi.setConfig({ maxConcurrency: 4 });

let loops: ServedLoops;
beforeAll(async () => {
  loops = await serveLoops();
});
afterAll(() => loops.close());

const runCycle: ServedLoops['runCycle'] = (...loop) => loops.runCycle(...loop);

describe.concurrent('a candidate that does not work', () => {
  it('ends an evaluation in which the candidate crashes with the verdict fail and offers nothing', async () => {
    const { ledger, result } = await runCycle(() => ({
      measurePairs: async () => Promise.reject(new HoneError('evaluation-failed', 'the candidate crashed with SIGSEGV', 'see')),
    }));
    expect(result).toMatchObject({ state: 'succeeded', verdict: 'fail', releaseId: null });
    expect(ledger.calls).not.toContain('offerRelease');
    expect(ledger.calls).not.toContain('measureSpeed');
  });

  it('fails a candidate that does not live through the runs for throughput and latency, whatever the pairs said', async () => {
    const { ledger, result } = await runCycle(() => ({
      measureSpeed: async () => Promise.reject(new HoneError('evaluation-failed', 'the candidate crashed under load', 'see')),
    }));
    expect(result).toMatchObject({ state: 'succeeded', verdict: 'fail', releaseId: null });
    expect(ledger.calls).not.toContain('offerRelease');
  });
});

describe.concurrent('throughput and latency', () => {
  it('are measured once, after the pairs, and said', async () => {
    const { ledger, result } = await runCycle();
    expect(result).toMatchObject({ state: 'succeeded', verdict: 'pass' });
    const of = ledger.calls.filter((name) => ['measurePairs', 'measureSpeed', 'closeEvaluation'].includes(name));
    expect(of).toEqual(['measurePairs', 'measurePairs', 'measureSpeed', 'closeEvaluation']);
    const said = ledger.events.map(({ message }) => message);
    expect(said).toContain(
      'throughput 12,346/s, optimised 14,020/s; latency at 6,173/s: p50 0.421 ms, optimised 0.421 ms, p99 1.91 ms, optimised 1.91 ms',
    );
  });

  it.each([
    ['host-unfit', 'succeeded', 'pass'],
    ['baseline-failed', 'failed', undefined],
  ] as const)('that fail with %s end a cycle as %s', async (code, state, verdict) => {
    const { ledger, result } = await runCycle(() => ({
      measureSpeed: async () => Promise.reject(new HoneError(code, 'only one core is left', 'see')),
    }));
    expect(result).toMatchObject({ state, ...(verdict ? { verdict } : {}) });
    const said = ledger.events.map(({ message }) => message);
    expect(said.includes('throughput and latency were not measured: only one core is left')).toBe(state === 'succeeded');
  });

  it.each([
    ['the manifest leaves them out', { speedRequests: 0 }, {}],
    ['answers differed', {}, { measurePairs: async () => ({ pairs: 2, interval: null, answersDifferent: 3, decided: 'fail' as const }) }],
  ])('are not measured when %s', async (_why, evaluation, overrides) => {
    const manifest = { ...httpManifest, evaluation: { ...httpManifest.evaluation, ...evaluation } };
    const { ledger } = await runCycle(() => overrides, manifest);
    expect(ledger.calls).toContain('closeEvaluation');
    expect(ledger.calls).not.toContain('measureSpeed');
  });
});

describe.concurrent('an evaluation that decides nothing', () => {
  async function undecided(overrides: Partial<AllActivities>, evaluation: Partial<typeof httpManifest.evaluation> = {}) {
    const asked: number[] = [];
    const manifest = { ...httpManifest, evaluation: { ...httpManifest.evaluation, ...evaluation } };
    const measured = async ({ upTo }: { upTo: number }) => {
      asked.push(upTo);
      return { pairs: upTo, interval: null, answersDifferent: 0, decided: null };
    };
    const { ledger, result } = await runCycle(() => ({ measurePairs: measured, ...overrides }), manifest);
    // Not vetted, not rejected, not offered.
    expect(result).toMatchObject({ state: 'succeeded', verdict: 'inconclusive', profileVersionId: 'version', releaseId: null });
    expect(ledger.calls).not.toContain('settleProfile');
    expect(ledger.calls).not.toContain('offerRelease');
    expect(ledger.held).toEqual(new Set());
    const [sentence] = ledger.events.filter(({ stage, state }) => stage === 'evaluate' && state === 'done').map(({ message }) => message);
    return { asked, sentence };
  }

  it.each([
    { maximumPairs: 8, asked: [2, 4, 6, 8] },
    { maximumPairs: 5, asked: [2, 4, 5] },
    { maximumPairs: 1, asked: [1] },
  ])('ends when its $maximumPairs pairs are used up', async ({ maximumPairs, asked }) => {
    expect(await undecided({}, { maximumPairs })).toEqual({ asked, sentence: 'pairs' });
  });

  it('ends when its time is used up', async () => {
    expect(await undecided({}, { maximumSeconds: 0 })).toEqual({ asked: [2], sentence: 'seconds' });
  });

  it('measures no pair where the candidate is the baseline', async () => {
    expect(await undecided({ keepTrial: async () => ({ ...buildOf('optimised'), binary: buildOf('baseline').binary }) })).toEqual({
      asked: [],
      sentence: 'same-program',
    });
  });
});
