import { readFile } from 'node:fs/promises';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import * as build from '../../cli/operations/build.ts';
import * as cycle from '../../cli/operations/cycle.ts';
import * as health from '../../cli/operations/health.ts';
import * as profile from '../../cli/operations/profile.ts';
import * as release from '../../cli/operations/release.ts';
import * as target from '../../cli/operations/target.ts';

interface Named {
  readonly name: string;
  readonly document: string;
}

const operations: readonly Named[] = Object.entries({ ...build, ...cycle, ...health, ...profile, ...release, ...target })
  .filter(([name]) => name.endsWith('Operation'))
  .map(([name, value]) => ({ name, document: (value as { readonly document: string }).document }));

const schema = buildSchema(await readFile(new URL('../../api/schema.graphql', import.meta.url), 'utf8'));

test('every operation of the command line is found', () => {
  expect(operations.map(({ name }) => name).toSorted()).toEqual([
    'buildOperation',
    'buildsOperation',
    'cancelCycleOperation',
    'cycleOperation',
    'cycleProgressOperation',
    'cyclesOperation',
    'healthOperation',
    'profileOperation',
    'profilesOperation',
    'promoteOperation',
    'registerTargetOperation',
    'releaseOperation',
    'releasesOperation',
    'rollbackOperation',
    'startCycleOperation',
    'targetOperation',
    'targetsOperation',
  ]);
});

test.each(operations)('$name fits api/schema.graphql', ({ document }) => {
  expect(validate(schema, parse(document)).map((error) => error.message)).toEqual([]);
});

test('an operation that does not fit would be seen', () => {
  expect(validate(schema, parse('{ targets(first: 1) { edges { node { colour } } } }'))).toHaveLength(1);
});
