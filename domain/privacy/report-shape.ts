import { z } from 'zod';
import { batchReportFormat, type BatchReport } from '../model/batch-report.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const counts = z.record(z.string(), count);
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');
const moment = z.iso.datetime();
const part = z.strictObject({ digest, sizeBytes: count, requests: count });

const members = {
  format: z.literal(batchReportFormat),
  target: z.string().min(1),
  session: z.string().min(1),
  closedAt: moment,
  manifestDigest: digest,
  rules: z.record(z.string(), z.string()),
  requests: z.strictObject({ received: count, deidentified: count, replayed: count, heldOut: count }),
  replaced: counts,
  drops: z.strictObject({
    byReason: counts,
    limit: share,
    valid: count,
    dropped: count,
    shapes: count,
    above: z.array(z.strictObject({ shape: z.string(), percent: z.int().min(0).max(100) })),
  }),
  canaries: z.strictObject({
    planted: count,
    replaced: count,
    dropped: count,
    leaked: count,
    exempt: count,
    byKind: z.record(z.string(), z.strictObject({ planted: count, leaked: count })),
    leaks: z.array(z.string()),
  }),
  utility: z.strictObject({
    sampled: count,
    shapeKeptShare: share.nullable(),
    lengthDistance: share.nullable(),
    cardinalityRatio: z.record(z.string(), z.number().min(0)),
  }),
  privacy: z.record(z.string(), z.unknown()),
  epoch: z.strictObject({ index: z.int().min(1), id: z.uuid(), keyMadeAt: moment }),
  corpus: z.strictObject({ training: part, heldOut: part, data: part.nullable() }),
  batchDigest: digest,
  verdict: z.strictObject({ passed: z.boolean(), reasons: z.array(z.string()) }),
} satisfies Record<keyof BatchReport, z.ZodType>;

const signed = z.strictObject({
  report: z.strictObject(members),
  digests: z.strictObject(Object.fromEntries(Object.keys(members).map((name) => [name, digest]))),
  signature: z.strictObject({ algorithm: z.literal('ed25519'), keyId: digest, publicKey: z.string(), value: z.string() }),
});

/** What a value lacks to be a signed batch report: the member and why; null when it is one. */
export function shapeProblem(value: unknown): string | null {
  const parsed = signed.safeParse(value);
  const [issue] = parsed.error?.issues ?? [];
  return issue === undefined ? null : `${issue.path.join('.') || 'The file'}: ${issue.message}.`;
}
