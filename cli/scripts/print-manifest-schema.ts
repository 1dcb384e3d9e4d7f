import { readFile, writeFile } from 'node:fs/promises';
import { manifestJsonSchema } from '../../domain/manifest/json-schema.ts';

/** Writes docs/hone.schema.json; with --check only compares, and ends with 1 when it differs. */
const file = new URL('../../docs/hone.schema.json', import.meta.url);
const wanted = `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`;

if (process.argv.includes('--check')) {
  const stored = await readFile(file, 'utf8').catch(() => '');
  if (stored !== wanted) {
    process.stderr.write(
      'docs/hone.schema.json is not what domain/manifest/schema.ts says. Run: node cli/scripts/print-manifest-schema.ts\n',
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(file, wanted);
}
