import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HoneError, type HoneErrorCode } from '../../domain/errors.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { ProgramFiles } from '../../domain/model/build.ts';
import type { PrivacyGrant } from '../../domain/model/privacy.ts';
import type { EpochName, SessionPhase, SessionRequest } from '../../domain/ports/gateway.ts';
import type { Log } from '../log.ts';
import type { Gateway } from './gateway.ts';
import { pseudonymiseStream } from './pseudonymise-stream.ts';

/** The arguments of each verb beside the session's id, as JSON. */
export interface ControlArguments {
  readonly open: SessionRequest;
  readonly prepare: { readonly baseline: ProgramFiles };
  readonly instances: { readonly urls: readonly string[] };
  readonly phase: { readonly phase: SessionPhase };
  readonly 'mirror-on': Record<string, never>;
  readonly 'renew-lease': Record<string, never>;
  readonly 'mirror-off': Record<string, never>;
  readonly state: Record<string, never>;
  readonly wait: { readonly counter: 'replayed' | 'heldOut'; readonly atLeast: number; readonly seconds: number };
  readonly close: { readonly grant: PrivacyGrant };
  readonly discard: Record<string, never>;
}
export type ControlVerb = keyof ControlArguments;

/** What is asked of the keys of the epochs, which are no session's. */
export interface KeyArguments {
  readonly 'corpus-key': { readonly header: string };
  readonly destroy: { readonly epoch: EpochName; readonly because: string; readonly endSessions: boolean };
}
export type KeyVerb = keyof KeyArguments;

const keyHandlers: { readonly [Verb in KeyVerb]: (gateway: Gateway, given: KeyArguments[Verb]) => Promise<unknown> } = {
  'corpus-key': (gateway, { header }) => gateway.corpusKey(header),
  destroy: (gateway, { epoch, because, endSessions }) => gateway.destroyEpochKey(epoch, because, endSessions),
};

type Handlers = {
  readonly [Verb in ControlVerb]: (
    gateway: Gateway,
    sessionId: SessionId,
    given: ControlArguments[Verb],
    signal: AbortSignal,
  ) => Promise<unknown>;
};

const handlers: Handlers = {
  open: (gateway, _sessionId, request) => gateway.openSession(request),
  prepare: (gateway, sessionId, { baseline }, signal) => gateway.prepareData(sessionId, baseline, signal),
  instances: (gateway, sessionId, { urls }) => gateway.setInstances(sessionId, urls),
  phase: (gateway, sessionId, { phase }) => gateway.setPhase(sessionId, phase),
  'mirror-on': (gateway, sessionId) => gateway.mirrorOn(sessionId),
  'renew-lease': (gateway, sessionId) => gateway.renewLease(sessionId),
  'mirror-off': (gateway, sessionId) => gateway.mirrorOff(sessionId),
  state: (gateway, sessionId) => gateway.state(sessionId),
  wait: (gateway, sessionId, { counter, atLeast, seconds }, signal) => gateway.waitUntil(sessionId, counter, atLeast, seconds, signal),
  close: (gateway, sessionId, { grant }) => gateway.closeSession(sessionId, grant),
  discard: (gateway, sessionId) => gateway.discardSession(sessionId),
};

const statuses: Partial<Record<HoneErrorCode, number>> = { 'not-found': 404, conflict: 409, 'input-invalid': 400 };
const maximumArgumentBytes = 1 << 20;

/** Answers `POST /sessions/<id>/<verb>` and `POST /epochs/<verb>`; the connection's end aborts the call. */
export function makeControlHandler(gateway: Gateway, log: Log): (request: IncomingMessage, answer: ServerResponse) => void {
  return (request, answer) => {
    const cancel = new AbortController();
    answer.on('close', () => cancel.abort(new Error('the caller hung up')));
    serve(gateway, request, answer, cancel.signal).catch((error: unknown) => {
      if (answer.headersSent) return void answer.destroy();
      if (error instanceof HoneError) return send(answer, statuses[error.code] ?? (error.retryable ? 503 : 422), error.toData());
      if (cancel.signal.aborted) return void answer.destroy();
      const id = randomUUID();
      log.error(
        { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
        'a call to the gateway failed by a defect',
      );
      send(answer, 500, { defect: id });
    });
  };
}

async function serve(gateway: Gateway, request: IncomingMessage, answer: ServerResponse, signal: AbortSignal): Promise<void> {
  const [, sessions, encodedId, verb] = (request.url ?? '').split('/');
  if (sessions === 'epochs' && encodedId !== undefined && Object.hasOwn(keyHandlers, encodedId)) {
    const handler = keyHandlers[encodedId as KeyVerb] as (gateway: Gateway, given: unknown) => Promise<unknown>;
    return send(answer, 200, await handler(gateway, await readJson(request)));
  }
  if (sessions !== 'sessions' || encodedId === undefined || verb === undefined) throw unknownCall(request.url);
  const sessionId = asId<SessionId>(decodeURIComponent(encodedId));
  if (verb === 'pseudonymise') return pseudonymiseStream(request, answer, await gateway.pseudonymiser(sessionId));
  if (!Object.hasOwn(handlers, verb)) throw unknownCall(request.url);
  const handler = handlers[verb as ControlVerb] as (
    gateway: Gateway,
    sessionId: SessionId,
    given: unknown,
    signal: AbortSignal,
  ) => Promise<unknown>;
  const result = await handler(gateway, sessionId, await readJson(request), signal);
  send(answer, 200, result ?? null);
}

function unknownCall(url: string | undefined): HoneError {
  return new HoneError('input-invalid', `The gateway has no call ${url ?? ''}.`, 'Use a client of the same release as the gateway.');
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) {
    text += part as string;
    if (text.length > maximumArgumentBytes)
      throw new HoneError('input-invalid', 'The call is larger than 1 MiB.', 'Pass blobs by reference.');
  }
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new HoneError('input-invalid', "The call's arguments are no JSON.", 'Use a client of the same release as the gateway.');
  }
}

function send(answer: ServerResponse, status: number, value: unknown): void {
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
