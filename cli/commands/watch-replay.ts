import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../api/client.ts';
import { type ExitCode, exitCodeFor, exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { cancelReplay, readStress, stressProgressOperation, type StressView } from '../operations/stress.ts';
import type { Session } from '../session.ts';
import { nextAfterStress, stressText } from './stress-text.ts';

const attempts = 12;
const longestWaitSeconds = 5;

const codeByState: Readonly<Record<StressView['state'], ExitCode>> = {
  running: exitCodes.ok,
  succeeded: exitCodes.ok,
  failed: exitCodes.failed,
  cancelled: exitCodes.cancelled,
};

/**
 * Shows a stress window until it ends, then what came of it. Ctrl-C cancels it and waits until it has cleaned up; a second one leaves at
 * once. Sets the exit code.
 */
export async function watchReplay(session: Session, api: ApiClient, id: string): Promise<void> {
  const left = new AbortController();
  const stopListening = session.io.onInterrupt(makeInterrupt(session, api, id, () => left.abort()));
  try {
    await follow(session, api, id, left.signal);
  } finally {
    stopListening();
  }
  if (left.signal.aborted) {
    session.answer({ stressWindow: id, left: true }, '');
    session.io.err('\nThe stress window goes on without this command.\n');
    session.next(`hone replay show ${id}`, `hone replay cancel ${id}`);
    session.endWith(exitCodes.interrupted);
    return;
  }
  const window = await readStress(api, id);
  session.answer(window, `\n${stressText(window)}`);
  session.next(...nextAfterStress(window));
  session.endWith(window.error === null ? codeByState[window.state] : exitCodeFor(window.error.code));
}

/** A connection that breaks is opened again; after about a minute without one it throws. */
async function follow(session: Session, api: ApiClient, id: string, signal: AbortSignal): Promise<void> {
  const show = makeProgressLine(session);
  for (let failures = 0; !signal.aborted;) {
    try {
      for await (const { stressProgress } of api.subscribe(stressProgressOperation, { id }, signal)) {
        failures = 0;
        show(stressProgress);
        if (stressProgress.state !== 'running') return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Failure) || error.data.code !== 'api-unreachable' || (failures += 1) >= attempts) throw error;
      if (failures === 1) session.io.err(`connection lost, trying again: ${error.message}\n`);
    }
    await delay(Math.min(longestWaitSeconds, 0.25 * 2 ** failures) * 1000, undefined, { signal }).catch(() => undefined);
  }
}

function makeInterrupt(session: Session, api: ApiClient, id: string, leaveNow: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return leaveNow();
    asked = true;
    session.io.err('\nCancelling; it stops what it started first. Ctrl-C again leaves it to itself.\n');
    void cancelReplay(api, id).catch((error: unknown) => {
      session.io.err(`It could not be cancelled: ${error instanceof Failure ? error.data.message : String(error)}\n`);
    });
  };
}

/** A line a second; on a terminal always the same one. */
function makeProgressLine(session: Session): (window: StressView) => void {
  const { io } = session;
  let [last, isOpen] = [0, false];
  return ({ progress, state }) => {
    if (state !== 'running' && isOpen) io.err('\n');
    if (state !== 'running' || progress === null || progress.second === last) return;
    last = progress.second;
    const p99 = progress.p99 === null ? '-' : `${progress.p99.toFixed(1)} ms`;
    const line = `${String(progress.second).padStart(5)} s  asked ${progress.askedPerSecond.toFixed(1)}/s  answered ${progress.answeredPerSecond}/s  waiting ${progress.waiting}  p99 ${p99}`;
    io.err(io.stderrIsTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    isOpen = io.stderrIsTerminal;
  };
}
