/** Committed files that are made from others: what each is called, and the script that writes it, or compares it with `--check`. */
export const generatedFiles = {
  'GraphQL schema': 'api/scripts/print-schema.ts',
  'manifest schema': 'cli/scripts/print-manifest-schema.ts',
  'manifest table': 'docs/scripts/print-manifest-table.ts',
  '.env.example': 'runtime/scripts/print-environment.ts',
} as const;
