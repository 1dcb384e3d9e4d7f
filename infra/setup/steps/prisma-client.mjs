// The database client, generated from prisma/schema.prisma. The generator itself knows whether there is something to do.
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '../command.mjs';
import { readStamp, writeStamp } from '../stamp.mjs';

/** Undefined when the project has no schema. */
async function inputsDigest(root) {
  const files = ['prisma/schema.prisma', 'prisma/generate.mjs', 'node_modules/prisma/package.json'];
  const hash = createHash('sha256');
  try {
    for (const file of files) hash.update(await readFile(path.join(root, file)));
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

function clientIsThere(root) {
  return access(path.join(root, 'prisma', 'client', 'client.ts')).then(
    () => true,
    () => false,
  );
}

export const prismaClient = {
  name: 'database client',
  async isDone(root) {
    const generator = await readFile(path.join(root, 'prisma', 'generate.mjs')).catch(() => undefined);
    if (generator === undefined) return true;
    const [stamp, digest, there] = await Promise.all([readStamp(root), inputsDigest(root), clientIsThere(root)]);
    return there && digest !== undefined && stamp.prismaDigest === digest;
  },
  async run(root, { say }) {
    say('node prisma/generate.mjs');
    const node = path.join(root, 'node_modules', '.bin', 'node');
    await runCommand([node, path.join('prisma', 'generate.mjs')], 'Correct prisma/schema.prisma where the lines above say so.', {
      cwd: root,
    });
    await writeStamp(root, { prismaDigest: await inputsDigest(root) });
    return 'generated';
  },
};
