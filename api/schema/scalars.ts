import { GraphQLError, Kind } from 'graphql';
import { builder } from '../builder.ts';

const integer = /^-?\d{1,40}$/;

function asBigInt(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.round(value));
  if (typeof value === 'string' && integer.test(value)) return BigInt(value);
  throw new GraphQLError(`A whole number is expected, as a string of digits: ${JSON.stringify(value) ?? String(value)} is none.`);
}

function asDateTime(value: unknown): string {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new GraphQLError('A time is expected as ISO 8601, for example 2026-01-31T12:00:00.000Z.');
  return new Date(time).toISOString();
}

builder.scalarType('BigInt', {
  description: 'A whole number of any size, always a string of digits: JSON readers lose digits above 2^53.',
  serialize: (value) => asBigInt(value).toString(),
  parseValue: asBigInt,
  parseLiteral: (node) => asBigInt(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : node.kind),
});

builder.scalarType('DateTime', {
  description: 'A moment as ISO 8601 in UTC with milliseconds.',
  serialize: asDateTime,
  parseValue: asDateTime,
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
});
