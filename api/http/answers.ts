import type { HoneErrorData } from '../../domain/errors.ts';

/** A failure outside of GraphQL: `{"error": {code, message, advice}}`. */
export function failureAnswer(
  status: number,
  error: Omit<HoneErrorData, 'code'> & { readonly code: string },
  headers: HeadersInit = {},
): Response {
  return Response.json({ error }, { status, headers });
}

export function unauthorized(): Response {
  const error = {
    code: 'not-permitted',
    message: 'The API needs a bearer token, and this request has none or a wrong one.',
    advice:
      'Send "Authorization: Bearer TOKEN"; the local token is in the file "token" of the data folder (.hone/token), made at first start.',
  };
  return failureAnswer(401, error, { 'www-authenticate': 'Bearer realm="hone"' });
}

export function notFound(path: string): Response {
  const error = {
    code: 'not-found',
    message: `There is nothing at ${path.slice(0, 200)}.`,
    advice: 'Use /graphql, /artefacts/DIGEST or /health.',
  };
  return failureAnswer(404, error);
}

export function wrongMethod(method: string, allowed: string): Response {
  const error = { code: 'input-invalid', message: `${method.slice(0, 20)} is not answered here.`, advice: `Use ${allowed}.` };
  return failureAnswer(405, error, { allow: allowed });
}
