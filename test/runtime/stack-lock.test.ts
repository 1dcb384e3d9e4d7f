import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockStack } from '../../runtime/stack-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-stack-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('gives a folder that a dead stack has left to one of those that ask at once', async () => {
  for (let round = 0; round < 20; round += 1) {
    await writeFile(join(folder, 'stack.json'), JSON.stringify({ pid: 2 ** 22 + 1, startTicks: '1' }));
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => lockStack(folder)));
    const taken = asked.filter((result) => result.status === 'fulfilled');
    const refused = asked.filter((result) => result.status === 'rejected');
    for (const { value: release } of taken) await release();
    expect(taken).toHaveLength(1);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'conflict', message: expect.stringContaining(folder) });
  }
});

it('names the process that has it, under whatever name the folder is asked for', async () => {
  const release = await lockStack(join(folder, 'data'));
  await symlink(join(folder, 'data'), join(folder, 'link'));
  await expect(lockStack(join(folder, 'link'))).rejects.toThrow(`process ${process.pid}`);
  await release();
  await (
    await lockStack(join(folder, 'link'))
  )();
});
