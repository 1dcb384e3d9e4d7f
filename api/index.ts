import { randomUUID } from 'node:crypto';
import { artefactPrefix } from './artefact-path.ts';
import type { ApiLog, ApiServices } from './context.ts';
import { failureAnswer, notFound, unauthorized, wrongMethod } from './http/answers.ts';
import { type BlobReader, makeArtefacts } from './http/artefacts.ts';
import { makeAuthenticate } from './http/authenticate.ts';
import { graphqlPath, makeGraphql } from './http/graphql.ts';

export interface ApiOptions extends ApiServices {
  readonly blobs: BlobReader;
  /** What every request must bear; not empty. */
  readonly token: string;
  readonly log: ApiLog;
  /** Rejects while the store does not answer. */
  readonly health: () => Promise<void>;
}

/**
 * The API: `/graphql`, `/artefacts/DIGEST` and `/health`. Everything but the last needs the bearer token. `fetch` never rejects: what nobody
 * foresaw is answered with 500 and an id that the log has too.
 */
export function makeApi({ blobs, token, log, health, ...services }: ApiOptions): { fetch(request: Request): Promise<Response> } {
  const authenticate = makeAuthenticate(token);
  const graphql = makeGraphql(services, log);
  const artefacts = makeArtefacts({ store: services.store, blobs });

  async function route(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname;
    if (path === '/health') return answerHealth(request, health, log);
    const caller = authenticate(request);
    if (!caller) return unauthorized();
    if (path === graphqlPath) return graphql(request, caller);
    if (path.startsWith(artefactPrefix)) return artefacts(request, path);
    return notFound(path);
  }

  return {
    async fetch(request) {
      try {
        return await route(request);
      } catch (error) {
        const errorId = randomUUID();
        log.error({ err: error, errorId }, 'unexpected error in the API');
        const message = `Something unexpected went wrong (error ${errorId}).`;
        return failureAnswer(500, { code: 'internal', message, advice: `Look for ${errorId} in the API's log.` });
      }
    },
  };
}

async function answerHealth(request: Request, health: () => Promise<void>, log: ApiLog): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod(request.method, 'GET, HEAD');
  try {
    await health();
    return Response.json({ ok: true });
  } catch (error) {
    log.error({ err: error }, 'the API is not healthy');
    return Response.json({ ok: false }, { status: 503 });
  }
}
