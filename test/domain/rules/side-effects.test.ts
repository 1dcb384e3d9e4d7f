import { expect, test } from 'vitest';
import { manifestSchema } from '../../../domain/manifest/schema.ts';
import { restoresStore } from '../../../domain/rules/side-effects.ts';

const manifest = (methods: readonly string[], collection: object = {}) =>
  manifestSchema.parse({
    target: 'shop',
    build: { command: 'make', binary: 'shop' },
    run: { command: ['{binary}'] },
    drive: { kind: 'http' },
    mirror: { configuration: 'nginx.conf', httpInclude: 'a.conf', locationInclude: 'b.conf', methods },
    collection,
  });

test.each([
  { methods: ['GET', 'HEAD', 'OPTIONS'], collection: {}, restored: false },
  { methods: ['GET', 'POST'], collection: {}, restored: true },
  { methods: ['DELETE'], collection: {}, restored: true },
  { methods: ['GET', 'POST'], collection: { restoreStore: false }, restored: false },
])('$methods with $collection: restored before each window: $restored', ({ methods, collection, restored }) => {
  expect(restoresStore(manifest(methods, collection))).toBe(restored);
});
