import { operation } from '../api/client.ts';

/** The smallest question that needs the token and a well API. */
export const healthOperation = operation<object, { readonly __typename: string }>(/* GraphQL */ `
  query Health {
    __typename
  }
`);
