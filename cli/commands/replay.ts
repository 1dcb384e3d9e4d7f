import { HoneError } from '../../domain/errors.ts';
import { confirmStressOrder } from '../../domain/rules/stress-order.ts';
import type { Program } from '../main.ts';
import { Failure } from '../failure.ts';
import { cancelReplay, listStress, readStress, startReplay } from '../operations/stress.ts';
import { duration, time } from '../output/format.ts';
import { table } from '../output/table.ts';
import type { Session } from '../session.ts';
import { defaultLimit, positiveInteger } from './arguments.ts';
import { nextAfterStress, rateText, stressText } from './stress-text.ts';
import { watchReplay } from './watch-replay.ts';

export function addReplayCommands(program: Program, session: Session): void {
  const replay = program.command('replay').description('stress windows: a corpus replayed faster than it was recorded');
  replay
    .command('run', { isDefault: true })
    .argument('<target>', "the target's name")
    .requiredOption('--rate <rate>', '3x of the rate at which the corpus was recorded, or 50/s')
    .option('--cycle <cycle>', "whose corpus; without it the latest cycle's that has one")
    .option('--build <build>', 'which build; without it that of the channel stable, or the newest baseline')
    .option('--for <seconds>', 'again and again for so long; without it the corpus once', positiveInteger)
    .option('--until-saturation', 'raise the rate until the service no longer follows')
    .option('--detach', 'start it and return at once')
    .description('replay a stored corpus in an open loop, and report what the service made of it')
    .action((target, { rate, cycle, build, for: seconds, untilSaturation, detach }) =>
      run(
        session,
        { target, rate, cycle: cycle ?? null, build: build ?? null, seconds: seconds ?? null, untilSaturation: untilSaturation === true },
        detach === true,
      ),
    );
  replay
    .command('list')
    .argument('[target]', 'only those of this target')
    .option('--limit <number>', 'how many', positiveInteger, defaultLimit)
    .description('stress windows, the newest first')
    .action((target, { limit }) => list(session, target ?? null, limit));
  replay
    .command('show')
    .argument('<window>', "the stress window's id")
    .description('one stress window: rates, latencies, answers, saturation, environment')
    .action((id) => show(session, id));
  replay
    .command('cancel')
    .argument('<window>', "the stress window's id")
    .description('ask a stress window to stop; it cleans up first')
    .action((id) => cancel(session, id));
}

async function run(session: Session, order: Parameters<typeof startReplay>[1], detach: boolean): Promise<void> {
  confirm(order); // before it is asked whether an API runs
  const api = await session.api();
  const id = await startReplay(api, order);
  if (!detach) {
    session.note(`Stress window ${id} of ${order.target} has started.`);
    await watchReplay(session, api, id);
    return;
  }
  session.answer({ stressWindow: id, target: order.target }, `Stress window ${id} of ${order.target} has started.\n`);
  session.next(`hone replay show ${id}`, `hone replay cancel ${id}`);
}

function confirm(order: Parameters<typeof confirmStressOrder>[0]): void {
  try {
    confirmStressOrder(order);
  } catch (error) {
    throw error instanceof HoneError ? new Failure(error.toData(), { cause: error }) : error;
  }
}

async function list(session: Session, target: string | null, limit: number): Promise<void> {
  const windows = await listStress(await session.api(), target, limit);
  session.answer(
    windows,
    table(windows, [
      { title: 'STRESS WINDOW', value: ({ id }) => id },
      { title: 'TARGET', value: (row) => row.target.name },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'RATE', value: rateText },
      { title: 'BUILD', value: ({ build }) => `${build.kind} ${build.elfBuildId.slice(0, 12)}` },
      { title: 'STARTED', value: ({ startedAt }) => time(startedAt) },
      { title: 'TOOK', value: ({ startedAt, endedAt }) => duration(startedAt, endedAt), align: 'right' },
    ]),
  );
  const [first] = windows;
  session.next(first === undefined ? `hone replay ${target ?? 'TARGET'} --rate 3x` : `hone replay show ${first.id}`);
}

async function show(session: Session, id: string): Promise<void> {
  const window = await readStress(await session.api(), id);
  session.answer(window, stressText(window));
  session.next(...nextAfterStress(window));
}

async function cancel(session: Session, id: string): Promise<void> {
  await cancelReplay(await session.api(), id);
  session.answer({ stressWindow: id, cancelling: true }, `Stress window ${id} is being cancelled; it stops what it started first.\n`);
  session.next(`hone replay show ${id}`);
}
