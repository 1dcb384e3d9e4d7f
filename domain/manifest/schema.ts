import { z } from 'zod';
import { fieldRules, identifierKinds } from '../model/identifier-kinds.ts';
import { rulePackNames } from '../privacy/packs.ts';
import { freshnessSchema } from './freshness-schema.ts';
import { privacySchema } from './privacy-schema.ts';
import { scheduleSchema } from './schedule-schema.ts';

/**
 * The one schema of `hone.yaml`. The JSON Schema for editors is generated from it (`docs/hone.schema.json`), and so
 * are the messages for unknown keys. Every object is strict: a key that is not here is an error.
 */

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, starting with a letter, at most 63 characters');
const relativePath = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))/, 'a path inside the source directory, without ".." and not starting with "/"');
const command = z.string().min(1).max(8192);
const environment = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable'), z.string());
const positive = (what: string) => z.int().min(1).describe(what);
const share = (what: string) => z.number().min(0).max(1).describe(what);

const source = z
  .strictObject({
    directory: z.string().min(1).default('.').describe('The source directory, relative to the manifest.'),
    exclude: z
      .array(z.string().min(1))
      .default(['.git', 'build'])
      .describe('Files and folders left out of the source snapshot: paths relative to the source directory, or bare names at any depth.'),
    include: z
      .array(
        z.strictObject({
          path: z.string().min(1).describe('A file or folder outside the source directory, relative to the manifest.'),
          as: relativePath.describe('Where it appears inside the source snapshot.'),
        }),
      )
      .default([])
      .describe('Sources that live elsewhere and belong to the build: copied into the snapshot, so that the digest covers them.'),
  })
  .prefault({});

const build = z.strictObject({
  command: command.describe(
    'Run by /bin/sh in the source directory with CC, CXX, CFLAGS, CXXFLAGS, LDFLAGS, AR, RANLIB and NM set; the one interface between Hone and the build system.',
  ),
  binary: relativePath.describe('The program that the command makes, relative to the source directory.'),
  libraries: z
    .array(relativePath)
    .min(1)
    .max(64)
    .optional()
    .describe(
      'Shared objects of its own that the command makes, relative to the source directory, under the names that the loader looks for. They go where the program goes, at the same places relative to it: into instances, evaluations, releases.',
    ),
  environment: environment.default({}).describe("More variables for the command; nothing of the worker's own environment comes through."),
  timeoutSeconds: positive('The build is ended after this time.').default(1800),
});

const toolchain = z
  .strictObject({
    kind: z.literal('clang').default('clang').describe('The compiler.'),
    version: z
      .literal(22)
      .default(22)
      .describe('The major version. Only one today: a raw profile can be read only by the LLVM release whose compiler made the program.'),
    mode: z.literal('full').default('full').describe('The instrumentation mode.'),
    lto: z.enum(['none', 'thin']).default('none').describe('Link-time optimisation, the same in every phase.'),
    flags: z.array(z.string()).default(['-O2']).describe('Compiler flags of every phase.'),
    linkFlags: z.array(z.string()).default([]).describe('Linker flags of every phase.'),
  })
  .prefault({});

const run = z.strictObject({
  command: z
    .array(z.string())
    .min(1)
    .describe(
      "The program and its arguments, without a shell. {binary}, {port}, {data} and {source} are replaced: the built program, a free TCP port on loopback, a folder of the instance's own, the source snapshot's folder.",
    ),
  environment: environment
    .default({})
    .describe("The instance's variables; the placeholders of run.command are replaced, and nothing of the worker's own comes through."),
  ready: z
    .strictObject({
      path: z.string().startsWith('/').default('/').describe('Asked by GET until it answers with a status below 400.'),
      timeoutSeconds: positive('The instance must be ready within this time.').default(30),
    })
    .prefault({}),
  stop: z
    .strictObject({
      signal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT']).default('SIGTERM').describe('Asks the program to end.'),
      graceSeconds: positive('After this time the whole process group is killed.').default(5),
    })
    .prefault({}),
  prepare: command
    .optional()
    .describe(
      'Run by /bin/sh on production\'s side before the first instance is deployed. Writes what an instance needs (its store) into $HONE_DATA; identifiers go through "$HONE_PSEUDONYMISE", a filter of JSON lines that uses the pseudonyms of the replayed requests. $HONE_BINARY is the baseline build; with build.libraries, $HONE_LIBRARIES is the folder that they stand in.',
    ),
});

const drive = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('http').describe('Mirrored requests.') }),
  z.strictObject({
    kind: z.literal('command').describe('A program that runs to its end on recorded inputs.'),
    inputs: z
      .array(
        z.strictObject({
          name: name.describe('Names the input in reports.'),
          arguments: z.array(z.string()).default([]).describe('Added to run.command; {source} and {data} are replaced.'),
          stdin: relativePath.optional().describe('A file of the source snapshot.'),
          outputs: z
            .array(relativePath)
            .min(1)
            .max(64)
            .optional()
            .describe(
              'Files that the program writes, relative to its working directory, {data}: part of its answer beside standard output and exit code. 64 MiB in all per run; removed before each run.',
            ),
          exitCode: z.int().min(0).max(255).default(0).describe('Any other exit code is a failure.'),
          heldOut: z.boolean().default(false).describe('Kept for the evaluation; the others train.'),
        }),
      )
      .min(1)
      .describe('At least one that trains and one that is held out.'),
  }),
]);

/** What nginx's variables and regular expressions take without a further thought. */
const pathPrefix = z.string().regex(/^\/[A-Za-z0-9/._~+,:=@-]*$/, 'a path prefix: "/" and letters, digits, "/._~+,:=@-"');

const guard = z
  .strictObject({
    baselineSeconds: z
      .int()
      .min(0)
      .max(5)
      .default(3)
      .describe('Production is watched for so long before anything is copied. 0: not at all, and nothing can be compared but failures.'),
    windowSeconds: positive('Production is judged each second, by its answers of so many seconds.').max(60).default(5),
    maximumLatencyRatio: z
      .number()
      .min(1)
      .max(1000)
      .default(2)
      .describe(
        'Of the median (when it grew by more than 2 ms too) and of the 99th percentile (by more than 20 ms), each over its value without the mirror.',
      ),
    maximumErrorShare: share('Of answers 5xx, beyond their share without the mirror.').default(0.02),
    maximumCpuPressure: z
      .number()
      .min(0)
      .max(100)
      .default(60)
      .describe(
        'Of the last ten seconds ("some" of /proc/pressure/cpu, per cent) on the machine of the gateway, when it is more than without the mirror too. 100: not watched.',
      ),
  })
  .prefault({})
  .describe('Turns the mirror off by itself when production suffers; the cycle ends.');

const mirror = z.strictObject({
  kind: z
    .enum(['nginx', 'log', 'files'])
    .default('nginx')
    .describe(
      'nginx: nginx copies requests by a subrequest. log: nginx writes each request into a log line over loopback, after its answer; nothing is ever waited for, bodies that nginx keeps in a file (client_body_buffer_size) are left out, and what the gateway cannot take in time is lost, and counted. files: requests from mirror.files, for those who may not touch production.',
    ),
  configuration: z
    .string()
    .min(1)
    .optional()
    .describe("nginx's main configuration file, relative to the manifest; tested and reloaded by Hone. Not for files, else required."),
  prefix: z.string().optional().describe("nginx's prefix (-p), relative to the manifest."),
  httpInclude: z
    .string()
    .min(1)
    .optional()
    .describe('A file that the configuration includes inside http { }; Hone writes it and nobody else. Not for files, else required.'),
  locationInclude: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A file that the configuration includes inside the location to mirror; Hone writes it and nobody else. Not for files, else required.',
    ),
  files: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'For the kind files, relative to the manifest: HTTP archives (.har), GoReplay captures (.gor), access logs of nginx or Envoy with a JSON object in each line; each also packed (.gz). Half of the requests are held out, the others are replayed over and over. Of the rules, methods, paths and contentTypes count.',
    ),
  share: share('The share of requests that is mirrored.').default(1),
  methods: z
    .array(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']))
    .min(1)
    .default(['GET', 'HEAD'])
    .describe(
      'Only requests of these methods are mirrored. Name others only when replaying them changes nothing that counts; such a request comes with the header "x-hone-replay: 1". With one of POST, PUT, PATCH, DELETE, nginx reads every body of the location before it passes the request on.',
    ),
  maximumBodyBytes: positive('Requests with a larger body are not passed on.').max(1_048_576).default(65_536),
  paths: z
    .strictObject({
      include: z.array(pathPrefix).default([]).describe('Path prefixes; only requests below one of them are mirrored. Empty: all.'),
      exclude: z.array(pathPrefix).default([]).describe('Path prefixes that are not mirrored, whatever include says.'),
    })
    .prefault({}),
  contentTypes: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/, 'a media type in lower case, for example application/json'))
    .default([])
    .describe('Of request bodies; a request that names another is not mirrored. Empty: all.'),
  sticky: z
    .string()
    .regex(/^(ip|cookie:[A-Za-z0-9_]+|header:[A-Za-z0-9-]+)$/, 'ip, cookie:NAME or header:NAME')
    .optional()
    .describe(
      'The share is one of customers, not of requests: all requests with the same address, cookie or header are mirrored, or none. Requests without it are drawn one by one.',
    ),
  requestsPerSecond: positive('At most so many requests a second are mirrored; what comes above is counted, and not copied.')
    .max(100_000)
    .optional(),
  guard,
  leaseSeconds: positive('The mirror turns itself off when nobody has renewed it for this time.').default(15),
});

const deidentification = z
  .strictObject({
    fields: z
      .record(z.string().min(1), z.enum(fieldRules))
      .default({})
      .describe(
        'What a field (of a query, a form, a JSON body, a header) holds. Wins over what the detectors find; "keep" says that it identifies nobody.',
      ),
    packs: z
      .array(z.enum(rulePackNames))
      .min(1)
      .default([...rulePackNames])
      .describe(
        'The laws that the traffic falls under: what they name beside the kinds that are always found, how long a corpus stays, where it may lie. Without a choice all of them hold.',
      ),
    detectors: z
      .array(
        z.strictObject({
          name: name.describe('Names the detector in reports.'),
          pattern: z
            .string()
            .min(1)
            .max(500)
            .describe(
              'What an identifier of yours looks like, in the syntax of RE2: no look-around, no back-references, so that no text can make it slow.',
            ),
          kind: z.enum(identifierKinds).describe('The kind of pseudonym that takes its place.'),
          fields: z.array(z.string().min(1)).min(1).optional().describe('Only in fields of these names; without it everywhere.'),
        }),
      )
      .max(50)
      .default([])
      .describe("Detectors of your own, beside Hone's."),
    ordered: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Fields whose dates and numbers the code compares: they are replaced so that their order stays (dates by one secret shift of the epoch, numbers by a secret monotone function).',
      ),
    unknownHeaders: z
      .enum(['keep', 'drop'])
      .default('keep')
      .describe(
        'Headers that Hone does not know: "keep" passes them on unless their name or value says that they are somebody\'s; "drop" leaves out all that are neither on its list nor named in fields.',
      ),
    phoneRegion: z
      .string()
      .regex(/^[A-Z]{2}$/, 'a country by ISO 3166-1, for example DE')
      .optional()
      .describe(
        'The country of telephone numbers without a calling code: a number then has one pseudonym, written with the code or without it. Without a choice the first numbering plan that has such a number is taken.',
      ),
    privacy: privacySchema,
    epochDays: positive(
      'Length of an epoch in days, from the registration of the target. An epoch has one budget of privacy, one key of the pseudonyms and of the corpora, which is destroyed when the epoch is over.',
    )
      .max(366)
      .default(7),
    maximumDroppedShare: share(
      'Of valid requests, in all and of each shape, the stages may drop this share; above it the batch has failed and nothing is published.',
    ).default(0.01),
    queueLength: positive('Requests waiting for an instance; the newest is dropped when the queue is full.').default(1024),
  })
  .prefault({});

const collection = z
  .strictObject({
    warmUpRequests: z.int().min(0).default(100).describe('Replayed before the first window; their counts are thrown away.'),
    windows: positive('Windows to keep.').default(3),
    requestsPerWindow: positive('A window ends after so many replayed requests (or runs, for a command drive).').default(1000),
    windowSeconds: positive(
      'A window ends after this time even with fewer requests; the runs of a command drive must have ended by then.',
    ).default(60),
    heldOutRequests: positive('Requests stored for the evaluation; no instance under instrumentation sees them.').default(4000),
    heldOutSeconds: positive('Holding out ends after this time even with fewer requests.').default(60),
    concurrency: positive('Requests in flight to one instance.').default(4),
    instances: positive(
      'Instances under instrumentation at once, each pinned to a core of its own; the gateway balances over them, and a session stays with one. Of each window the profiles of all are merged. Leave cores for gateway and worker.',
    ).default(1),
    restoreStore: z
      .boolean()
      .default(true)
      .describe(
        'With mirrored methods that may have side effects (others than GET, HEAD and OPTIONS) the instance starts anew, on the prepared data, before each further window, so that none depends on the one before. Turn it off when no replayed request changes anything.',
      ),
    admission: z
      .strictObject({
        maximumStealShare: share('CPU time taken by the hypervisor.').default(0.1),
        maximumCpuPressure: z
          .number()
          .min(0)
          .max(100)
          .default(60)
          .describe('Mean "some" CPU pressure over the window in per cent (/proc/pressure/cpu).'),
        maximumForeignCpuShare: share("CPU time of everything but the instance on the instance's core.").default(0.35),
        rejectOnThrottle: z.boolean().default(true).describe('Any thermal throttle event during the window rejects it.'),
        maximumTemperatureRiseCelsius: z
          .number()
          .min(0)
          .default(25)
          .describe('From the first sample to the hottest, of the hottest sensor.'),
      })
      .prefault({}),
    windowAttempts: positive('A rejected window is repeated so often, over the whole cycle.').default(3),
  })
  .prefault({});

const acceptance = z
  .strictObject({
    minimumFunctions: positive('Functions with counts.').default(10),
    minimumBytes: positive('A smaller profile is taken for empty. ChromeOS uses 4,096 bytes.').default(512),
    minimumWindowOverlap: share('Overlap of each window with the merge of the others (llvm-profdata overlap).').default(0.7),
    maximumMismatchedShare: share('Functions whose CFG hash does not match the source, among those with counts.').default(0.2),
    minimumStatusAgreement: share("Replayed requests whose status class was production's.").default(0.95),
  })
  .prefault({});

const evaluation = z
  .strictObject({
    requestsPerLeg: positive('Held-out requests per build and pair.').default(3000),
    runsPerLeg: positive('For a command drive: rounds over the held-out inputs per build and pair.').default(1),
    speedRequests: z
      .number()
      .int()
      .min(0)
      .max(100_000)
      .default(2000)
      .describe(
        'Held-out requests per build to see its throughput, and as many to see its latency, after the last pair; 0: neither is measured. For a command drive anything above 0 asks for twice runsPerLeg more rounds.',
      ),
    minimumPairs: positive('No verdict before so many pairs.').default(8),
    maximumPairs: positive('Without a verdict after so many pairs the evaluation is inconclusive.').default(60),
    maximumSeconds: positive('Without a verdict after this time the evaluation is inconclusive.').default(600),
    alpha: z.number().min(1e-6).max(0.2).default(0.01).describe('The chance of a false promotion, however often one looks.'),
    minimumGain: z
      .number()
      .min(-0.5)
      .max(10)
      .default(0)
      .describe("0.02 asks for a baseline that needs more than 1.02 times the candidate's CPU time per request."),
    answers: z
      .strictObject({
        ignoreJsonFields: z
          .array(z.string().min(1))
          .default([])
          .describe('JSON fields that may differ between two runs of the same build (time stamps, host names).'),
        compareBodies: z.boolean().default(true).describe('With false only statuses (or exit codes) are compared. Headers never are.'),
      })
      .prefault({}),
  })
  .prefault({});

const deploy = z.strictObject({
  command: command.describe(
    'Run by /bin/sh to put a build into production: $HONE_BINARY is the program, $HONE_LIBRARIES the folder that its libraries stand in (with build.libraries), $HONE_ELF_BUILD_ID its build ID, $HONE_CHANNEL the channel. Its last line of output is the process id that now serves.',
  ),
  timeoutSeconds: positive('The hook is ended after this time.').default(120),
  environment: environment.default({}).describe("More variables for the hook, beside the worker's own."),
});

export const manifestSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors; Hone does not read it.'),
  target: name.describe("The target's name."),
  description: z.string().max(500).optional().describe('For people.'),
  source,
  build,
  toolchain,
  run,
  drive,
  mirror: mirror.optional().describe('Needed by the http drive.'),
  deidentification,
  collection,
  acceptance,
  evaluation,
  freshness: freshnessSchema,
  schedules: z
    .record(name, scheduleSchema)
    .default({})
    .describe('When refresh cycles are started without being asked for, by name. Each becomes a schedule in Temporal.'),
  deploy: deploy.optional().describe('Without it a promotion moves the channel and nothing else.'),
});

/** A validated manifest with every default filled in. Paths are as written, relative to the manifest's folder. */
export type Manifest = z.infer<typeof manifestSchema>;
/** What the stages of de-identification need of a manifest; what is left out is as in a manifest without it. */
export type DeidentificationRules = Partial<
  Pick<Manifest['deidentification'], 'fields' | 'packs' | 'detectors' | 'ordered' | 'unknownHeaders' | 'phoneRegion' | 'privacy'>
> & {
  /** `mirror.maximumBodyBytes`: it holds for a body decompressed, too. */
  readonly maximumBodyBytes?: number;
};
