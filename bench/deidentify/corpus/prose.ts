import type { Faker } from '@faker-js/faker';
import { identifier, type IdentifierMaker } from './identifiers.ts';
import type { Truth } from './truth.ts';
import type { TuningPart } from './values.ts';

type Found = Pick<Truth, 'kind' | 'must' | 'value' | 'compare'>;

/** Sentences of people about people; `{kind}` is an identifier. */
const sentences: readonly [tuning: readonly string[], second: readonly string[]] = [
  [
    'Please call {phone} before noon or write to {email}.',
    'The refund goes to {iban}, the old card {card} is blocked.',
    'Blocked {ipv4} after nine failed logins, device {mac}.',
    'Customer gave {us-ssn} on the telephone; remove it from the ticket.',
    'Spoke with {name} about the late parcel.',
    'Deliver to {address} instead, the neighbour knows.',
    'Passport number {passport} was shown at the desk.',
    'She was born on {birth} and asks for the discount.',
    'Authorization: Bearer {secret} still works, please revoke it.',
    'Her insurance number is {uk-nino}, his is {fr-nir}.',
    'The log shows {jwt} from {ipv6}.',
  ],
  [
    'Reach me under {phone}; my other address is {email}.',
    'Charged twice on {card}, please pay back to {iban}.',
    'Saw requests from {ipv4} and {ipv6} last night.',
    'My social is {us-ssn}, do you need anything else?',
    'Dear {name}, your booking is confirmed.',
    'We have moved to {address} since the last order.',
    'He travels with passport {passport} this time.',
    'Date of birth: {birth}, insured since March.',
    'curl -H "Authorization: Bearer {secret}" returned 403.',
    'NI number {uk-nino} does not match, tax code {it-codice-fiscale} does.',
    'Key {api-key} was pushed to the repository by mistake.',
  ],
];

/** A sentence with identifiers in it; their kinds end in `-text`, since form alone shows them there. */
export function prose(faker: Faker, part: TuningPart): { readonly text: string; readonly found: readonly Found[] } {
  return fill(faker, faker.helpers.arrayElement(sentences[part === 'tuning' ? 0 : 1]), identifier);
}

/** A sentence with its `{kind}`s replaced by values. */
export function fill(
  faker: Faker,
  sentence: string,
  makerOf: (kind: string) => Pick<IdentifierMaker, 'compare' | 'make'>,
): { readonly text: string; readonly found: readonly Found[] } {
  const found: Found[] = [];
  const text = sentence.replaceAll(/\{([\w-]+)\}/g, (_, kind: string) => {
    const maker = makerOf(kind);
    const value = maker.make(faker);
    found.push({ kind: `${kind}-text`, must: 'go', value, compare: maker.compare });
    return value;
  });
  return { text, found };
}
