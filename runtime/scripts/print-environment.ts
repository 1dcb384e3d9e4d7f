import { readFile, writeFile } from 'node:fs/promises';
import { environmentExample } from '../config.ts';

const path = new URL('../../.env.example', import.meta.url);
const wanted = environmentExample();

if (process.argv.includes('--check')) {
  if ((await readFile(path, 'utf8').catch(() => '')) !== wanted) {
    console.error('.env.example is out of date: run npm run generate and commit the result.');
    process.exitCode = 1;
  }
} else {
  await writeFile(path, wanted);
}
