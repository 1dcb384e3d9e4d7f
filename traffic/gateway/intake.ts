import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { IncomingRequest } from '../deidentify/stage.ts';
import type { CapturedPlace } from '../mirror/mirror.ts';
import type { FromIntakeThread, IntakeThreadData, RefusedRequest, ToIntakeThread } from './intake-messages.ts';

export interface ReceivedRequest extends IncomingRequest {
  /** nginx's id of the request; never leaves the gateway. */
  readonly requestId: string | null;
  /** When it arrived, milliseconds since 1970; absent for one of a capture. */
  readonly arrivedAt?: number;
  readonly captured?: CapturedPlace;
}

export interface Intake {
  readonly socketPath: string;
  /** Resolves when all that arrived has been handed to the handler. */
  close(): Promise<void>;
}

export interface IntakeHandler {
  accept(request: ReceivedRequest): void;
  /**
   * A request that was not read to its end (too large, or broken off), that came while the gateway could not follow, or whose body is
   * not in its log line.
   */
  refuse(reason: RefusedRequest['refused'] | 'body-not-logged', requestId: string | null): void;
}

/**
 * Takes mirrored requests on a unix socket in a thread of its own and hands them to the handler, in the order of arrival. Throws what
 * `listen` throws; a thread that dies later ends the process, which is then started again and turns its mirrors off.
 */
export async function startIntake(socketPath: string, maximumBodyBytes: number, handler: IntakeHandler): Promise<Intake> {
  const workerData: IntakeThreadData = { socketPath, maximumBodyBytes };
  const thread = new Worker(new URL('./intake-thread.ts', import.meta.url), { workerData });
  const exited = once(thread, 'exit');
  const tell = (message: ToIntakeThread) => thread.postMessage(message, []);
  thread.on('message', (message: FromIntakeThread) => {
    if (message === 'listening') return;
    for (const arrived of message) {
      if ('refused' in arrived) handler.refuse(arrived.refused, arrived.requestId);
      else handler.accept(arrived);
    }
    tell(message.length);
  });
  await once(thread, 'message');
  return {
    socketPath,
    async close() {
      tell('close');
      await exited;
    },
  };
}
