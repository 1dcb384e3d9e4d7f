import type { Prisma } from '../prisma/client/client.ts';

/**
 * JSON columns hold values of the domain's model, which only Hone writes. These two functions are the one place where
 * their type is taken on trust.
 */
export function toJson(value: unknown): Prisma.InputJsonValue {
  return value as Prisma.InputJsonValue;
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the model's type of the column
export function fromJson<Value>(column: Prisma.JsonValue): Value {
  return column as unknown as Value;
}
