import { builder } from '../builder.ts';

/** `build-instrumented` as GraphQL writes it: `BUILD_INSTRUMENTED`. */
function enumName(value: string): string {
  return value.toUpperCase().replaceAll('-', '_');
}

/** An enum over the domain's own words: `build-instrumented` is `BUILD_INSTRUMENTED` in GraphQL. */
export function enumOf<const Value extends string>(name: string, description: string, values: readonly Value[]) {
  const entries = values.map((value) => [enumName(value), { value }] as const);
  return builder.enumType(name, { description, values: Object.fromEntries(entries) as Record<string, { value: Value }> });
}
