// What set-up found, in .hone/setup.json: { temporalPath, temporal: { sizeBytes, modifiedMilliseconds, version } }.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

function stampFile(root) {
  return path.join(root, '.hone', 'setup.json');
}

/** An empty object when there is none, or none that can be read. */
export async function readStamp(root) {
  try {
    const stamp = JSON.parse(await readFile(stampFile(root), 'utf8'));
    return typeof stamp === 'object' && stamp !== null ? stamp : {};
  } catch {
    return {};
  }
}

/** Adds to the file, never half. */
export async function writeStamp(root, more) {
  const file = stampFile(root);
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${String(process.pid)}`;
  await writeFile(draft, `${JSON.stringify({ ...(await readStamp(root)), ...more }, null, 2)}\n`);
  await rename(draft, file);
}
