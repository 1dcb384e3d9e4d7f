import SchemaBuilder from '@pothos/core';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { ApiContext } from './context.ts';
import { decodeGlobalId, encodeGlobalId } from './global-id.ts';

/** Scope-auth comes first, so that nothing runs before the right to run it is known. */
export const builder = new SchemaBuilder<{
  Context: ApiContext;
  AuthScopes: { authenticated: boolean };
  DefaultFieldNullability: false;
  DefaultNodeNullability: false;
  Scalars: {
    BigInt: { Input: bigint; Output: number | bigint };
    DateTime: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
    ID: { Input: string; Output: string };
  };
}>({
  plugins: [ScopeAuthPlugin, ErrorsPlugin, RelayPlugin, DataloaderPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authorizeOnSubscribe: true,
    treatErrorsAsUnauthorized: true,
    authScopes: ({ caller }) => ({ authenticated: caller !== null }),
  },
  errors: {
    directResult: true,
    defaultUnionOptions: { name: ({ fieldName }) => `${fieldName[0]!.toUpperCase()}${fieldName.slice(1)}Result` },
  },
  relay: {
    cursorType: 'String',
    nodesQueryOptions: false,
    nodeFieldOptions: { nullable: false },
    encodeGlobalID: (typename, id) => encodeGlobalId(typename, String(id)),
    decodeGlobalID: decodeGlobalId,
  },
});

// Denied by default: every root field asks for the scope, whatever its own file says.
builder.queryType({ authScopes: { authenticated: true } });
builder.mutationType({ authScopes: { authenticated: true } });
builder.subscriptionType({ authScopes: { authenticated: true } });
