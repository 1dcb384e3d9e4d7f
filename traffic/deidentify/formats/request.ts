import type { RequestDocument } from '../document.ts';
import { DropRequest, type IncomingRequest } from '../stage.ts';
import { parseBody } from './body.ts';
import { parseHeaders } from './headers.ts';
import type { Look } from './look.ts';
import { parseTarget } from './target.ts';

/**
 * A request taken apart. Throws {@link DropRequest}, and nothing else: what `parseBody`, `parseTarget` and `parseHeaders` say, and
 * `not-replayable` for a tunnel.
 */
export function parseRequest(incoming: IncomingRequest, look: Look): RequestDocument {
  if (incoming.method === 'CONNECT') throw new DropRequest('not-replayable');
  const headers = parseHeaders(incoming, look);
  const target = parseTarget(look, incoming.target);
  const body = parseBody(incoming, look);
  return { target, headers, body: body.pieces, bodyFormat: body.format };
}
