import { expect, it } from 'vitest';

import { runTool } from '../../hosts/local/run-tool.ts';

const never = new AbortController().signal;

it('takes only exit code 0 for success: a tool that a signal ended has done part of its work', async () => {
  await runTool('sh', ['-c', 'exit 0'], never);
  await expect(runTool('sh', ['-c', 'kill -KILL $$'], never)).rejects.toMatchObject({
    code: 'host-unfit',
    message: expect.stringContaining('was ended by SIGKILL'),
  });
  await expect(runTool('sh', ['-c', 'echo torn >&2; exit 2'], never)).rejects.toMatchObject({
    code: 'instance-not-started',
    message: expect.stringContaining('exit code 2'),
    details: ['torn'],
  });
});

it('ends with the reason of whoever cancels it, and ends the tool', async () => {
  const controller = new AbortController();
  const running = runTool('sh', ['-c', 'sleep 1000 & wait'], controller.signal);
  controller.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
});
