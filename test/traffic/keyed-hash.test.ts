import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacOnce, makeKeyedHash } from '../../traffic/deidentify/keyed-hash.ts';

test('is HMAC-SHA-256 of purpose and value, of any length and alphabet', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.constantFrom('index', 'pseudonym:email'),
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.string({ unit: 'binary', maxLength: 3000 }),
        fc.nat(6000).map((size) => 'ж'.repeat(size)),
      ),
      (key, purpose, value) => {
        const hash = makeKeyedHash(key);
        const expected = createHmac('sha256', key).update(`${purpose}\0${value}`).digest();
        expect(hash(purpose, value)).toEqual(expected);
      },
    ),
  );
});

test('a longer key than a block is refused', () => expect(() => makeKeyedHash(new Uint8Array(65))).toThrow(RangeError));

test('a pseudonym goes on with HMAC-SHA-256 under its own digest', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 32 }), (key, message) => {
      const expected = createHmac('sha256', key).update(message).digest();
      expect(hmacOnce(key, Buffer.from(message).toString('latin1'))).toEqual(expected);
    }),
  );
  expect(() => hmacOnce(new Uint8Array(65), '')).toThrow(RangeError);
});
