import type { z } from 'zod';
import type { ManifestDocument } from './document.ts';
import { type ManifestIssue, pathText } from './issue.ts';
import { type JsonSchema, childOf, knownKeys, manifestJsonSchema, schemaAt } from './json-schema.ts';
import { nearestWord } from './nearest.ts';

/** Nobody reads more; a file of a million wrong keys is answered as fast as a page. */
export const maximumIssues = 50;

type ZodIssue = z.core.$ZodIssue;
type Words = Pick<ManifestIssue, 'message' | 'advice'>;

/** Zod's findings in the words of the manifest, each at its line and column. */
export function schemaIssues(found: readonly ZodIssue[], document: ManifestDocument): readonly ManifestIssue[] {
  const schema = manifestJsonSchema();
  return found
    .slice(0, maximumIssues)
    .flatMap((issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue, schema, document) : [oneIssue(issue, schema, document)]));
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, schema: JsonSchema, document: ManifestDocument): readonly ManifestIssue[] {
  const known = knownKeys(schemaAt(schema, issue.path, document.value));
  return issue.keys.slice(0, maximumIssues).map((key) => {
    const path = [...issue.path, key];
    const nearest = nearestWord(key, known);
    const where = issue.path.length === 0 ? 'a manifest' : `"${pathText(issue.path)}"`;
    return {
      path: pathText(path),
      ...document.locateKey(path),
      message: `"${key}" is not a key of ${where}.`,
      advice: nearest === undefined ? `Known keys are: ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
    };
  });
}

function oneIssue(issue: ZodIssue, schema: JsonSchema, document: ManifestDocument): ManifestIssue {
  const value = issue.path.reduce<unknown>(childOf, document.value);
  const place = issue.code === 'invalid_key' ? document.locateKey(issue.path) : document.locateValue(issue.path);
  const path = pathText(issue.path);
  const described = schemaAt(schema, issue.path, document.value);
  return { path, ...place, ...wordsFor(issue, path, value, described) };
}

function wordsFor(issue: ZodIssue, path: string, value: unknown, described: JsonSchema | undefined): Words {
  const about = described?.description ?? '';
  if (value === undefined && issue.code !== 'invalid_key')
    return { message: `"${path}" is missing.`, advice: `Add ${path}. ${about}`.trim() };
  switch (issue.code) {
    case 'invalid_type': {
      const expected = described?.type === 'integer' ? 'int' : issue.expected;
      return {
        message: `"${path}" must be ${typeName(expected)}, not ${shown(value)}.`,
        advice: typeAdvice(expected, value, about, described),
      };
    }
    case 'invalid_value':
      return oneOf(path, value, issue.values);
    case 'invalid_union':
      if (!('options' in issue)) return { message: `"${path}" cannot be ${shown(value)}.`, advice: orDefault(about) };
      return oneOf(path, value, 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []);
    case 'too_small':
      return {
        message: `"${path}" is ${sizeName(issue.origin, value)}; it must have ${atLeast(issue.origin, Number(issue.minimum))}.`,
        advice: orDefault(about),
      };
    case 'too_big':
      return {
        message: `"${path}" is ${sizeName(issue.origin, value)}; it must have ${atMost(issue.origin, Number(issue.maximum))}.`,
        advice: orDefault(about),
      };
    case 'invalid_format':
      return { message: `"${path}" is ${shown(value)}, which is not ${formatName(issue)}.`, advice: orDefault(about) };
    case 'invalid_key':
      return { message: `The key of "${path}" is not ${keyRule(issue)}.`, advice: 'Choose another name for the key.' };
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_element':
    case 'custom':
    default:
      return { message: `"${path}" is not valid: ${issue.message}.`, advice: orDefault(about) };
  }
}

function oneOf(path: string, value: unknown, allowed: readonly unknown[]): Words {
  const words = allowed.filter((item) => typeof item === 'string');
  const nearest = typeof value === 'string' ? nearestWord(value, words) : undefined;
  const names = allowed.map((item) => JSON.stringify(item));
  const choice = names.length === 1 ? names[0]! : `one of ${names.join(', ')}`;
  return {
    message: `"${path}" must be ${choice}, not ${shown(value)}.`,
    advice: nearest === undefined ? `Write ${choice}.` : `Did you mean "${nearest}"?`,
  };
}

function orDefault(about: string): string {
  return about === '' ? 'Change the value; docs/hone.schema.json says what each key takes.' : about;
}

function keyRule(issue: z.core.$ZodIssueInvalidKey): string {
  const rule = issue.issues[0];
  if (rule?.code === 'too_small') return 'a name: it is empty';
  return rule?.message ?? 'a valid name';
}

function formatName(issue: z.core.$ZodIssueInvalidStringFormat): string {
  if (issue.format === 'starts_with' && 'prefix' in issue) return `text that starts with "${String(issue.prefix)}"`;
  return issue.message;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

function typeName(expected: string): string {
  return typeNames[expected] ?? expected;
}

function typeAdvice(expected: string, value: unknown, about: string, described: JsonSchema | undefined): string {
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  const isForm = described?.pattern === undefined || new RegExp(described.pattern).test(String(value));
  if (expected === 'string' && scalar && isForm) return `Put it in quotes: "${String(value)}".`;
  if (expected === 'array' && typeof value === 'string') return `Write a list: [${JSON.stringify(value)}]. ${about}`.trim();
  if ((expected === 'number' || expected === 'int') && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) {
    return `Write it without quotes: ${value}.`;
  }
  return about === '' ? `Write ${typeName(expected)}.` : about;
}

function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : `${value as number | boolean}`;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function sizeName(origin: string, value: unknown): string {
  if (origin === 'string' && typeof value === 'string') return value === '' ? 'empty' : `${String(value.length)} characters long`;
  if (origin === 'array' && Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${String(value.length)}`;
  return String(value);
}

function atLeast(origin: string, minimum: number): string {
  return sizeRule(origin, 'at least', minimum);
}

function atMost(origin: string, maximum: number): string {
  return sizeRule(origin, 'at most', maximum);
}

function sizeRule(origin: string, bound: string, limit: number): string {
  if (origin === 'string') return `${bound} ${String(limit)} character${limit === 1 ? '' : 's'}`;
  if (origin === 'array') return `${bound} ${String(limit)} item${limit === 1 ? '' : 's'}`;
  return `a value of ${bound} ${String(limit)}`;
}
