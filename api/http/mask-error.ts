import { GraphQLError } from 'graphql';
import { randomUUID } from 'node:crypto';
import { HoneError } from '../../domain/errors.ts';
import type { ApiLog } from '../context.ts';

/**
 * Errors thrown on purpose keep code, advice and details; GraphQL's own are the caller's mistakes; anything else is masked, and logged with
 * an id that the caller sees.
 */
export function makeMaskError(log: ApiLog): (error: unknown) => GraphQLError {
  return (error) => {
    const located = error instanceof GraphQLError ? error : null;
    const cause = located?.originalError ?? (located ? null : error);
    if (located && (cause === null || cause instanceof GraphQLError)) return asInputError(located);
    if (cause instanceof HoneError) {
      const { code, message, advice, details } = cause.toData();
      return located
        ? withExtensions(located, message, { code, advice, details })
        : new GraphQLError(message, { extensions: { code, advice, details } });
    }
    const errorId = randomUUID();
    log.error({ err: cause, errorId, path: located?.path?.join('.') }, 'unexpected error in the API');
    const message = `Something unexpected went wrong (error ${errorId}).`;
    const extensions = {
      code: 'internal',
      advice: `Look for ${errorId} in the API's log; please report what it says.`,
      details: [],
      errorId,
    };
    return located ? withExtensions(located, message, extensions) : new GraphQLError(message, { extensions });
  };
}

function withExtensions(error: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLError {
  const { nodes = null, source = null, positions = null, path = null } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}

function asInputError(error: GraphQLError): GraphQLError {
  if (typeof error.extensions['code'] === 'string') return error;
  const advice = 'Compare the document and its variables with the schema (api/schema.graphql).';
  return withExtensions(error, error.message, { ...error.extensions, code: 'input-invalid', advice, details: [] });
}
