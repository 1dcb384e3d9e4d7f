import type { TuningPart, Values } from './values.ts';
import type { Node, Slot } from './truth.ts';

/** A request before it is written. */
export interface Draft {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  /** Segments and query: plain text, or a slot. */
  readonly path: readonly (string | Slot)[];
  readonly query: Readonly<Record<string, Slot>>;
  readonly body: Node;
}
export type Template = (values: Values) => Draft;

const tuning: Readonly<Record<string, Template>> = {
  order: (v) => ({
    method: 'POST',
    path: ['api', 'v2', 'customers', v.value('uuid', 'customer', 'go'), 'orders'],
    query: { source: v.value('sku', 'source', 'stay'), ...v.go('email') },
    body: {
      order: {
        ...v.stay('order-date'),
        customer: { ...v.go('name'), ...v.go('phone'), address: { ...v.go('address'), ...v.go('postcode') } },
        items: [0, 1, 2].map(() => ({ ...v.stay('sku'), ...v.stay('quantity'), ...v.stay('price') })),
        payment: { ...v.goNumber('card'), ...v.stay('currency') },
      },
      note: v.note(),
      meta: { ...v.anyStay(3), ...v.anyGo(2) },
    },
  }),
  signup: (v) => ({
    method: 'PUT',
    path: ['users', v.value('email', 'users', 'go'), 'profile'],
    query: { ...v.stay('version') },
    body: {
      ...v.go('username'),
      ...v.go('password'),
      person: { ...v.go('name'), ...v.go('birth'), ids: [{ ...v.anyGo(1) }, { ...v.go('passport') }] },
      devices: [{ ...v.go('mac'), ...v.go('ipv4'), position: { ...v.coordinates() } }],
      settings: { ...v.anyStay(6) },
      comment: v.note(),
    },
  }),
  ticket: (v) => ({
    method: 'POST',
    path: ['tickets', '4711', 'comments'],
    query: { page: v.value('quantity', 'page', 'stay') },
    body: {
      ticket: { ...v.stay('status'), ...v.stay('product'), history: [v.note(), v.note(), v.note()] },
      reporter: { ...v.go('name'), ...v.go('email'), ...v.go('uk-nhs'), more: { ...v.anyGo(3) } },
      attachments: [{ ...v.stay('file'), ...v.stay('media-type') }, { ...v.stay('file') }],
      tags: { ...v.anyStay(4) },
    },
  }),
};

const second: Readonly<Record<string, Template>> = {
  booking: (v) => ({
    method: 'POST',
    path: ['v1', 'bookings', v.value('uuid', 'bookings', 'go'), 'passengers'],
    query: { label: v.value('product', 'label', 'stay'), contact: v.value('phone', 'contact', 'go') },
    body: {
      booking: {
        ...v.stay('instant'),
        passengers: [0, 1].map(() => ({ ...v.go('name'), ...v.go('birth'), document: { ...v.go('passport') }, ...v.stay('ratio') })),
        fare: { ...v.stay('price'), ...v.stay('currency'), ...v.stay('version') },
      },
      contact: { ...v.go('email'), ...v.go('phone'), home: { ...v.go('address'), ...v.go('postcode') } },
      remarks: [v.note(), v.note()],
      extra: { ...v.anyGo(2), ...v.anyStay(4) },
    },
  }),
  transfer: (v) => ({
    method: 'PUT',
    path: ['accounts', '99', 'transfers'],
    query: { ...v.stay('colour'), ...v.go('ipv4') },
    body: {
      from: { ...v.go('iban'), owner: { ...v.go('name'), ...v.go('de-tax-id') } },
      to: { ...v.goNumber('in-aadhaar'), bank: { ...v.stay('department'), ...v.stay('country') } },
      amounts: [[{ ...v.stay('price') }, { ...v.stay('negative') }], [{ ...v.stay('ratio') }]],
      session: { ...v.go('secret'), ...v.go('ipv6'), client: { ...v.go('uuid') } },
      purpose: v.note(),
      flags: { ...v.anyStay(5), ...v.anyGo(2) },
    },
  }),
  intake: (v) => ({
    method: 'PATCH',
    path: ['clinics', '12', 'intake', v.value('email', 'intake', 'go')],
    query: { ...v.stay('order-date') },
    body: {
      patient: {
        ...v.go('name'),
        ...v.go('birth'),
        ...v.go('uk-nhs'),
        contact: [{ ...v.go('phone') }, { ...v.go('email-international') }],
      },
      visits: [0, 1].map(() => ({ ...v.stay('instant'), ...v.stay('quantity'), remark: v.note() })),
      site: { ...v.coordinates(), ...v.stay('zone'), ...v.go('url-credentials') },
      audit: { ...v.go('username'), ...v.go('password'), ...v.anyGo(2), ...v.anyStay(4) },
    },
  }),
};

export const templates: Readonly<Record<TuningPart, Readonly<Record<string, Template>>>> = {
  tuning,
  'tuning-second': second,
};
