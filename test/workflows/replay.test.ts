import { DeterminismViolationError } from '@temporalio/workflow';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { testWorkflowBundle } from '../support/workflow-bundle.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

const folder = new URL('../histories/', import.meta.url);
const recorded = readdirSync(folder).filter((name) => name.endsWith('.json'));

async function replay(history: unknown): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: await testWorkflowBundle() }, history);
}

async function read(name: string): Promise<{ events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[] }> {
  return JSON.parse(await readFile(new URL(name, folder), 'utf8')) as Awaited<ReturnType<typeof read>>;
}

describe('workflow code', () => {
  const refreshes =
    'success success-command-drive compile-error windows-rejected instance-lost cancelled killed later-cycle profile-rejected'.split(' ');
  const scenarios = [
    ...refreshes.map((name) => `refresh-cycle.${name}`),
    'move-channel.success',
    'move-channel.hook-failed',
    'tend-epochs.success',
    'freshness-check.fresh',
    'freshness-check.stale',
    'match-profiles.success',
    'scheduled-check.success',
    'scheduled-refresh.success',
    'scheduled-refresh.skipped',
    'scheduled-refresh.waited',
    'replay-corpus.success',
    'replay-corpus.host-busy',
    'replay-corpus.cancelled',
  ];

  it.each(scenarios)('has a recorded history of %s', (scenario) => {
    expect(recorded.some((name) => name.startsWith(`${scenario}.`))).toBe(true);
  });

  it.each(recorded)('still replays %s', async (name) => {
    await replay(await read(name));
  });

  it('does not replay a history in which another activity was scheduled', async () => {
    const history = await read(recorded.find((name) => name.startsWith('refresh-cycle.success.'))!);
    const scheduled = history.events.find(
      ({ activityTaskScheduledEventAttributes: attributes }) => attributes?.activityType.name === 'captureSource',
    );
    scheduled!.activityTaskScheduledEventAttributes!.activityType.name = 'somethingElse';
    await expect(replay(history)).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});
