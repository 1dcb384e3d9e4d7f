import { createYoga, type Plugin } from 'graphql-yoga';
import type { ApiLog, ApiServices, Caller } from '../context.ts';
import { schema } from '../schema/index.ts';
import { limitDepth } from './limit-depth.ts';
import { makeMaskError } from './mask-error.ts';

export const graphqlPath = '/graphql';

const useDepthLimit: Plugin = {
  onValidate({ addValidationRule }) {
    addValidationRule(limitDepth);
  },
};

/** Answers GraphQL over HTTP: queries and mutations as JSON, subscriptions as server-sent events. The caller is known by now. */
export function makeGraphql(services: ApiServices, log: ApiLog): (request: Request, caller: Caller) => Promise<Response> {
  const yoga = createYoga<{ readonly caller: Caller }>({
    schema,
    graphqlEndpoint: graphqlPath,
    plugins: [useDepthLimit],
    context: ({ caller }) => ({ ...services, caller }),
    maskedErrors: { maskError: makeMaskError(log) },
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    logging: false,
  });
  return async (request, caller) => yoga.fetch(request, { caller });
}
