import { resolve } from 'node:path';
import { hostname } from 'node:os';
import { z } from 'zod';
import { HoneError } from '../domain/errors.ts';

/**
 * Every setting that Hone takes from its surroundings, in one place; what else of the environment is used, and by whom, stands in
 * docs/operations.md. Each setting has a default that suits one machine. `.env.example` is printed from this table.
 */
const settings = {
  HONE_DATA: z.string().min(1).default('.hone').describe('The folder of everything that Hone keeps.'),
  HONE_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('Postgres. Empty: the embedded server of the stack.'),
  HONE_TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s:]+:\d+$/, 'host:port')
    .optional()
    .describe("Temporal's front end. Empty: the development server of the stack."),
  HONE_TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe("Temporal's namespace."),
  HONE_GATEWAY_SOCKET: z.string().min(1).optional().describe('The control socket of the gateway. Empty: in the data folder.'),
  HONE_STAGE_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('Threads of the gateway that requests are de-identified in, for all sessions. Empty: one per core but one, four at most.'),
  HONE_REGION: z
    .string()
    .regex(/^[A-Z]{2}$/, 'a country by ISO 3166-1, for example DE')
    .optional()
    .describe(
      'The country where this process keeps corpora and keys (ISO 3166-1): what rule packs forbid there is refused. Empty: not checked.',
    ),
  HONE_NGINX: z
    .string()
    .min(1)
    .default('/usr/sbin/nginx')
    .describe("Production's nginx program, which tests and reloads its configuration."),
  HONE_HOST: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/, 'letters, digits, dots, hyphens and underscores')
    .default(hostname())
    .describe('The name of this load-test host.'),
  HONE_API_PORT: z.coerce.number().int().min(0).max(65535).default(0).describe('TCP port of the API on loopback; 0: a free one.'),
  HONE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10).describe('Connections to Postgres per process.'),
  HONE_BUILD_NICENESS: z.coerce
    .number()
    .int()
    .min(0)
    .max(19)
    .default(5)
    .describe('0 to 19: how far builds stand back from what else wants the processors; 0 where nothing else does.'),
  HONE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('What is logged.'),
} as const;

export interface Config {
  readonly dataDirectory: string;
  readonly databaseUrl: string | null;
  readonly temporal: { readonly address: string | null; readonly namespace: string };
  readonly gatewaySocket: string;
  /** Null: what suits the machine. */
  readonly stageThreads: number | null;
  /** Null: nobody says where it is. */
  readonly country: string | null;
  readonly nginxPath: string;
  readonly host: string;
  readonly apiPort: number;
  readonly poolSize: number;
  readonly buildNiceness: number;
  readonly logLevel: z.infer<(typeof settings)['HONE_LOG_LEVEL']>;
}

/** Reads and checks the settings; throws `input-invalid` with every mistake at once. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.keys(settings).map((name) => [name, environment[name] || undefined]));
  const parsed = z.object(settings).safeParse(given);
  if (!parsed.success) {
    throw new HoneError(
      'input-invalid',
      'The environment has settings that cannot be used.',
      'Correct them; .env.example lists every setting.',
      {
        details: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
      },
    );
  }
  const values = parsed.data;
  const dataDirectory = resolve(values.HONE_DATA);
  return {
    dataDirectory,
    databaseUrl: values.HONE_DATABASE_URL ?? null,
    temporal: { address: values.HONE_TEMPORAL_ADDRESS ?? null, namespace: values.HONE_TEMPORAL_NAMESPACE },
    gatewaySocket: values.HONE_GATEWAY_SOCKET ?? resolve(dataDirectory, 'gateway', 'control.sock'),
    stageThreads: values.HONE_STAGE_THREADS ?? null,
    country: values.HONE_REGION ?? null,
    nginxPath: values.HONE_NGINX,
    host: values.HONE_HOST,
    apiPort: values.HONE_API_PORT,
    poolSize: values.HONE_POOL_SIZE,
    buildNiceness: values.HONE_BUILD_NICENESS,
    logLevel: values.HONE_LOG_LEVEL,
  };
}

const head = `# Every setting of Hone, with its default. Printed by runtime/scripts/print-environment.ts.
# Hone reads the environment and no file. Copy this one to .env, change what differs, and load it into the shell that starts Hone:
#
#   set -a; . ./.env; set +a; npm run dev
`;

/** The text of `.env.example`. */
export function environmentExample(): string {
  const lines = Object.entries(settings).map(([name, schema]) => {
    const fallback = name === 'HONE_HOST' ? '' : (schema.safeParse(undefined).data ?? '');
    return `# ${schema.description}\n${name}=${fallback}\n`;
  });
  return `${head}\n${lines.join('\n')}`;
}

/** A setting that the process cannot do without. */
export function required<Value>(value: Value | null, name: keyof typeof settings): Value {
  if (value !== null) return value;
  throw new HoneError('input-invalid', `${name} is not set.`, 'Set it, or start the whole stack with npm run dev.');
}
