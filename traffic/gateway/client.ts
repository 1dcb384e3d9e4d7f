import { request } from 'node:http';
import { HoneError, isHoneErrorCode, type HoneErrorData } from '../../domain/errors.ts';
import type { SessionId } from '../../domain/ids.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import type { ControlArguments, ControlVerb, KeyArguments, KeyVerb } from './control.ts';

/** The gateway, seen from another process on the same machine. Throws `gateway-unreachable` when nobody listens. */
export function makeGatewayClient(settings: { readonly controlSocket: string }): GatewayPort {
  const call = async <Verb extends ControlVerb, Result>(
    verb: Verb,
    id: SessionId,
    given: ControlArguments[Verb],
    signal?: AbortSignal,
  ): Promise<Result> => (await post(settings.controlSocket, `/sessions/${encodeURIComponent(id)}/${verb}`, given, signal)) as Result;
  const ask = async <Verb extends KeyVerb, Result>(verb: Verb, given: KeyArguments[Verb]): Promise<Result> =>
    (await post(settings.controlSocket, `/epochs/${verb}`, given)) as Result;
  return {
    openSession: (session) => call('open', session.sessionId, session),
    prepareData: (id, baseline, signal) => call('prepare', id, { baseline }, signal),
    async setInstances(id, urls) {
      await call('instances', id, { urls });
    },
    setPhase: (id, phase) => call('phase', id, { phase }),
    mirrorOn: (id) => call('mirror-on', id, {}),
    renewLease: (id) => call('renew-lease', id, {}),
    mirrorOff: (id) => call('mirror-off', id, {}),
    state: (id) => call('state', id, {}),
    waitUntil: (id, counter, atLeast, seconds, signal) => call('wait', id, { counter, atLeast, seconds }, signal),
    closeSession: (id, grant) => call('close', id, { grant }),
    async discardSession(id) {
      await call('discard', id, {});
    },
    corpusKey: (header) => ask('corpus-key', { header }),
    destroyEpochKey: (epoch, because, endSessions = false) => ask('destroy', { epoch, because, endSessions }),
  };
}

function post(socketPath: string, path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(signal?.aborted === true ? (signal.reason as Error) : unreachable(socketPath, error));
    const options = {
      socketPath,
      path,
      method: 'POST',
      agent: false as const,
      headers: { 'content-type': 'application/json' },
      ...(signal === undefined ? {} : { signal }),
    };
    const asking = request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('error', fail);
      answer.on('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(errorOf(text))));
    });
    asking.on('error', fail);
    asking.end(JSON.stringify(body));
  });
}

function errorOf(text: string): Error {
  const data = JSON.parse(text) as Partial<HoneErrorData> & { readonly defect?: string };
  if (data.code !== undefined && isHoneErrorCode(data.code)) return HoneError.fromData(data as HoneErrorData);
  return new Error(`The gateway failed by a defect; its log has it under ${data.defect ?? 'no id'}.`);
}

function unreachable(socketPath: string, cause: Error): HoneError {
  return new HoneError(
    'gateway-unreachable',
    `The gateway does not answer on ${socketPath} (${cause.message}).`,
    "Start the gateway process on production's side, or correct the control socket's path.",
    {
      cause,
    },
  );
}
