/** Fields whose values are the domain's words: `build-instrumented`, which GraphQL's enums write as `BUILD_INSTRUMENTED`. */
const wordFields = new Set(['state', 'stage', 'kind', 'verdict', 'end', 'because', 'dimension', 'standing', 'outcome']);
/** Sizes and the gateway's counts cross as strings (BigInt); none of them comes near 2^53. */
const numberFields = new Set([
  'sizeBytes',
  'textBytes',
  'count',
  'received',
  'deidentified',
  'replayed',
  'heldOut',
  'skipped',
  'failed',
  'waiting',
]);
/** JSON that a person wrote: the words in it are theirs. */
const verbatimFields = new Set(['manifest']);

/** An answer as the domain writes it. */
export function fromWire<Value>(value: Value): Value {
  return convert(value, '') as Value;
}

function convert(value: unknown, field: string): unknown {
  if (typeof value === 'string') {
    if (wordFields.has(field) && /^[A-Z][A-Z_]*$/.test(value)) return value.toLowerCase().replaceAll('_', '-');
    return numberFields.has(field) && /^\d+$/.test(value) ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => convert(item, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, verbatimFields.has(name) ? item : convert(item, name)]));
}
