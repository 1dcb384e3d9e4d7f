import type { Program } from '../main.ts';
import { cancelCycle, listCycles, readCycle } from '../operations/cycle.ts';
import { duration, time } from '../output/format.ts';
import { table } from '../output/table.ts';
import type { Session } from '../session.ts';
import { defaultLimit, positiveInteger } from './arguments.ts';
import { cycleText, nextAfter } from './cycle-text.ts';
import { watchCycle } from './watch.ts';

export function addCycleCommands(program: Program, session: Session): void {
  const cycle = program.command('cycle').description('runs of the loop');
  cycle
    .command('list')
    .argument('[target]', 'only those of this target')
    .option('--limit <number>', 'how many', positiveInteger, defaultLimit)
    .description('cycles, the newest first')
    .action((target, { limit }) => list(session, target ?? null, limit));
  cycle
    .command('show')
    .argument('<cycle>', "the cycle's id")
    .description('one cycle: windows, profile version, evaluation, error')
    .action((id) => show(session, id));
  cycle
    .command('watch')
    .argument('<cycle>', "the cycle's id")
    .description('show the progress of a cycle until it ends')
    .action(async (id) => watchCycle(session, await session.api(), id));
  cycle
    .command('cancel')
    .argument('<cycle>', "the cycle's id")
    .description('ask a cycle to stop; it cleans up first')
    .action((id) => cancel(session, id));
}

async function list(session: Session, target: string | null, limit: number): Promise<void> {
  const cycles = await listCycles(await session.api(), target, limit);
  session.answer(
    cycles,
    table(cycles, [
      { title: 'CYCLE', value: (row) => row.id },
      { title: 'TARGET', value: (row) => row.target.name },
      { title: 'STATE', value: (row) => (row.state === 'running' ? `running: ${row.stage}` : row.state) },
      { title: 'STARTED', value: (row) => time(row.startedAt) },
      { title: 'TOOK', value: (row) => duration(row.startedAt, row.endedAt), align: 'right' },
      { title: 'REASON', value: (row) => row.reason },
    ]),
  );
  const [first] = cycles;
  session.next(first === undefined ? `hone refresh ${target ?? 'TARGET'}` : `hone cycle show ${first.id}`);
}

async function show(session: Session, id: string): Promise<void> {
  const cycle = await readCycle(await session.api(), id);
  session.answer(cycle, cycleText(cycle));
  session.next(...nextAfter(cycle));
}

async function cancel(session: Session, id: string): Promise<void> {
  await cancelCycle(await session.api(), id);
  session.answer({ cycle: id, cancelling: true }, `Cycle ${id} is being cancelled; it stops what it started first.\n`);
  session.next(`hone cycle watch ${id}`);
}
