import { expect, test } from 'vitest';
import { asId, type ReleaseId, type TargetId } from '../../../domain/ids.ts';
import type { ChannelMove } from '../../../domain/model/release.ts';
import { rollbackDestination } from '../../../domain/rules/rollback.ts';

/** Plays moves as a channel does: a release is promoted, `back` rolls back to where the rule says, `back R` to R. Answers where it was. */
function play(steps: readonly string[]): (string | null)[] {
  const moves: ChannelMove[] = [];
  let current: ReleaseId | null = null;
  return steps.map((step) => {
    const [first, named] = step.split(' ');
    const kind = first === 'back' ? ('rollback' as const) : ('promotion' as const);
    const to: ReleaseId | null = kind === 'promotion' ? asId<ReleaseId>(step) : named ? asId<ReleaseId>(named) : rollbackDestination(moves);
    moves.push({
      targetId: asId<TargetId>('target'),
      channel: 'stable',
      kind,
      fromReleaseId: current,
      toReleaseId: to,
      revision: moves.length + 1,
      actor: 'a test',
      reason: 'a test',
      servingBuildId: null,
      at: '2026-11-21T10:00:00.000Z',
    });
    current = to;
    return to;
  });
}

test.each([
  { steps: ['R1', 'back'], ends: [null] },
  { steps: ['R1', 'R2', 'back', 'back'], ends: ['R1', null] },
  { steps: ['R1', 'R2', 'R1', 'back', 'back', 'back'], ends: ['R2', 'R1', null] },
  { steps: ['R1', 'back', 'R2', 'back'], ends: [null, 'R2', null] },
  { steps: ['R1', 'R2', 'back', 'R3', 'back', 'back'], ends: ['R1', 'R3', 'R1', null] },
  { steps: ['R1', 'R2', 'R3', 'back R1', 'back'], ends: ['R1', null] },
])('$steps leads to $ends', ({ steps, ends }) => {
  const where = play(steps);
  expect(where.slice(-ends.length)).toEqual(ends);
  expect(where.at(-1)).toBeNull();
});

test('a channel that never moved goes back to the baseline', () => {
  expect(rollbackDestination([])).toBeNull();
});
