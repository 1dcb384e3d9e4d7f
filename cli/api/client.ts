import { Failure, type FailureData } from '../failure.ts';
import type { ApiSettings } from '../settings.ts';
import { fromWire } from '../operations/wire.ts';
import { readEventStream } from './event-stream.ts';

/** A GraphQL document with the type of its variables and of its answer. */
export interface Operation<Variables, Data> {
  readonly document: string;
  /** How long an answer may take. */
  readonly answerSeconds: number;
  /** Never there: carries the types. */
  readonly types?: readonly [Variables, Data];
}

export function operation<Variables, Data>(document: string, answerSeconds = 60): Operation<Variables, Data> {
  return { document, answerSeconds };
}

/** Talks to one API. Every call throws a `Failure`: `api-unreachable`, or what the API said. */
export interface ApiClient {
  readonly settings: ApiSettings;
  request<Variables, Data>(operation: Operation<Variables, Data>, variables: Variables, signal?: AbortSignal): Promise<Data>;
  /** Ends when the API says that it is complete; throws `api-unreachable` when the connection breaks before. */
  subscribe<Variables, Data>(operation: Operation<Variables, Data>, variables: Variables, signal: AbortSignal): AsyncGenerator<Data>;
  /** GET of a path below the address; the answer's status is 200. */
  download(path: string, signal?: AbortSignal): Promise<Response>;
}

interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

export function makeApiClient(settings: ApiSettings): ApiClient {
  const authorization = `Bearer ${settings.token}`;

  async function post(document: string, variables: unknown, accept: string, signal: AbortSignal): Promise<Response> {
    const headers = { authorization, accept, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: document, variables });
    return reach(settings, `${settings.url}/graphql`, { method: 'POST', headers, body, signal });
  }

  return {
    settings,
    async request(wanted, variables, signal) {
      const limit = AbortSignal.timeout(wanted.answerSeconds * 1000);
      const response = await post(wanted.document, variables, 'application/json', signal ? AbortSignal.any([signal, limit]) : limit);
      return dataOf(await readAnswer(response, settings));
    },
    async *subscribe(wanted, variables, signal) {
      const response = await post(wanted.document, variables, 'text/event-stream', signal);
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
        yield dataOf(await readAnswer(response, settings));
        return;
      }
      yield* eventsOf(response, settings);
    },
    async download(path, signal) {
      const response = await reach(settings, `${settings.url}${path}`, { headers: { authorization }, signal: signal ?? null });
      if (response.status !== 200) throw await refused(response, settings);
      return response;
    },
  };
}

async function reach(settings: ApiSettings, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw unreachable(settings, error);
  }
}

function unreachable(settings: ApiSettings, error: unknown): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  const why = timedOut ? 'no answer in time' : cause instanceof Error ? cause.message : String(cause);
  const advice =
    settings.source === '--api' ? 'Check the address.' : `The address comes from ${settings.source}; start the stack with npm run dev.`;
  return new Failure(
    { code: 'api-unreachable', message: `Hone's API at ${settings.url} does not answer: ${why}.`, advice },
    { cause: error },
  );
}

async function readAnswer<Data>(response: Response, settings: ApiSettings): Promise<GraphqlAnswer<Data>> {
  const text = await response.text().catch((error: unknown) => Promise.reject(unreachable(settings, error)));
  try {
    const answer = JSON.parse(text) as GraphqlAnswer<Data>;
    if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)) return answer;
  } catch {
    // Not GraphQL at all: a proxy's page, or another program's.
  }
  throw await refused(new Response(text, response), settings);
}

async function refused(response: Response, settings: ApiSettings): Promise<Failure> {
  if (response.status === 401 || response.status === 403) {
    const advice = `The token comes from ${settings.source}; the stack's own is in .hone/api.json.`;
    return new Failure({ code: 'not-permitted', message: `Hone's API at ${settings.url} refuses the token.`, advice });
  }
  const text = (await response.text().catch(() => '')).slice(0, 2000);
  const said = jsonFailure(text);
  if (said !== null) return new Failure(said);
  if (response.status === 404)
    return new Failure({ code: 'not-found', message: `The API does not have it: ${text || '404'}.`, advice: '' });
  return new Failure({
    code: 'api-unreachable',
    message: `${settings.url} answered ${String(response.status)}, and not as Hone's API does.`,
    advice: 'Check the address.',
    details: text.split('\n').slice(0, 3),
  });
}

function jsonFailure(text: string): FailureData | null {
  try {
    const value = JSON.parse(text) as { readonly error?: unknown };
    return asFailureData(value) ?? asFailureData(value?.error);
  } catch {
    return null;
  }
}

/** Code, message and advice when the value has them. */
function asFailureData(value: unknown): FailureData | null {
  const { code, message, advice, details } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof message !== 'string') return null;
  const lines = Array.isArray(details) ? details.map(String) : [];
  return { code, message, advice: typeof advice === 'string' ? advice : '', details: lines };
}

function dataOf<Data>(answer: GraphqlAnswer<Data>): Data {
  const [first] = answer.errors ?? [];
  if (first === undefined && answer.data !== undefined && answer.data !== null) return fromWire(answer.data);
  const said = asFailureData({ advice: '', ...first?.extensions, message: first?.message ?? 'The API answered nothing.' });
  const fallback = { code: 'internal', message: first?.message ?? 'The API answered nothing.', advice: "The API's log says more." };
  throw new Failure(said ?? fallback);
}

async function* eventsOf<Data>(response: Response, settings: ApiSettings): AsyncGenerator<Data> {
  if (response.body === null) throw unreachable(settings, new Error('the answer has no body'));
  try {
    for await (const { event, data } of readEventStream(response.body)) {
      if (event === 'complete') return;
      if (data !== '') yield dataOf(JSON.parse(data) as GraphqlAnswer<Data>);
    }
  } catch (error) {
    throw error instanceof Failure ? error : unreachable(settings, error);
  }
  throw unreachable(settings, new Error('the connection ended early'));
}
