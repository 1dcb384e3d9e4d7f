import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inOneLine, plain, table, thisMachine, type Figure } from '../../bench/figures.ts';
import { bootstrapRatio, clusteredRatio, makeRandom, quantile, shuffled, studentRatio } from '../../bench/statistics.ts';

const machine = { cpu: 'Example 3000', cores: 2, memoryGibibytes: 23, kernel: '6.1.0', node: 'v24.21.0' };
const gain: Figure = { name: 'gain', value: 1.23456, low: 1.2, high: 1.3, unit: 'ratio', aim: null, peer: 'the baseline' };

test('a table has one row per figure, in columns, with the interval and the machine', () => {
  const lines = table({ bench: 'loop', machine, figures: [gain, plain('wall-of-script', 1.5, 'ratio', { aim: '≤ 1.05' })] }).split('\n');
  expect(lines[0]).toBe('loop: Example 3000, 2 cores, 23 GiB, Linux 6.1.0, Node v24.21.0');
  expect(lines.slice(1)).toEqual([
    'figure          value  interval   unit   aim     beside',
    'gain            1.235  1.2 – 1.3  ratio          the baseline',
    'wall-of-script  1.5               ratio  ≤ 1.05',
  ]);
});

test('a figure keeps its seven fields in JSON, the empty ones as null', () => {
  const figure = JSON.parse(JSON.stringify(plain('files', 3, 'files'))) as object;
  expect(figure).toEqual({ name: 'files', value: 3, low: null, high: null, unit: 'files', aim: null, peer: null });
});

test('the machine that measures is described', () => {
  expect(thisMachine()).toMatchObject({ cpu: expect.any(String), node: process.version });
  expect(thisMachine().cores).toBeGreaterThan(0);
});

test('a bootstrap interval covers the true ratio about as often as it says', () => {
  const random = makeRandom(5);
  const noise = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
  const trials = 40;
  const hits = Array.from({ length: trials }, () => {
    const logRatios = Array.from({ length: 30 }, () => Math.log(1.2) + 0.03 * noise());
    const { ratio, low, high } = bootstrapRatio(logRatios, random);
    expect(low).toBeLessThan(ratio);
    expect(ratio).toBeLessThan(high);
    return low <= 1.2 && 1.2 <= high;
  }).filter(Boolean);
  expect(hits.length).toBeGreaterThanOrEqual(trials * 0.85);
});

test('one round gives no interval', () => {
  expect(() => bootstrapRatio([0.1], makeRandom(1))).toThrow('1 rounds give no interval');
});

test('what rounds of one cluster share widens the interval; of one cluster it is that of its rounds', () => {
  const clusters = [0.1, 0.2, 0.3].map((shared) => Array.from({ length: 10 }, (_, index) => shared + (index % 2 ? 0.01 : -0.01)));
  const together = bootstrapRatio(clusters.flat(), makeRandom(5));
  const apart = clusteredRatio(clusters, makeRandom(5));
  expect(apart.ratio).toBeCloseTo(Math.exp(0.2), 10);
  expect(apart.low).toBeLessThan(together.low);
  expect(apart.high).toBeGreaterThan(together.high);
  expect(clusteredRatio([clusters[0]!], makeRandom(6))).toEqual(bootstrapRatio(clusters[0]!, makeRandom(6)));
});

test("a handful of ratios has Student's interval, one of them none", () => {
  expect(studentRatio([Math.log(1.1)])).toEqual({ ratio: expect.closeTo(1.1, 10) as number, low: null, high: null });
  const { ratio, low, high } = studentRatio([0, 0.1, 0.2]);
  // The mean 0.1, the standard deviation 0.1, t(2) 4.303.
  expect([Math.log(ratio), Math.log(low!), Math.log(high!)].map((value) => Number(value.toFixed(4)))).toEqual([0.1, -0.1484, 0.3484]);
  expect(() => studentRatio(Array.from({ length: 11 }, () => 0))).toThrow('at most 10');
});

test('the order is random, complete, and the same again from its seed', () => {
  const order = (seed: number) => shuffled(['a', 'b', 'c', 'd', 'e'], makeRandom(seed)).join('');
  expect(order(3)).toBe(order(3));
  expect(new Set(Array.from({ length: 50 }, (_, seed) => order(seed))).size).toBeGreaterThan(20);
  expect(order(3).split('').sort().join('')).toBe('abcde');
});

test('quantiles are values that occur', () => {
  expect([0.5, 0.9, 1].map((share) => quantile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], share))).toEqual([5, 9, 10]);
});

test('an unknown bench is refused with the names there are', () => {
  const script = fileURLToPath(new URL('../../bench/run.ts', import.meta.url));
  const run = () => execFileSync(process.execPath, [script, 'nonsense'], { encoding: 'utf8', stdio: 'pipe' });
  expect(run).toThrow(
    expect.objectContaining({
      status: 2,
      stderr: expect.stringMatching(/NAME is one of: deidentify, fidelity, fuzz, house, loop, mirror, start/),
    }),
  );
});

test('a figure is said in one line, before the table is there', () => {
  expect(inOneLine(gain)).toBe('gain 1.235 (1.2 – 1.3) ratio');
  expect(inOneLine(plain('demo-warm-seconds', 9.3, 's', { aim: '< 15' }))).toBe('demo-warm-seconds 9.3 s, aim < 15');
});
