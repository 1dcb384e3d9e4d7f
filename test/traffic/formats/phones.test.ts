import { expect, test } from 'vitest';
import type { DeidentificationRules } from '../../../domain/manifest/schema.ts';
import { request, written } from './support.ts';

/** The digits of both numbers as they leave, without calling code and trunk prefix. */
function nationalDigits(international: string, national: string, rules?: DeidentificationRules): readonly [string, string] {
  const body = JSON.stringify({ phone: international, mobile: national });
  const { phone, mobile } = JSON.parse(written(request(body, { 'content-type': 'application/json' }), rules).text) as Record<
    string,
    string
  >;
  expect(phone?.replaceAll(/\d/g, '0')).toBe(international.replaceAll(/\d/g, '0'));
  expect(mobile?.replaceAll(/\d/g, '0')).toBe(national.replaceAll(/\d/g, '0'));
  return [(phone ?? '').replaceAll(/\D/g, '').replace(/^(?:49|33|34|1)/, ''), (mobile ?? '').replaceAll(/\D/g, '').replace(/^0/, '')];
}

test.each([
  ['+49 170 1234567', '0170 1234567', undefined],
  ['+1 415-555-2671', '(415) 555-2671', undefined],
  ['+33 6 12 34 56 78', '06 12 34 56 78', 'FR'],
  ['+34 612 345 678', '612 345 678', 'ES'],
] as const)('%s and %s are one number', (international, national, phoneRegion) => {
  const [one, other] = nationalDigits(international, national, phoneRegion === undefined ? {} : { phoneRegion });
  expect(one).toBe(other);
  expect(international.replaceAll(/\D/g, '')).not.toContain(one);
});

test('of another country they are two', () => {
  const [one, other] = nationalDigits('+33 6 12 34 56 78', '06 12 34 56 78', { phoneRegion: 'DE' });
  expect(one).not.toBe(other);
});
