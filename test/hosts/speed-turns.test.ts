import { expect, test } from 'vitest';
import { HoneError } from '../../domain/errors.ts';
import { blamed, makeSpeedTally, turnOrder } from '../../hosts/evaluation/speed-turns.ts';

test('turns go first, second, second, first, whoever the coin makes the first', () => {
  const names = (candidateFirst: boolean) => turnOrder(candidateFirst).map(({ name, turn }) => `${name} ${turn}`);
  expect(names(true)).toEqual(['candidate 0', 'baseline 0', 'baseline 1', 'candidate 1']);
  expect(names(false)).toEqual(['baseline 0', 'candidate 0', 'candidate 1', 'baseline 1']);
});

test('throughput is over the time of all turns, and the share of the core weighs each by its time', () => {
  const tally = makeSpeedTally();
  expect(tally.perSecond()).toBe(0);
  tally.closed({ answered: 100, lost: 1, seconds: 1, busyShare: 1 });
  tally.closed({ answered: 200, lost: 0, seconds: 3, busyShare: 0.6 });
  for (const latency of [1, 2, 3]) tally.ended(latency, 0.5);
  tally.ended(4, null);
  tally.lost();
  tally.serverError();
  const { busyShare, latency, ...rest } = tally.figures();
  expect(rest).toEqual({ perSecond: 75, requests: 300, latencyRequests: 4, lost: 2, serverErrors: 1, senderLagMilliseconds: 0.5 });
  expect(busyShare).toBeCloseTo(0.7);
  expect(latency!.maximum).toBeCloseTo(4, 1);
});

const failing = (code: 'evaluation-failed' | 'baseline-failed' | 'instance-lost') => new HoneError(code, code, 'see');

test('the baseline has the turn in which the candidate failed, and its failure is the one that counts', async () => {
  const turns: string[] = [];
  const run = (works: (name: string) => HoneError | null) => (name: 'baseline' | 'candidate') => {
    turns.push(name);
    const error = works(name);
    return error === null ? Promise.resolve() : Promise.reject(error);
  };
  const onlyCandidate = run((name) => (name === 'candidate' ? failing('evaluation-failed') : null));
  await expect(blamed('candidate', onlyCandidate)).rejects.toMatchObject({ code: 'evaluation-failed' });
  await blamed('baseline', onlyCandidate);
  const both = run((name) => failing(name === 'candidate' ? 'evaluation-failed' : 'baseline-failed'));
  await expect(blamed('candidate', both)).rejects.toMatchObject({ code: 'baseline-failed' });
  await expect(
    blamed(
      'candidate',
      run(() => failing('instance-lost')),
    ),
  ).rejects.toMatchObject({ code: 'instance-lost' });
  expect(turns).toEqual(['candidate', 'baseline', 'baseline', 'candidate', 'baseline', 'candidate']);
});
