import { z } from 'zod';
import { manifestSchema } from './schema.ts';

/** The part of JSON Schema that zod writes for `hone.yaml`. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly description?: string;
  readonly type?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
}

/** The JSON Schema (draft 7, which editors' YAML support reads) of what a person may write in `hone.yaml`. */
export function manifestJsonSchema(): JsonSchema {
  const generated = z.toJSONSchema(manifestSchema, { io: 'input', target: 'draft-7' });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'hone.yaml',
    description: 'Registers a target with Hone.',
    ...(generated as JsonSchema),
  };
}

/**
 * What the schema says of the place that `path` names, given the document's own value at each step (it decides between the kinds of a
 * union). Undefined where the schema knows nothing.
 */
export function schemaAt(schema: JsonSchema, path: readonly PropertyKey[], document: unknown): JsonSchema | undefined {
  let here: JsonSchema | undefined = branchFor(schema, document);
  let value = document;
  for (const step of path) {
    if (here === undefined) return undefined;
    value = childOf(value, step);
    const next: JsonSchema | undefined = typeof step === 'number' ? here.items : (ownProperty(here, String(step)) ?? recordValue(here));
    here = next && branchFor(next, value);
  }
  return here;
}

/** The keys that the schema knows at this place, in the order of the schema. */
export function knownKeys(schema: JsonSchema | undefined): readonly string[] {
  return Object.keys(schema?.properties ?? {});
}

function ownProperty(schema: JsonSchema, key: string): JsonSchema | undefined {
  return schema.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
}

function recordValue(schema: JsonSchema): JsonSchema | undefined {
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function branchFor(schema: JsonSchema, value: unknown): JsonSchema {
  const branches = schema.oneOf;
  if (branches === undefined) return schema;
  const kind = childOf(value, 'kind');
  return branches.find((branch) => branch.properties?.['kind']?.const === kind) ?? schema;
}

/** The own member of an object or array; undefined for anything else. */
export function childOf(value: unknown, step: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Readonly<Record<PropertyKey, unknown>>)[step];
}
