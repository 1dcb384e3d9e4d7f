import { open } from 'node:fs/promises';

const tailBytes = 16_384;

/** The last lines of a program's output, at most twenty; none when there is no file. */
export async function readLastLines(path: string): Promise<readonly string[]> {
  const file = await open(path).catch(() => null);
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, tailBytes)), 0, Math.min(size, tailBytes), start);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    return lines.filter((line) => line !== '').slice(-20);
  } finally {
    await file.close();
  }
}
