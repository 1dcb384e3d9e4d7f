import { readFile } from 'node:fs/promises';
import {
  buildSchema,
  type ExecutionResult,
  graphql,
  type GraphQLObjectType,
  isNonNullType,
  isObjectType,
  lexicographicSortSchema,
  parse,
  printSchema,
  subscribe,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../api/schema/index.ts';

/** A context without a caller, of which nothing else may be touched; plugins keep their caches in it by symbol. */
const untouchable: object = new Proxy(
  {},
  {
    get: (target, name, receiver) => {
      if (typeof name === 'symbol') return Reflect.get(target, name, receiver) as unknown;
      if (name === 'caller') return null;
      throw new Error(`${name} was touched without a token`);
    },
  },
);

const values: Readonly<Record<string, string>> = {
  'Int!': '1',
  'String!': '"x"',
  'DateTime!': '"2026-01-01T00:00:00Z"',
  'ScheduleSettings!': '{}',
  'ID!': JSON.stringify(Buffer.from('Target:00000000-0000-4000-8000-000000000000').toString('base64url')),
};

/** Each root field with a document that calls it. */
function callsOf(root: GraphQLObjectType | null | undefined): readonly (readonly [string, string])[] {
  return Object.values(root!.getFields()).map(({ name, args }) => {
    const given = args.filter(({ type }) => isNonNullType(type)).map((arg) => `${arg.name}: ${values[arg.type.toString()]!}`);
    const list = given.length === 0 ? '' : `(${given.join(', ')})`;
    return [name, `${root!.name.toLowerCase()} { ${name}${list} { __typename } }`];
  });
}

test.each([...callsOf(schema.getQueryType()), ...callsOf(schema.getMutationType())])(
  '%s is denied behind the door too',
  async (field, source) => {
    const { data, errors } = await graphql({ schema, source, contextValue: untouchable });
    expect(data?.[field] ?? null).toBeNull();
    expect(errors?.[0]?.message).toMatch(/not authorized/i);
  },
);

test.each(callsOf(schema.getSubscriptionType()))('%s is denied before it subscribes', async (_field, source) => {
  const result = await subscribe({ schema, document: parse(source), contextValue: untouchable });
  expect((result as ExecutionResult).errors?.[0]?.message).toMatch(/not authorized/i);
});

test('the committed schema is the one that is served', async () => {
  const committed = await readFile(new URL('../../api/schema.graphql', import.meta.url), 'utf8');
  expect(printSchema(lexicographicSortSchema(buildSchema(committed)))).toBe(printSchema(lexicographicSortSchema(schema)));
});

test('no connection hangs below another type: such a list would read every row', () => {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const lists = types.flatMap((type) => Object.values(type.getFields()).map((field) => [type.name, field.type.toString()] as const));
  const owners = lists.filter(([, type]) => /Connection\b/.test(type)).map(([owner]) => owner);
  expect(new Set(owners)).toEqual(new Set(['Query']));
});
