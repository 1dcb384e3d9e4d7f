import { describe, expect, test } from 'vitest';
import { manifestSchema } from '../../../domain/manifest/schema.ts';
import { concludeEvaluation, type ConclusionFacts } from '../../../domain/rules/conclusion.ts';

const policy = manifestSchema.shape.evaluation.parse({ maximumPairs: 40, maximumSeconds: 600, alpha: 0.01 });
const equal = { compared: 900, different: 0, examples: [] };
const facts: ConclusionFacts = {
  pairs: 30,
  interval: { ratio: 1.2, low: 1.1, high: 1.3 },
  decided: null,
  answers: equal,
  undecided: null,
  failure: null,
  policy,
};
const different = { compared: 900, different: 2, examples: ['GET /orders: status 200, 500'] };

describe('the verdict', () => {
  test.each<{ of: Partial<ConclusionFacts>; verdict: string; sentence: RegExp }>([
    {
      of: { decided: 'pass' },
      verdict: 'pass',
      sentence: /1\.200 \(1\.100 to 1\.300\).* after 30 pairs: any gain is shown at α = 0\.01, all 900/,
    },
    { of: { decided: 'fail' }, verdict: 'fail', sentence: /after 30 pairs: any gain is ruled out/ },
    {
      of: { undecided: 'pairs' },
      verdict: 'inconclusive',
      sentence: /the budget of 40 pairs ended before any gain was shown or ruled out/,
    },
    { of: { undecided: 'seconds' }, verdict: 'inconclusive', sentence: /the budget of 600 s ended/ },
    { of: { undecided: 'pairs', pairs: 1, interval: null }, verdict: 'inconclusive', sentence: /^There is no interval yet after 1 pairs/ },
    { of: { undecided: 'same-program', pairs: 0, interval: null }, verdict: 'inconclusive', sentence: /are the same program/ },
    {
      of: { decided: 'pass', answers: different },
      verdict: 'fail',
      sentence: /answered 2 of 900 requests differently, for example GET \/orders/,
    },
    { of: { undecided: 'seconds', answers: different }, verdict: 'fail', sentence: /differently/ },
    { of: { decided: 'pass', answers: different, failure: 'It crashed.' }, verdict: 'fail', sentence: /^It crashed\.$/ },
  ])('of $of is $verdict', ({ of, verdict, sentence }) => {
    const concluded = concludeEvaluation({ ...facts, ...of });
    expect(concluded.verdict).toBe(verdict);
    expect(concluded.sentence).toMatch(sentence);
  });

  test('names the gain that was asked for', () => {
    const asked = { ...facts, undecided: 'pairs' as const, policy: { ...policy, minimumGain: 0.02 } };
    expect(concludeEvaluation(asked).sentence).toContain('before a gain of 2.0 % was shown or ruled out');
  });
});
