// What runs, in DIR/state.json, so that the next call finds it.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const fileOf = (directory) => join(directory, 'state.json');

/** Writes a file whole or not at all. */
export async function writeWhole(file, content) {
  await writeFile(`${file}.partial`, content);
  await rename(`${file}.partial`, file);
}

/** Null when nothing was started, or all was stopped. */
export async function readState(directory) {
  try {
    return JSON.parse(await readFile(fileOf(directory), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

export async function writeState(directory, state) {
  if (state) await writeWhole(fileOf(directory), `${JSON.stringify(state, null, 2)}\n`);
  else await rm(fileOf(directory), { force: true });
}
