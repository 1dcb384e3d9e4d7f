import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { HoneError } from '../../domain/errors.ts';
import type { FromStageThread, StageCalls, ToStageThread } from './messages.ts';
import { makeSessionWork, type SessionWork } from './session-work.ts';
import { warmUpPipeline } from './warm-up.ts';

/**
 * A thread of the stages: de-identifies requests of the gateway's sessions and answers each call once, in the order of the calls. It opens
 * no file and no connection. What it throws beside a HoneError ends it, and with it the sessions. Started by startStageThread.
 */
const port = parentPort!;
const sessions = new Map<number, SessionWork>();
/** The intake, a thread of the same process, has ten milliseconds to answer nginx; the stages have time. */
const niceness = 5;

// Linux takes a thread's id for a process's: it is this thread alone that stands back.
setPriority(Number(basename(readlinkSync('/proc/thread-self'))), niceness);

port.on('message', (message: ToStageThread) => {
  const { call } = message;
  try {
    tell({ call, answer: answerOf(message) });
  } catch (error) {
    if (!(error instanceof HoneError)) throw error;
    tell({ call, error: error.toData() });
  }
});
warmUpPipeline();
tell('ready');

function answerOf(message: ToStageThread): StageCalls[ToStageThread['verb']]['answer'] {
  const { session } = message;
  switch (message.verb) {
    case 'enter':
      sessions.set(session, makeSessionWork(message.given));
      return null;
    case 'work':
      return workOf(session).run(message.given);
    case 'lines':
      return workOf(session).pseudonymise(message.given);
    case 'leave':
      sessions.delete(session);
      return null;
  }
}

function workOf(session: number): SessionWork {
  const work = sessions.get(session);
  if (work !== undefined) return work;
  // A prepare hook may still write lines when its session is being ended.
  throw new HoneError('conflict', 'The session has ended, and its stages with it.', 'Open a new session for a new cycle.');
}

function tell(message: FromStageThread): void {
  port.postMessage(message, []);
}
