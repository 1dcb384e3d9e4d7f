import { z } from 'zod';

const positive = (what: string) => z.int().min(1).describe(what);
const share = (what: string) => z.number().min(0).max(1).describe(what);
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, "22:30"');

/** True for a name of the IANA's list of time zones, as this process knows it. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const refresh = z
  .strictObject({
    onStale: z.boolean().default(true).describe('A check that finds the profile stale starts a refresh cycle.'),
    cyclesPerDay: positive('A check starts no cycle when so many were started in the last 24 hours, whoever started them.')
      .max(100)
      .default(2),
    hostHoursPerDay: z
      .number()
      .min(0.1)
      .max(24)
      .default(8)
      .describe('A check starts no cycle when the cycles of the last 24 hours took so many hours.'),
    quietHours: z
      .array(
        z.strictObject({
          from: clock.describe('First minute, in timeZone.'),
          to: clock.describe('The minute after the last; before "from": of the next day.'),
        }),
      )
      .max(10)
      .default([])
      .describe('Spans of every day in which a check starts no cycle.'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'a time zone of the IANA list, for example Europe/Berlin')
      .default('UTC')
      .describe('Of the quiet hours, for example Europe/Berlin.'),
    backOffHours: z
      .number()
      .min(0.01)
      .max(168)
      .default(1)
      .describe(
        'After a cycle that brought no newer version to promote a check waits so long before it starts another, and twice as long after each further one.',
      ),
    maximumBackOffHours: z.number().min(0.01).max(720).default(48).describe('The longest wait between two such cycles.'),
    attemptsUntilBroken: positive('After so many such cycles in a row the generation of profiles is called broken.').max(100).default(3),
  })
  .prefault({});

const trafficSample = z
  .strictObject({
    requests: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(2000)
      .describe('A sample ends with so many requests. 0: production is not sampled, and nothing is said of traffic drift.'),
    seconds: z.int().min(1).max(120).default(30).describe('A sample ends after this time even with fewer requests.'),
    everyHours: z
      .number()
      .min(0)
      .max(720)
      .default(24)
      .describe('A check uses the last sample when it is younger. Each is paid for from the budget of deidentification.privacy.'),
  })
  .prefault({});

/** `freshness`: when a profile is stale, and what a check does about it. */
export const freshnessSchema = z
  .strictObject({
    maximumAgeDays: z.number().min(0.01).max(3650).default(30).describe('Since the end of the last window.'),
    maximumCodeDrift: share(
      "Of the profile's counts: those in functions whose CFG hash is another in the source as it is now, or that are gone.",
    ).default(0.05),
    maximumTrafficDrift: share('Jensen–Shannon divergence (in bits) of the requests’ shapes at collection and now.').default(0.1),
    maximumProfileDrift: share('1 − overlap (llvm-profdata overlap) with a fresh probe.').default(0.3),
    productionHardware: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        "The hardware class of production's machines, as `hone host list` names classes. Without it nothing is said of hardware drift.",
      ),
    confirmations: positive('A dimension is stale when so many checks in a row found it above its threshold.').max(20).default(2),
    recoverAt: z
      .number()
      .min(0.1)
      .max(1)
      .default(0.8)
      .describe('A stale dimension is fresh again at or below this share of its threshold, so that a verdict does not flap.'),
    trafficSample,
    refresh,
  })
  .prefault({});

export type FreshnessPolicy = z.infer<typeof freshnessSchema>;

/** The policy of a manifest that says nothing of it, as one that was registered before there was one. */
export const defaultFreshness: FreshnessPolicy = freshnessSchema.parse(undefined);
