import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../prisma/client/client.ts';

export interface ClientOptions {
  readonly databaseUrl: string;
  /** Connections at most. */
  readonly poolSize: number;
  readonly onPoolError: (error: Error) => void;
  /** Called with the text of every SQL statement; for counting in tests. */
  readonly onStatement?: ((sql: string) => void) | undefined;
}

export type Database = PrismaClient;
/** What works inside and outside of a transaction. */
export type Queries = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$use' | '$extends' | '$transaction'>;

const connectSeconds = 5;
const statementSeconds = 30;

/** A bounded pool that gives up instead of waiting for ever: neither pg nor Prisma has these limits by default. */
export function makeClient(options: ClientOptions): Database {
  const adapter = new PrismaPg(
    {
      connectionString: options.databaseUrl,
      max: options.poolSize,
      connectionTimeoutMillis: connectSeconds * 1000,
      idleTimeoutMillis: 30_000,
      statement_timeout: statementSeconds * 1000,
      query_timeout: (statementSeconds + 5) * 1000,
      keepAlive: true,
      application_name: 'hone',
    },
    { onPoolError: options.onPoolError, onConnectionError: options.onPoolError },
  );
  const client = new PrismaClient({
    adapter,
    errorFormat: 'minimal',
    log: [{ emit: 'event', level: 'query' }],
    transactionOptions: { maxWait: connectSeconds * 1000, timeout: 20_000 },
  });
  const { onStatement } = options;
  if (onStatement !== undefined) client.$on('query', (event: { readonly query: string }) => onStatement(event.query));
  return client;
}
