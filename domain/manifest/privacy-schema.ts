import { z } from 'zod';

/** `deidentification.privacy`: what the aggregates that leave with noise may cost, and what of one customer counts in them. */
export const privacySchema = z
  .strictObject({
    epsilon: z
      .number()
      .min(0.5)
      .max(20)
      .default(8)
      .describe('The budget of an epoch, for everything that one customer sent: ε of (ε, δ)-differential privacy.'),
    delta: z.number().min(1e-12).max(1e-4).default(1e-6).describe('δ of the budget; well below one over the number of customers.'),
    releasesPerEpoch: z
      .int()
      .min(1)
      .max(50)
      .default(14)
      .describe('Sessions that share the budget equally; a session after these reports no aggregate. Fewer of them have less noise each.'),
    maximumRequestsPerShape: z
      .int()
      .min(1)
      .max(255)
      .default(4)
      .describe('Requests of one customer that count for one shape of request (and for one minute). The noise grows with it.'),
    maximumShapesPerCustomer: z
      .int()
      .min(1)
      .max(64)
      .default(4)
      .describe('Shapes of request (and minutes) for which one customer counts. The noise grows with its root.'),
    customer: z
      .array(z.string().regex(/^(?:header|cookie|field):[^\s:][^:]{0,99}$/, 'header:NAME, cookie:NAME or field:NAME'))
      .min(1)
      .max(20)
      .default(['header:authorization', 'header:cookie', 'header:x-forwarded-for', 'header:x-real-ip'])
      .describe(
        'Where a request says who its customer is; the first that is there counts. "header:NAME", "cookie:NAME", or "field:NAME" of a query, a form or a JSON body. A request without any is protected as one of its own.',
      ),
  })
  .prefault({});

/** The settings of a manifest that says nothing of them. */
export const defaultPrivacy = privacySchema.parse(undefined);
