import type { IntakeHandler, ReceivedRequest } from './intake.ts';

/** What nginx writes of a request, see the mirror's `hone_request`; text as its bytes (Latin-1). */
interface LoggedRequest {
  readonly id: string;
  readonly method: string;
  readonly target: string;
  readonly length: string;
  readonly coding: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Hands a request that stands in a log line to the intake. One whose body nginx had in a file, and so not in the line, is refused.
 * @param line a syslog line, decoded as Latin-1
 */
export function acceptLogged(line: string, maximumBodyBytes: number, handler: IntakeHandler): void {
  const logged = parse(line);
  if (logged === null) return handler.refuse('broken-off', null);
  const body = Buffer.from(logged.body, 'latin1');
  const isWhole = logged.length === '' ? logged.coding === '' || body.length > 0 : body.length === Number(logged.length);
  if (!isWhole) handler.refuse('body-not-logged', logged.id);
  else if (body.length > maximumBodyBytes) handler.refuse('body-too-large', logged.id);
  else handler.accept(received(logged, body));
}

function received({ id, method, target, headers }: LoggedRequest, body: Buffer): ReceivedRequest {
  const present = Object.entries(headers).filter(([, value]) => value !== '');
  return { method, target, headers: present, body, requestId: id, arrivedAt: Date.now() };
}

function parse(line: string): LoggedRequest | null {
  try {
    return JSON.parse(line.slice(line.indexOf('{'))) as LoggedRequest;
  } catch {
    return null;
  }
}
