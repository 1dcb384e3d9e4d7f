import { HoneError } from '../domain/errors.ts';

/** SQLSTATE classes and codes that say: the server is not there, is going away, or has no room for us. */
const connectionStates = /^(08...|57P0[1-5]|53300|57014|25P03)$/;
const connectionCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENOENT']);
/** Prisma's: unreachable, timed out, closed, no connection from the pool. */
const prismaConnectionCodes = new Set(['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1010', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);
const connectionKinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections', 'TlsConnectionError']);
const connectionMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|server closed the connection/i;

interface Fields {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly kind?: unknown;
  readonly originalCode?: unknown;
  readonly cause?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown };
  readonly errors?: readonly unknown[];
}

/** An error with the errors that it wraps, outermost first. */
function* chain(error: unknown, depth = 0): Generator<Fields> {
  if (typeof error !== 'object' || error === null || depth > 6) return;
  const fields = error as Fields;
  yield fields;
  yield* chain(fields.cause, depth + 1);
  yield* chain(fields.meta?.driverAdapterError, depth + 1);
  for (const inner of fields.errors ?? []) yield* chain(inner, depth + 1);
}

function isConnectionTrouble(fields: Fields): boolean {
  const codes = [fields.code, fields.originalCode].filter((code) => typeof code === 'string');
  return (
    codes.some((code) => connectionStates.test(code) || connectionCodes.has(code) || prismaConnectionCodes.has(code)) ||
    (typeof fields.kind === 'string' && connectionKinds.has(fields.kind)) ||
    (typeof fields.message === 'string' && connectionMessages.test(fields.message))
  );
}

/** The error for a store that cannot be reached now; retryable. */
export function unavailable(cause: unknown): HoneError {
  const deepest = [...chain(cause)].map((fields) => fields.message).filter((message) => typeof message === 'string' && message !== '');
  return new HoneError(
    'store-unavailable',
    'Postgres cannot be reached or does not answer.',
    'Check that the server runs and that the database address is right; the call may be repeated.',
    { details: deepest.slice(-1).map((message) => String(message).trim().split('\n').at(-1) ?? ''), cause },
  );
}

/** Turns trouble with the connection into `store-unavailable`; everything else stays as it is: a defect, or a HoneError already. */
export function translateFailure(error: unknown): unknown {
  if (error instanceof HoneError) return error;
  for (const fields of chain(error)) if (isConnectionTrouble(fields)) return unavailable(error);
  return error;
}
/** True when a statement named a row that is not there. */
export function isForeignKeyViolation(error: unknown): boolean {
  for (const fields of chain(error))
    if (
      fields.code === 'P2003' ||
      fields.code === '23503' ||
      fields.originalCode === '23503' ||
      fields.kind === 'ForeignKeyConstraintViolation'
    )
      return true;
  return false;
}

/** True when a trigger or check of the database refused the row. */
export function isRefused(error: unknown): boolean {
  for (const fields of chain(error)) if (fields.code === '23000' || fields.originalCode === '23000') return true;
  return false;
}

/** A repository whose functions answer only with results, HoneErrors or defects. */
export function guarded<Repository extends object>(repository: Repository): Repository {
  const wrap = (verb: unknown) =>
    typeof verb !== 'function'
      ? verb
      : (...args: unknown[]) => {
          const answer: unknown = verb(...args);
          return answer instanceof Promise ? answer.catch((error: unknown) => Promise.reject(translateFailure(error))) : answer;
        };
  return Object.fromEntries(Object.entries(repository).map(([name, verb]) => [name, wrap(verb)])) as Repository;
}
