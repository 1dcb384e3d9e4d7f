import { HoneError } from '../domain/errors.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function invalid(text: string, expected: string): HoneError {
  const message = `"${text.slice(0, 80)}" is not ${expected}.`;
  return new HoneError('input-invalid', message, 'Pass the id or the rawId that the API gave for it, as it was.');
}

/** Relay's id: the type's name and the UUID, so that it is unique over all types. */
export function encodeGlobalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/** Throws `input-invalid` for what {@link encodeGlobalId} did not make. */
export function decodeGlobalId(globalId: string): { readonly typename: string; readonly id: string } {
  const [typename, id, ...rest] = Buffer.from(globalId, 'base64url').toString('utf8').split(':');
  if (typename === undefined || id === undefined || rest.length > 0 || !uuid.test(id)) throw invalid(globalId, 'a global id');
  return { typename, id };
}

/** The UUID of an argument that may be the global id or the UUID itself. Throws `input-invalid`. */
export function readId(text: string, typename: string): string {
  if (uuid.test(text)) return text.toLowerCase();
  const decoded = decodeGlobalId(text);
  if (decoded.typename !== typename) throw invalid(text, `the id of a ${typename}, but of a ${decoded.typename}`);
  return decoded.id;
}
