import { expect, test } from 'vitest';
import { sampleDiscreteLaplace } from '../../traffic/deidentify/discrete-laplace.ts';
import { parseTarget } from '../../traffic/deidentify/parse.ts';
import { makePrivacyStage, shapeOfRequest } from '../../traffic/deidentify/privacy.ts';

test.each([
  [1n, 1n],
  [1n, 2n],
  [3n, 2n],
])('samples follow the distribution: epsilon %s/%s', (numerator, denominator) => {
  const count = 20_000;
  const q = Math.exp(-Number(numerator) / Number(denominator));
  const histogram = new Map<number, number>();
  for (let index = 0; index < count; index += 1) {
    const value = Number(sampleDiscreteLaplace(numerator, denominator));
    histogram.set(value, (histogram.get(value) ?? 0) + 1);
  }
  for (const value of [-2, -1, 0, 1, 2]) {
    const expected = ((1 - q) / (1 + q)) * q ** Math.abs(value);
    // Six standard deviations: one false alarm in half a billion looks.
    const slack = 6 * Math.sqrt((expected * (1 - expected)) / count);
    expect(Math.abs((histogram.get(value) ?? 0) / count - expected)).toBeLessThan(slack);
  }
});

test('the histogram is noised, and rare shapes are left out', () => {
  const released = Array.from({ length: 200 }, () => makePrivacyStage(10, { 'GET /often': 1000, 'GET /once': 1 }).release());
  const often = released.map((shapes) => shapes['GET /often'] ?? 0);
  expect(new Set(often).size).toBeGreaterThan(1);
  expect(Math.abs(often.reduce((a, b) => a + b) / often.length - 1000)).toBeLessThan(1);
  expect(released.some((shapes) => 'GET /once' in shapes)).toBe(false);
});

test('a shape keeps routes and no values', () => {
  expect(shapeOfRequest('GET', parseTarget('/v1/products/17/Anna@x.org?q=1'), () => true)).toBe('GET /v1/products/{number}/{token}');
  expect(shapeOfRequest('GET', parseTarget('/'), () => false)).toBe('GET /');
});
