import { type EpochView, listEpochs, rotateEpoch, type RotationView } from '../operations/epoch.ts';
import { count, time } from '../output/format.ts';
import { table } from '../output/table.ts';
import type { Session } from '../session.ts';

/** `hone privacy epochs TARGET`: the epochs and what became of their keys. */
export async function showEpochs(session: Session, target: string, limit: number): Promise<void> {
  const epochs = await listEpochs(await session.api(), target, limit);
  session.answer({ target, epochs }, epochsText(target, epochs));
  session.next(epochs.length === 0 ? `hone refresh ${target}` : `hone privacy budget ${target}`);
}

function epochsText(target: string, epochs: readonly EpochView[]): string {
  if (epochs.length === 0) return `No epoch of ${target} has begun: the first does with the first session.\n`;
  return table(epochs, [
    { title: 'EPOCH', value: ({ index }) => String(index), align: 'right' },
    { title: 'FROM', value: ({ startsAt }) => time(startsAt) },
    { title: 'TO', value: ({ endsAt }) => time(endsAt) },
    { title: 'STATE', value: ({ state }) => state },
    { title: 'KEY MADE', value: ({ keyMadeAt }) => time(keyMadeAt) },
    { title: 'KEY DESTROYED', value: ({ destroyedAt }) => time(destroyedAt) },
    { title: 'CORPORA', value: ({ corpora }) => count(corpora), align: 'right' },
    {
      title: 'WHY',
      value: ({ destroyedBecause, cutBecause }) => destroyedBecause ?? (cutBecause === null ? '-' : `rotated by hand: ${cutBecause}`),
    },
    { title: 'ID', value: ({ id }) => id },
  ]);
}

/** `hone privacy rotate TARGET`: ends the epoch that runs. */
export async function rotate(session: Session, target: string, reason: string): Promise<void> {
  const rotation = await rotateEpoch(await session.api(), target, reason);
  session.answer({ target, ...rotation }, rotationText(target, rotation));
  session.next(`hone privacy epochs ${target}`);
}

function rotationText(target: string, { ended, next, waitsFor }: RotationView): string {
  const lines = [
    `Epoch ${ended.index} of ${target} has ended; epoch ${next.index} runs until ${time(next.endsAt)}, with the rest of the budget.`,
  ];
  if (ended.destroyedAt !== null) {
    lines.push(
      `The key of epoch ${ended.index} was destroyed at ${time(ended.destroyedAt)}; its ${count(ended.corpora)} corpora cannot be read any more.`,
    );
  } else lines.push(`The key of epoch ${ended.index} is not destroyed yet: ${waitsFor ?? 'it waits for the next look.'}`);
  return `${lines.join('\n')}\n`;
}
