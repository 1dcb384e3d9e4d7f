import { lexicographicSortSchema, printSchema } from 'graphql';
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { schema } from '../schema/index.ts';

/** Writes `api/schema.graphql`; with --check only compares, and fails when it differs. */
const file = new URL('../schema.graphql', import.meta.url);
const options = await resolveConfig(file);
const text = await format(printSchema(lexicographicSortSchema(schema)), { ...options, parser: 'graphql' });

if (!process.argv.includes('--check')) await writeFile(file, text);
else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('api/schema.graphql is not what the API serves: run npm run generate.');
  process.exitCode = 1;
}
