import type { ApiClient } from '../api/client.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { type CycleDetail, type EventView, cancelCycle, readCycle } from '../operations/cycle.ts';
import { singleLine } from '../output/table.ts';
import type { Session } from '../session.ts';
import { cycleText, nextAfter } from './cycle-text.ts';
import { followCycle } from './follow.ts';

/**
 * Shows a cycle until it ends, then what came of it. Ctrl-C asks whether to cancel the cycle or to leave it running; a second one (or
 * one without a terminal to ask on) leaves. Sets the exit code.
 */
export async function watchCycle(session: Session, api: ApiClient, cycleId: string): Promise<void> {
  const left = new AbortController();
  const stopListening = session.io.onInterrupt(makeInterrupt(session, api, cycleId, () => left.abort()));
  const show = makeProgressLines(session);
  try {
    const onBreak = (why: string): void => session.io.err(`connection lost, trying again: ${why}\n`);
    for await (const event of followCycle(api, cycleId, left.signal, onBreak)) show(event);
  } finally {
    stopListening();
  }
  if (left.signal.aborted) leave(session, cycleId);
  else await conclude(session, api, cycleId);
}

function leave(session: Session, cycleId: string): void {
  session.answer({ cycle: cycleId, left: true }, '');
  session.io.err(`\nThe cycle goes on without this command.\n`);
  session.next(`hone cycle watch ${cycleId}`, `hone cycle cancel ${cycleId}`);
  session.endWith(exitCodes.interrupted);
}

async function conclude(session: Session, api: ApiClient, cycleId: string): Promise<void> {
  const cycle = await readCycle(api, cycleId);
  session.answer(cycle, `\n${cycleText(cycle)}`);
  session.next(...nextAfter(cycle));
  session.endWith(exitCodeOf(cycle));
}

/** What a cycle ends a watching command with; `succeeded` needs a release on offer too. */
const codeByState: Readonly<Record<CycleDetail['state'], ExitCode>> = {
  running: exitCodes.ok,
  succeeded: exitCodes.ok,
  rejected: exitCodes.notPassed,
  inconclusive: exitCodes.notPassed,
  failed: exitCodes.failed,
  cancelled: exitCodes.cancelled,
};

function exitCodeOf({ state, release }: CycleDetail): ExitCode {
  return state === 'succeeded' && release === null ? exitCodes.notPassed : codeByState[state];
}

function makeInterrupt(session: Session, api: ApiClient, cycleId: string, leaveNow: () => void): () => void {
  let asked: AbortController | null = null;
  return () => {
    if (asked !== null || !session.io.stdinIsTerminal) {
      asked?.abort();
      leaveNow();
      return;
    }
    asked = new AbortController();
    const { signal } = asked;
    void decide(session, api, cycleId, signal).then((decision) => {
      if (signal.aborted) return;
      if (decision === 'leave') leaveNow();
      else if (decision === 'stay') asked = null;
    });
  };
}

/** After `cancel` the next Ctrl-C leaves without asking. */
async function decide(session: Session, api: ApiClient, cycleId: string, signal: AbortSignal): Promise<'cancel' | 'leave' | 'stay'> {
  const answer = await session.io.ask('\nCancel the cycle (c), leave it running (l), or go on watching (w)? ', signal);
  if (answer === null || /^l/i.test(answer.trim())) return 'leave';
  if (!/^c/i.test(answer.trim())) {
    session.io.err('Watching on.\n');
    return 'stay';
  }
  try {
    await cancelCycle(api, cycleId);
    session.io.err('Cancelling; the cycle stops what it started first.\n');
    return 'cancel';
  } catch (error) {
    session.io.err(`The cycle could not be cancelled: ${error instanceof Failure ? error.data.message : String(error)}\n`);
    return 'stay';
  }
}

/** A line per step; on a terminal the step that is under way stays in one line. */
function makeProgressLines(session: Session): (event: EventView) => void {
  const { io } = session;
  const first = { at: 0 };
  let open = false;
  return (event) => {
    const at = Date.parse(event.at);
    if (first.at === 0) first.at = at;
    const seconds = ((at - first.at) / 1000).toFixed(1).padStart(7);
    const message = event.message === '' ? event.state : singleLine(event.message);
    const line = `${seconds} s  ${event.stage.padEnd(18)} ${event.state === 'failed' ? 'failed: ' : ''}${message}`;
    const passing = event.state === 'started' || event.state === 'progress';
    if (io.stderrIsTerminal) {
      io.err(`${open ? '\r\u001b[K' : ''}${line}${passing ? '' : '\n'}`);
      open = passing;
    } else io.err(`${line}\n`);
  };
}
