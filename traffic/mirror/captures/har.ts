import { headerOf, targetOf, type CapturedEntry } from './captured.ts';
import { readTime } from './times.ts';

/** The parts of HAR 1.2 (W3C web performance working group, "HTTP Archive format") that a request is made of. */
interface HarEntry {
  readonly startedDateTime?: string;
  readonly request?: {
    readonly method?: string;
    readonly url?: string;
    readonly headers?: readonly { readonly name?: string; readonly value?: string }[];
    readonly postData?: { readonly mimeType?: string; readonly text?: string; readonly encoding?: string };
  };
  readonly response?: { readonly status?: number; readonly bodySize?: number; readonly content?: { readonly size?: number } };
}

/** The entries of an HTTP archive, as browsers and proxies save it. Throws for what is no archive. */
export function readHar(text: string): readonly CapturedEntry[] {
  const { log } = JSON.parse(text) as { readonly log?: { readonly entries?: readonly HarEntry[] } };
  if (!Array.isArray(log?.entries)) throw new Error('it has no log.entries');
  return (log.entries as readonly HarEntry[]).map(entryOf);
}

function entryOf({ startedDateTime, request, response }: HarEntry): CapturedEntry {
  const target = targetOf(request?.url ?? '');
  if (request === undefined || target === null) return null;
  const { text = '', encoding, mimeType } = request.postData ?? {};
  const headers = (request.headers ?? []).flatMap(({ name = '', value = '' }) => headerOf(name, value));
  const isTyped = mimeType === undefined || headers.some(([name]) => name === 'content-type');
  const status = response?.status ?? 0;
  return {
    request: {
      method: (request.method ?? 'GET').toUpperCase(),
      target,
      headers: isTyped ? headers : [...headers, ['content-type', mimeType]],
      body: Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8'),
    },
    at: typeof startedDateTime === 'string' ? (readTime(startedDateTime)?.at ?? null) : null,
    answer: status === 0 ? null : { status, bodyBytes: Math.max(0, response?.content?.size ?? response?.bodySize ?? 0) },
  };
}
